"""What an app or an export wrote in place of a message is nobody's words, in every command that reads messages."""

import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from tests.support.commands import Command

#: What Ben's phone exported: the words of five messages, a caption, and what stands in place of seven others.
SHOWN = [
    ("Ada", "women are too stupid to drive, send them back to the kitchen"),
    ("Ben", "<Media omitted>"),
    ("Ben", "This message was deleted"),
    ("Ada", "You deleted this message"),
    ("Ben", "IMG-20180301-WA0001.jpg (file attached)"),
    ("Ben", "IMG-20180301-WA0002.jpg (file attached)\nlook at the state of her"),
    ("Ada", "null"),
    ("Ben", "this message was deleted by somebody, I think"),
    ("Ada", "location: https://maps.google.com/?q=51.5,-0.1"),
    ("Ada", "location: the usual place https://maps.google.com/?q=51.5,-0.1"),
    ("Ben", "\u200b"),
    ("Ben", "see you at nine"),
]
WORDS = [0, 5, 7, 9, 11]
MARK = "\u200e"
#: On an iPhone in German, where WhatsApp sets its mark before what it writes.
GERMAN = [
    ("Ada", "bis morgen um neun"),
    ("Ben", "\u200eBild weggelassen"),
    ("Ben", "sieh sie dir an \u200eBild weggelassen"),
    ("Ada", "\u200eDiese Nachricht wurde gelöscht."),
    ("Ben", "\u200eVerpasster Sprachanruf um 07:12"),
    ("Ada", "Diese Nachricht wurde gelöscht."),
]


def android(rows: list[tuple[str, str]]) -> str:
    """A text export of one group, a minute apart."""
    lines = ["01/03/2018, 06:59 - Messages to this group are now secured with end-to-end encryption."]
    lines += [f"01/03/2018, 07:{minute:02} - {author}: {text}" for minute, (author, text) in enumerate(rows)]
    return "\n".join(lines) + "\n"


def iphone(rows: list[tuple[str, str]]) -> str:
    """The same of an iPhone."""
    lines = ["\u200e[01.03.18, 06:59:00] Nachtdienst: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt."]
    for minute, (author, text) in enumerate(rows):
        mark = MARK * text.startswith(MARK)
        lines.append(f"{mark}[01.03.18, 07:{minute:02}:00] {author}: {text}")
    return "\n".join(lines) + "\n"


def taken(upstander: Command, folder: Path, reference: str, **files: str) -> str:
    """A case of those exports, each of its own phone."""
    assert upstander("case", "new", reference).status == 0
    for number, (name, text) in enumerate(files.items(), 1):
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        said = upstander("ingest", reference, str(path), "--exhibit", f"AB/{number}", "--conversation", "Nights")
        assert said.status == 0, said.err
    return reference


@pytest.fixture
def case(upstander: Command, tmp_path: Path) -> str:
    """Ben's phone alone."""
    return taken(upstander, tmp_path, "W-1", nights=android(SHOWN))


def counted(home: Path, case: str, where: str) -> int:
    """How many rows of the case's table of messages SQL finds."""
    told = pl.scan_parquet(home / case / "tables" / "*" / "messages.parquet").with_columns(
        pl.col(pl.Categorical).cast(pl.String)
    )
    return int(told.sql(f"SELECT count(*) FROM self WHERE kind != 'system' AND {where}").collect().item())


def minutes(found: list[dict[str, object]]) -> list[int]:
    """By the minute in which each was sent, which is its place in the export."""
    return sorted(int(str(row["at"])[14:16]) for row in found)


def test_every_command_reads_words_alone(upstander: Command, case: str) -> None:
    """Ranked reading is over the five messages with words, triage ranks those, and a certificate is of those."""
    state = upstander("queue", "show", case, "--code", "banter", "--json").json
    assert (state["messages"], state["wordless"]) == (len(WORDS), len(SHOWN) - len(WORDS))
    ranked = upstander("triage", case, "--limit", "50", "--json").json
    assert all(minutes(found) == WORDS for found in ranked["first"].values())
    assert {head["messages"] for head in ranked["heads"]} == {len(WORDS)}
    made = upstander("certificate", case, "--code", "banter", "--json").json
    assert made["reviewed"]["population"] == len(WORDS)
    assert made["not_covered"]["without_text"] == {
        "deleted": 2, "empty": 1, "image": 1, "location": 1, "media": 1, "text": 1
    }  # fmt: skip
    # The picture with a caption, and the place that was typed about.
    assert made["not_covered"]["with_media"] == 2
    told = " ".join(upstander("certificate", case, "--code", "banter").out.split())
    for said in (
        "7 messages in scope have nobody's words",
        "deleted messages whose text the platform no longer shows: 2",
        "pictures without a caption: 1",
        "blank messages: 1",
    ):
        assert said in told


def test_the_queue_ends_when_the_words_are_read(upstander: Command, case: str) -> None:
    """Nothing else is ever given, by rank or by chance."""
    given = []
    for _ in SHOWN:
        found = upstander("queue", "next", case, "--code", "banter", "--by", "R", "--json").json["next"]
        if found is None:
            break
        given.append(found)
        answer = upstander("code", case, found["message"], "banter", "--by", "R", "--not", "--via", found["via"])
        assert answer.status == 0, answer.err
    assert minutes(given) == WORDS


def test_placeholders_are_found_by_fields_and_never_by_words(upstander: Command, case: str, home: Path) -> None:
    """By author, kind, date and deletion, as many as SQL counts; the words that the app wrote find nothing."""

    def count(query: str) -> int:
        found: int = upstander("search", case, query, "--json").json["count"]
        return found

    for words in ("omitted", "null", '"you deleted this message"', "jpg -look"):
        assert count(words) == 0, words
    assert count("deleted") == count("somebody") == 1
    for query, where in (
        ("deleted:*", "deleted IS NOT NULL"),
        ("deleted:AB/1", "deleted IS NOT NULL"),
        ("kind:deleted", "kind = 'deleted'"),
        ("kind:image", "kind = 'image'"),
        ("kind:media", "kind = 'media'"),
        ("author:ben deleted:*", "author = 'Ben' AND deleted IS NOT NULL"),
        ("author:ada kind:deleted since:2018-03-01 until:2018-03-01", "author = 'Ada' AND kind = 'deleted'"),
        ("deleted:* until:2018-02-28", "deleted IS NOT NULL AND sent_at_written LIKE '28/02%'"),
    ):
        assert count(query) == counted(home, case, where), query
    assert count("deleted:*") == 2
    facets = upstander("search", case, "author:*", "--facets", "--json").json["facets"]
    for row in facets["kind"]:
        assert row["messages"] == counted(home, case, f"kind = '{row['name']}'")
    assert sum(row["messages"] for row in facets["kind"]) == counted(home, case, "TRUE") == len(SHOWN)
    shown = upstander("search", case, "deleted:*", "--show-text")
    assert "(deleted, no words)" in shown.out
    assert "deleted on AB/1" in shown.out
    assert "This message was deleted" not in shown.out


def test_another_language_is_known_by_its_phrases_and_its_mark(upstander: Command, tmp_path: Path) -> None:
    """A caption before the mark is words; what somebody types without it is theirs."""
    case = taken(upstander, tmp_path, "W-2", nacht=iphone(GERMAN))
    state = upstander("queue", "show", case, "--code", "banter", "--json").json
    assert (state["messages"], state["wordless"]) == (3, 3)
    made = upstander("certificate", case, "--code", "banter", "--json").json
    assert made["not_covered"]["without_text"] == {"call": 1, "deleted": 1, "image": 1}
    found = upstander("search", case, "sieh", "--show-text", "--json").json["hits"]
    assert [hit["kind"] for hit in found] == ["image"]


def test_words_on_one_phone_are_words_though_another_shows_none(upstander: Command, tmp_path: Path) -> None:
    """A message that one phone shows deleted and another whole is read, coded by part, and found as deleted."""
    here = [("Ada" if place % 2 else "Ben", f"morning all, number {place}") for place in range(40)]
    there = [*here]
    here[4], there[4] = ("Ben", "This message was deleted"), ("Ben", "he got what was coming to him")
    here[8], there[8] = ("Ben", "IMG-1.jpg (file attached)"), ("Ben", "IMG-1.jpg (file attached)\nguess who")
    case = taken(upstander, tmp_path, "W-3", one=android(here), two=android(there))
    state = upstander("queue", "show", case, "--code", "banter", "--json").json
    assert (state["messages"], state["wordless"]) == (40, 0)
    (hit,) = upstander("search", case, "deleted:* coming", "--json").json["hits"]
    assert (hit["deleted_on"], hit["exhibits"]) == (["AB/1"], ["AB/1", "AB/2"])
    coded = upstander("code", case, hit["message"], "banter", "--by", "R", "--span", hit["spans"][0], "--json")
    assert coded.status == 0, coded.err
    assert coded.json["coding"]["span"] == hit["spans"][0]
    assert len(upstander("search", case, '"guess who"', "--json").json["hits"]) == 1


def test_a_span_is_one_form_everywhere(upstander: Command, case: str) -> None:
    """What triage and search print is what `code --span` takes, and what it answers."""
    first = upstander("triage", case, "--head", "misogyny", "--limit", "1", "--json").json["first"]["misogyny"][0]
    span = first["reasons"][0]["span"]
    assert span in upstander("triage", case, "--head", "misogyny", "--limit", "1").out
    said = upstander("code", case, first["message"], "banter", "--by", "R", "--span", span)
    assert f"applies to {span} of message {first['message']}" in " ".join(said.out.split())
    (hit,) = upstander("search", case, "kitchen", "--json").json["hits"]
    assert SHOWN[0][1][slice(*map(int, hit["spans"][0].split(":")))] == "kitchen"
    assert f"at {hit['spans'][0]}" in upstander("search", case, "kitchen").out


def test_no_is_of_the_whole_message(upstander: Command, case: str, tmp_path: Path) -> None:
    """A span with --not is refused in one sentence, by itself and from a file; nothing is written."""
    (hit,) = upstander("search", case, "kitchen", "--json").json["hits"]
    said = upstander("code", case, hit["message"], "banter", "--by", "R", "--not", "--span", "0:3")
    assert said.status == 2
    assert "a span says where a code applies, and no is of the whole message" in " ".join(said.err.split())
    path = tmp_path / "many.jsonl"
    row = {"message": hit["message"], "code": "banter", "applies": False, "span": [0, 3]}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    many = upstander("code", case, "--from", str(path), "--by", "R", "--json").json
    assert (many["written"], len(many["refused"])) == (0, 1)


def test_agreement_counts_messages_first(upstander: Command, case: str) -> None:
    """One message of which nothing applies is one message, and a decision on every code."""
    (hit,) = upstander("search", case, "kitchen", "--json").json["hits"]
    assert upstander("code", case, hit["message"], "--nothing", "--by", "R").status == 0
    told = upstander("agreement", case, "--json").json
    assert (told["messages"], told["twice"]) == (1, 0)
    assert told["decisions"] == len(told["codes"]) > 10
    said = " ".join(upstander("agreement", case).out.split())
    assert f"1 message read by 1 reviewer ({told['decisions']} decisions, one for each reader and code)" in said
    assert Counter(code["read"] for code in told["codes"]) == {1: told["decisions"]}
