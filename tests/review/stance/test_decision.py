"""The decision file of stances: appended to by many, read line by line, fuzzed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.errors import BadDecision
from upstander.review.stance import STANCES_FILE, Ruling, Stance, append, rulings
from upstander.review.stance.decision import told_rulings
from upstander.storage import Home

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def ruling(message: str = "m1", stance: Stance = Stance.CHALLENGE, by: str = "DC Example") -> Ruling:
    """A ruling on one reply."""
    return Ruling(message, "reply", "r1", None, None, stance, by, NOW)


@settings(deadline=None)
@given(WORDS, st.sampled_from(["reply", "reaction", "next_post"]), WORDS, WORDS, st.sampled_from(list(Stance)), WORDS)
def test_a_line_says_the_ruling(message: str, act: str, one: str, other: str, stance: Stance, by: str) -> None:
    """What is written is what is read."""
    reacted = act == "reaction"
    named: tuple[str | None, str | None, str | None] = (None, one, other) if reacted else (one, None, None)
    made = Ruling(message, act, *named, stance, by, NOW, note=one)
    assert Ruling.of(made.line(), "line 1") == made


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3))
FIELDS = st.sampled_from(["message", "act", "response", "person", "emoji", "stance", "by", "at", "note"])


@settings(deadline=None)
@given(st.text() | st.dictionaries(FIELDS, JSON).map(json.dumps) | JSON.map(json.dumps))
def test_a_bad_line_is_refused(line: str) -> None:
    """Nothing but a sentence comes of a line that is no ruling."""
    with pytest.raises(BadDecision, match="line 7"):
        Ruling.of(line, "line 7")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("act", "wink", "none of reply"),
        ("stance", "yes", "none of challenge"),
        ("at", "soon", "ISO 8601"),
        ("at", "0001-01-01T00:00:00+23:59", "ISO 8601"),
        ("by", "", "lacks 'by'"),
        ("response", None, "lacks 'response'"),
        ("note", 3, "no text"),
    ],
)
def test_a_bad_field_is_named(field: str, value: object, words: str) -> None:
    """The sentence says which field is wrong."""
    row = json.loads(ruling().line()) | {field: value}
    with pytest.raises(BadDecision, match=words):
        Ruling.of(json.dumps(row), "line 1")


def test_many_write_at_once(tmp_path: Path) -> None:
    """Lines of people who decide at the same time are all there, each whole."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    assert rulings(case) == []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(case, [ruling(f"m{n}", by=f"R{n % 4}")]), range(60)))
    assert {made.message for made in rulings(case)} == {f"m{n}" for n in range(60)}


def test_a_line_cut_short_is_said_and_stays_alone(tmp_path: Path) -> None:
    """What a machine that stopped left of a line does not swallow the next."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    append(case, [ruling()])
    path = case.decisions / STANCES_FILE
    path.write_text(path.read_text() + '{"message": "m2", "co')
    append(case, [ruling("m3")])
    assert path.read_text().count("\n") == 3
    assert [made.message for made in rulings(case)] == ["m1", "m3"]
    (sentence,) = told_rulings(case).unread
    assert "line 2 of the decision file" in sentence


def test_a_file_of_no_text_is_said(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and a name that cannot be written, are said."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    with pytest.raises(BadDecision, match="cannot be written"):
        append(case, [ruling(by="\ud800")])
    case.decisions.mkdir(exist_ok=True)
    (case.decisions / STANCES_FILE).write_bytes(b"\xff\n")
    assert rulings(case) == []
    assert "no UTF-8" in told_rulings(case).unread[0] or "breaks off" in told_rulings(case).unread[0]
