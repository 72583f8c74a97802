"""Empty and odd captures: nothing is lost, nothing is merged, nothing stops the run."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.made_captures import MINUTE, START, Given, add, check, new_case, notice, pairs, rows, said, tables

UNIQUE = [f"the {word} van is parked behind number {number}" for number, word in enumerate("abcdefghijkl")]


def _told(found: dict[str, list[dict[str, Any]]]) -> set[int]:
    return {len(group) for group in rows(found).values()}


def test_a_case_without_captures_has_nothing(tmp_path: Path) -> None:
    """Where there are no captures there are no rows, of any table."""
    assert tables(new_case(tmp_path)) == {"captures": [], "sightings": [], "gaps": [], "clocks": []}


def test_a_capture_without_rows_is_left_out(tmp_path: Path) -> None:
    """A conversation without messages joins nothing and stops nothing."""
    case = new_case(tmp_path)
    add(case, Given("empty", []))
    full = add(case, Given("full", said(UNIQUE)))
    found = tables(case)
    check(case, found)
    assert {row["capture"] for row in found["sightings"]} == {full}


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param([{"sent_at": START, "author": "A", "text": "hello"}], id="one row"),
        pytest.param([notice(START + n * MINUTE, "encryption") for n in range(6)], id="only notices"),
        pytest.param([{**row, "sent_at": None} for row in said(["yes", "no", "ok"] * 4)], id="no times"),
        pytest.param([{**row, "sent_at": None} for row in said(UNIQUE)], id="no times, unique bodies"),
        pytest.param(said(["ok"] * 30, authors="A"), id="one body alone"),
        pytest.param([{**row, "sent_at": START} for row in said(["ok"] * 30)], id="one body at one time"),
        pytest.param([{**row, "text": None} for row in said(["-"] * 12)], id="no texts"),
        pytest.param([{**row, "text": " \u200e\n"} for row in said(["-"] * 12)], id="blank texts"),
        pytest.param([{**row, "author": None} for row in said(["ok", "no"] * 8)], id="no authors"),
    ],
)
def test_odd_captures_neither_crash_nor_merge(tmp_path: Path, odd: list[dict[str, Any]]) -> None:
    """Two captures that say the same odd thing, beside an ordinary one: every row stands, and none is merged."""
    case = new_case(tmp_path)
    add(case, Given("one", odd))
    add(case, Given("other", odd))
    add(case, Given("ordinary", said([f"{text} today" for text in UNIQUE])))
    found = tables(case)
    check(case, found)
    assert _told(found) == {1}
    assert {row["standing"] for row in found["captures"] if row["basis"] == "alone"} == {"applied"}
    assert found["gaps"] == []
    assert found["clocks"] == []


def test_times_out_of_range_are_times(tmp_path: Path) -> None:
    """Clocks of 1653, 1969 and 9999 crash nothing; captures that agree in them pair row by row."""
    case = new_case(tmp_path)
    years = [0, -1, -(10**13), 253_402_300_799_999] * 3
    odd = [{**row, "sent_at": at} for row, at in zip(said(UNIQUE), years, strict=True)]
    one, other = add(case, Given("one", odd)), add(case, Given("other", odd))
    found = tables(case)
    check(case, found)
    assert pairs(found, one, other) == {(str(place), str(place)) for place in range(12)}


@pytest.mark.parametrize("kept", [0, 1, 11])
def test_rows_without_a_time_keep_their_place(tmp_path: Path, kept: int) -> None:
    """In captures that are one conversation, a row without a time stays a message of its own, undated."""
    case = new_case(tmp_path)
    add(case, Given("one", said(UNIQUE)))
    bare = [{**row, "sent_at": None} if number == kept else row for number, row in enumerate(said(UNIQUE))]
    other = add(case, Given("other", bare))
    found = tables(case)
    check(case, found)
    assert sorted(len(group) for group in rows(found).values()) == [1, 1] + [2] * 11
    (row,) = [row for row in found["sightings"] if row["sighting"] == f"{other}-{kept}"]
    assert row["at"] is None
    assert row["offset_ms"] is None


def test_two_rows_of_one_key_in_one_capture_stay_apart(tmp_path: Path) -> None:
    """A database that gives a key twice has two sightings, never one message with two rows of one capture."""
    case = new_case(tmp_path)
    keyed = [{**row, "platform_key": f"K{number // 2}"} for number, row in enumerate(said(UNIQUE, authors="A"))]
    add(case, Given("one", keyed, key="g@g.us"))
    add(case, Given("other", keyed, key="g@g.us"))
    found = tables(case)
    check(case, found)


def test_platforms_never_meet(tmp_path: Path) -> None:
    """The same words at the same times on two platforms are two conversations."""
    case = new_case(tmp_path)
    add(case, Given("one", said(UNIQUE)))
    add(case, Given("other", said(UNIQUE), platform="messenger", source="messenger"))
    found = tables(case)
    check(case, found)
    assert _told(found) == {1}
    assert len({row["conversation"] for row in found["captures"]}) == 2
