"""A decision is checked and written; what stands of many is told apart from what settled them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.review.conftest import CaseOf

from upstander.errors import BadCode, UpstanderError, UsageError
from upstander.review.codebook import codebook, kept
from upstander.review.codings import Coding, Via, codings, told
from upstander.review.codings.checks import span_of
from upstander.review.codings.deciding import Asked, decide
from upstander.review.codings.named import Named, named
from upstander.review.codings.record import history
from upstander.review.codings.standing import readings, stands
from upstander.stages import review
from upstander.storage import decisions

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)
JOKE = codebook("police-misconduct").code("joke")


def word(by: str, applies: bool, via: Via = Via.READ, book: str = "book@1") -> tuple[str, Coding]:
    """Somebody's coding of message m."""
    return "m", Coding("m", "joke", book, applies, by, NOW, via)


def test_a_message_is_named_in_every_way(case_of: CaseOf) -> None:
    """By any sighting, whose words they then are; by the beginning of one; by the platform's key."""
    case = case_of([("Ash", "one"), ("Bo", "two")], phones=2)
    whole = named(case, "2")
    assert (whole.text, whole.ordinal) == ("two", 1)
    assert named(case, whole.sighting) == whole
    assert named(case, whole.message).message == whole.message
    with pytest.raises(UsageError, match="fits more than one"):
        named(case, whole.message[:6])
    with pytest.raises(UsageError, match="has no message"):
        named(case, "")


@given(st.text() | st.from_regex(r"-?\d{0,3}:-?\d{0,3}", fullmatch=True))
def test_a_span_is_in_the_words_or_refused(written: str) -> None:
    """Whatever is written, it is a part of the words or a sentence."""
    of = Named("s", "m", "c", 0, "banter mate 😂")
    try:
        start, end = span_of(written, of, JOKE, applies=True)
    except BadCode:
        return
    assert 0 <= start < end <= 13


def test_a_message_without_words_has_no_part() -> None:
    """A picture is coded whole."""
    with pytest.raises(BadCode, match="has no words here"):
        span_of("0:1", Named("s", "m", "c", 0, None), JOKE, applies=True)


def test_nothing_is_written_of_what_is_refused(case_of: CaseOf) -> None:
    """Any words in any place are refused in a sentence, and the case stays as it was."""
    case = case_of([("Ash", "one")])

    @given(st.text(), st.text(), st.text(), st.none() | st.text(), st.none() | st.text())
    @settings(max_examples=60, deadline=None)
    def refused(message: str, code: str, by: str, span: str | None, book: str | None) -> None:
        with pytest.raises(UpstanderError):
            decide(case, Asked("9" + message, code, by, span=span, codebook=book), now=NOW)

    refused()
    assert codings(case) == []
    assert kept(case) == {}


def test_many_code_at_once(case_of: CaseOf) -> None:
    """Reviewers who begin together: every line is there, and the codebook is kept once."""
    case = case_of([("Ash", f"line {number}") for number in range(8)])
    asked = [Asked(str(number % 8 + 1), "joke", f"R{number % 4}") for number in range(32)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: decide(case, one, now=NOW), asked))
    assert len(codings(case)) == 32
    assert list(kept(case)) == ["police-misconduct@1"]
    assert list((case.decisions / "codebooks").iterdir()) == [kept(case)["police-misconduct@1"]]
    review.codings(case)


def test_a_name_is_written_in_one_way(case_of: CaseOf) -> None:
    """The same name in other letters would be a second reader who agrees with the first."""
    case = case_of([("Ash", "one")])
    decide(case, Asked("1", "joke", "  DC   Example "), now=NOW)
    assert codings(case)[0].by == "DC Example"
    with pytest.raises(UsageError, match="write the name as before"):
        decide(case, Asked("1", "joke", "dc example"), now=NOW)


def test_what_went_before_is_found_without_reading_all(case_of: CaseOf) -> None:
    """Names, codebooks and a message's codings, whatever a note says; a line that is none stops nobody else."""
    case = case_of([("Ash", "one"), ("Bo", "two")])
    ids = [named(case, key).sighting for key in ("1", "2")]
    note = f'"by": "Nobody", "codebook": "none@1", "message": "{ids[0]}" \\'
    decide(case, Asked("1", "joke", 'R "Quote" Ä'), now=NOW)
    decide(case, Asked("2", "joke", "S", note=note), now=NOW)
    with (case.decisions / "codings.jsonl").open("ab") as stream:
        stream.write(b'{"message": "x", "by": "cut sh\xff')
    again = decide(case, Asked("1", "joke", 'R "Quote" Ä', applies=False), now=NOW)
    assert again.before is not None
    before = history(case)
    assert (before.names, before.codebooks) == (["S", 'R "Quote" Ä'], ["police-misconduct@1"])
    assert [coding.applies for coding in before.about({ids[0]})] == [True, False]
    assert [coding.note for coding in before.about({ids[1]})] == [note]
    assert len(codings(case)) == 3
    (sentence,) = told(case).unread
    assert "line 3" in sentence
    assert "no UTF-8" in sentence or "breaks off" in sentence


def test_what_was_found_is_remembered_until_the_file_is_changed(
    case_of: CaseOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same names whether remembered, damaged, thrown away, or changed by hand."""
    monkeypatch.setattr("upstander.review.codings.record._MUCH", 1)
    case = case_of([("Ash", "one"), ("Bo", "two")])
    path, kept_in = case.decisions / "codings.jsonl", case.index / "codings.json"
    for by in ("A", "B", "C", "A"):
        decide(case, Asked("1", "joke", by), now=NOW)
    assert history(case).names == ["B", "C", "A"]
    assert kept_in.is_file()
    path.write_bytes(path.read_bytes().replace(b'"by": "B"', b'"by": "E"'))
    assert history(case).names == ["E", "C", "A"]
    for damage in (b"", b"[]", b'{"bytes": 9, "crc32": 1, "names": 3, "codebooks": []}', b"\xff"):
        kept_in.write_bytes(damage)
        assert history(case).names == ["E", "C", "A"]
    with pytest.raises(UsageError, match="write the name as before"):
        decide(case, Asked("2", "joke", "e"), now=NOW)


def test_a_process_that_asks_again_reads_what_is_new(case_of: CaseOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """And all of it where the file is another, shorter, or says something else before what is new."""
    case = case_of([("Ash", "one"), ("Bo", "two")])
    path = case.decisions / "codings.jsonl"
    for number in range(20):
        decide(case, Asked("1", "joke", f"Reader {'ABCD'[number % 4]}"), now=NOW)
    assert history(case).names[-1] == "Reader D"
    whole: list[bytes] = []
    every = decisions.content

    def counted(of: Path, **named: str) -> bytes:
        whole.append(every(of, **named))
        return whole[-1]

    monkeypatch.setattr(decisions, "content", counted)
    line = path.read_bytes().splitlines()[-1]
    with path.open("ab") as stream:
        stream.write(line.replace(b"Reader D", b"Reader E") + b"\n" + line.replace(b"Reader D", b"Reader F")[:-9])
    assert history(case).names[-1] == "Reader F"
    with path.open("ab") as stream:
        stream.write(line[-9:] + b"\n")
    assert history(case).names[-3:] == ["Reader D", "Reader E", "Reader F"]
    assert whole == []
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"Reader D", b"Somebody else"))
    assert history(case).names[-3:] == ["Somebody else", "Reader E", "Reader F"]
    path.write_bytes(b"".join(kept.splitlines(keepends=True)[:2]))
    assert history(case).names == ["Reader A", "Reader B"]
    other = path.with_suffix(".new")
    other.write_bytes(kept.replace(b"Reader", b"Leader"))
    other.replace(path)
    assert history(case).names[-1] == "Leader F"
    assert len(whole) == 3
    path.unlink()
    assert history(case).names == []


def test_what_stands() -> None:
    """The last own word of each; agreement is a verdict, a difference is none until it is settled."""
    (of,) = readings([word("A", True), word("B", True)]).values()
    assert (of.disputed, of.applies, of.settled) == (False, True, None)
    (of,) = readings([word("A", True), word("B", False)]).values()
    assert (of.disputed, of.applies) == (True, None)
    (of,) = readings([word("A", True), word("B", False), word("A", False)]).values()
    assert (of.disputed, of.applies) == (False, False)


def test_who_settles() -> None:
    """A third name at once, the latest of several; the readers only together, whichever came last."""
    differ = [word("A", True), word("B", False)]
    (of,) = readings([*differ, word("C", True, Via.SETTLED), word("D", False, Via.SETTLED)]).values()
    assert of.applies is False
    (of,) = readings([*differ, word("A", False, Via.SETTLED)]).values()
    assert of.applies is None
    (of,) = readings([*differ, word("A", False, Via.SETTLED), word("B", True, Via.SETTLED)]).values()
    assert of.applies is None
    together = [word("A", True, Via.SETTLED), word("B", True, Via.SETTLED)]
    (of,) = readings([*differ, word("C", False, Via.SETTLED), *together]).values()
    assert of.applies is True
    assert {by: coding.applies for by, coding in of.own.items()} == {"A": True, "B": False}


def test_versions_of_a_book_are_one_book() -> None:
    """A code keeps its readings when its book gets a new version; another book's code of the same name is another."""
    made = readings([word("A", True), word("B", False, book="book@2"), word("C", True, book="other@1")])
    assert {key[2]: len(of.own) for key, of in made.items()} == {"book": 2, "other": 1}


WORDS = st.tuples(
    st.sampled_from("mno"), st.sampled_from("AB"), st.booleans(), st.sampled_from(["b@1", "b@2", "c@1"]),
    st.sampled_from([Via.READ, Via.RANDOM, Via.SETTLED]), st.booleans(),
)  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_one_rule_for_what_stands(words: list[tuple[str, str, bool, str, Via, bool]]) -> None:
    """The expression marks just the words that `readings` keeps, by message or, where that is gone, by sighting."""
    made = [(name, Coding(name, "joke", book, applies, by, NOW, via)) for name, by, applies, book, via, _ in words]
    frame = pl.DataFrame(
        {
            "sequence": list(range(len(made))),
            "message": [None if word[5] else word[0] for word in words],
            **{name: [getattr(coding, name) for _, coding in made] for name in ("sighting", "code", "codebook", "by")},
            "via": [coding.via.value for _, coding in made],
        },
        schema={
            "sequence": pl.Int64,
            **dict.fromkeys(("message", "sighting", "code", "codebook", "by", "via"), pl.String),
        },
    )
    found = readings(made).values()
    settling = [{coding.by: coding for coding in of.settling} for of in found]
    kept = [*(coding for of in found for coding in of.own.values()), *(each for of in settling for each in of.values())]
    standing = [made[place][1] for place in frame.filter(stands())["sequence"]]
    assert {id(coding) for coding in standing} == {id(coding) for coding in kept}
