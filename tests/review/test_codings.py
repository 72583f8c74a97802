"""The decision file of codings: appended to by many, read line by line, and told about the messages of the case."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.conftest import CaseOf

from upstander.errors import BadDecision
from upstander.review.codings import CODINGS, Coding, Via, append, codings, told
from upstander.stages import review
from upstander.storage import Home
from upstander.storage.scan import scan

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)


def coding(sighting: str = "m1", by: str = "DC Example", *, applies: bool = True, via: Via = Via.READ) -> Coding:
    """A coding of one message."""
    return Coding(
        sighting=sighting, code="threat", codebook="police-misconduct@1", applies=applies, by=by, at=NOW, via=via
    )


COUNTS = st.none() | st.tuples(st.integers(0, 1_000_000), st.integers(0, 1_000_000))


@given(
    st.text(min_size=1), st.text(min_size=1), st.booleans(), st.none() | st.text(), st.sampled_from(list(Via)), COUNTS
)
def test_a_line_says_the_coding(
    code: str, by: str, applies: bool, note: str | None, via: Via, context: tuple[int, int] | None
) -> None:
    """What is written is what is read."""
    made = Coding("m", code, "book@1", applies, by, NOW, via, (0, 3), note, context)
    assert Coding.of(made.line(), "line 1") == made


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_a_bad_line_is_refused(line: str) -> None:
    """Nothing but a sentence comes of a line that is no coding."""
    with pytest.raises(BadDecision, match="line 7"):
        Coding.of(line, "line 7")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("applies", "yes", "true or false"),
        ("via", "luck", "none of"),
        ("span", [3, 2], "one past last"),
        ("span", [True, 2], "one past last"),
        ("span", [0, 10**30], "one past last"),
        ("context", [3], "before, after"),
        ("context", [-1, 3], "before, after"),
        ("context", [True, 3], "before, after"),
        ("context", [0, 10**30], "before, after"),
        ("context", "3:3", "before, after"),
        ("context", {"before": 3}, "before, after"),
        ("at", "soon", "ISO 8601"),
        ("by", "", "lacks 'by'"),
        ("note", 3, "no text"),
    ],
)
def test_a_bad_field_is_named(field: str, value: object, words: str) -> None:
    """The sentence says which field is wrong."""
    row = json.loads(coding().line()) | {field: value}
    with pytest.raises(BadDecision, match=words):
        Coding.of(json.dumps(row), "line 1")


def test_many_write_at_once(tmp_path: Path) -> None:
    """Lines of reviewers who write at the same time are all there, each whole."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(case, [coding(f"m{n}", by=f"R{n % 4}")]), range(100)))
    assert {made.sighting for made in codings(case)} == {f"m{n}" for n in range(100)}


def test_a_line_cut_short_is_said_and_stays_alone(tmp_path: Path) -> None:
    """What a machine that stopped left of a line does not swallow the next."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    append(case, [coding()])
    path = case.decisions / CODINGS
    path.write_text(path.read_text() + '{"message": "m2", "co')
    append(case, [coding("m3")])
    assert path.read_text().count("\n") == 3
    assert [made.sighting for made in codings(case)] == ["m1", "m3"]
    found = told(case)
    assert [number for number, _ in found.rows] == [1, 3]
    assert len(found.unread) == 1
    assert "line 2 of the decision file" in found.unread[0]
    assert "breaks off" in found.unread[0]


def test_the_snapshot_names_messages(case_of: CaseOf) -> None:
    """A coding of any sighting is a coding of the message; the last word of a reviewer stands."""
    sample = case_of([("Ash", "morning"), ("Bo", "ok")], phones=2)
    seen = scan(sample, "sightings").filter(pl.len().over("message") > 1).select("message", "sighting").collect()
    message = seen["message"][0]
    of = seen.filter(pl.col("message") == message)["sighting"].to_list()
    append(sample, [coding(of[0]), coding(of[1], applies=False), coding(of[0], by="Other"), coding("gone")])
    part = review.codings(sample)
    assert review.codings(sample) == part
    rows = scan(sample, "codings").collect()
    assert rows["message"].to_list() == [message] * 3 + [None]
    assert rows["stands"].to_list() == [False, True, True, True]
