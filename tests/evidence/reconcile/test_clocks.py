"""Clocks: each kind, from a capture beside another, and how lengths of time are written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.made_captures import Given, Row, add, check, new_case, tables

from upstander.evidence.reconcile.clocks import duration

HOUR, DAY = 3_600_000, 86_400_000
#: 1 March 2018; the clocks of Europe change on 25 March.
MARCH = 1_519_862_400_000
CHANGE = 1_521_939_600_000


def _true(count: int = 60) -> list[Row]:
    """A message a day from 1 March on, by two people, each said once."""
    return [
        {
            "place": number, "sent_at": MARCH + number * DAY + 9 * HOUR, "author": "AB"[number % 2],
            "text": f"the van of day {number} is parked behind the station", "platform_key": f"K{number}",
            "row": f"message:{number + 1}",
        }
        for number in range(count)
    ]  # fmt: skip


def _text(folder: Path, off: Any, **given: Any) -> list[dict[str, Any]]:
    """Clocks found where a text export without keys is off by `off(at)` beside a database."""
    case = new_case(folder)
    add(case, Given("database", _true(), key="1@g.us"))
    rows = [
        {**row, "platform_key": None, "row": None, "sent_at": row["sent_at"] + off(row["sent_at"]), **given}
        for row in _true()
    ]
    text = add(case, Given("text", rows))
    found = tables(case)
    check(case, found)
    assert {row["capture"] for row in found["clocks"]} <= {text}
    return found["clocks"]


def _at(row: dict[str, Any], name: str) -> int:
    return int(row[name].timestamp() * 1000)


def test_a_right_clock(tmp_path: Path) -> None:
    """Times that agree to within half a minute are right, over all messages."""
    (row,) = _text(tmp_path, lambda at: 25_000)
    assert (row["kind"], row["scope"], row["offset_ms"], row["basis"]) == ("right", "all", 25_000, "other_captures")
    assert (row["pairs"], row["messages"], row["ordinal"]) == (60, 60, 0)
    assert (_at(row, "since"), _at(row, "until")) == (MARCH + 9 * HOUR, MARCH + 59 * DAY + 9 * HOUR)


@pytest.mark.parametrize("hours", [5.5, -4, 1])
def test_another_zone(tmp_path: Path, hours: float) -> None:
    """A whole number of quarter hours is another zone, where nobody recorded the zone that times were read under."""
    (row,) = _text(tmp_path, lambda at: int(hours * HOUR))
    assert (row["kind"], row["offset_ms"]) == ("zone", int(hours * HOUR))


def test_a_recorded_zone_is_no_zone(tmp_path: Path) -> None:
    """An hour off under a zone that the format records is a clock that was an hour fast."""
    (row,) = _text(tmp_path, lambda at: HOUR, time_zone_basis="recorded")
    assert row["kind"] == "fast_or_slow"


def test_fast_and_slow(tmp_path: Path) -> None:
    """Four minutes all along are a clock that was fast, and said in words."""
    (row,) = _text(tmp_path, lambda at: 240_000)
    assert (row["kind"], row["offset_ms"]) == ("fast_or_slow", 240_000)
    assert "4 min 0 s fast throughout" in row["detail"]


def test_summer_time(tmp_path: Path) -> None:
    """An hour more from the day of a clock change on is what summer time makes, and no clock that was moved."""
    rows = _text(tmp_path, lambda at: -5 * HOUR if at < CHANGE else -4 * HOUR)
    assert sorted(row["kind"] for row in rows) == ["daylight_saving", "zone"]
    assert {row["offset_ms"] for row in rows} == {-5 * HOUR, -4 * HOUR}


def test_an_hour_on_another_day_was_moved(tmp_path: Path) -> None:
    """An hour more from a day on which no calendar changes its clocks is a clock that was moved."""
    rows = _text(tmp_path, lambda at: 0 if at < CHANGE - 12 * DAY else HOUR)
    assert sorted(row["kind"] for row in rows) == ["moved", "zone"]


def test_a_clock_that_was_moved(tmp_path: Path) -> None:
    """Ten days 45 hours ahead between right ones are one step with its size, its span and its messages."""
    since, until = MARCH + 20 * DAY, MARCH + 30 * DAY
    before, moved, after = _text(tmp_path, lambda at: 165_534_700 if since <= at < until else 0)
    assert [row["kind"] for row in (before, moved, after)] == ["right", "moved", "right"]
    assert [row["ordinal"] for row in (before, moved, after)] == [0, 1, 2]
    assert (moved["offset_ms"], moved["messages"]) == (165_534_700, 10)
    assert (_at(moved, "since"), _at(moved, "until")) == (since + 9 * HOUR, until - DAY + 9 * HOUR)
    assert "45 h 58 min 54.7 s fast here and right otherwise: it was moved" in moved["detail"]


@pytest.mark.parametrize("stamped", [True, False])
def test_an_owners_clock_is_that_of_what_they_sent(tmp_path: Path, *, stamped: bool) -> None:
    """A database shows its phone's clock in what its owner sent, beside the server's or other phones'."""
    case = new_case(tmp_path)
    add(case, Given("other", _true(), key="1@g.us"))
    rows = [
        {
            **row, "outgoing": row["author"] == "A",
            "sent_at": row["sent_at"] + (150_000 if row["author"] == "A" else 0),
            "server_at": row["sent_at"] if stamped and row["author"] == "A" else None,
        }
        for row in _true()
    ]  # fmt: skip
    add(case, Given("own", rows, key="1@g.us"))
    found = tables(case)
    check(case, found)
    (row,) = found["clocks"]
    assert (row["scope"], row["capture"], row["kind"], row["offset_ms"]) == ("own", None, "fast_or_slow", 150_000)
    assert (row["basis"], row["messages"]) == ("server_stamp" if stamped else "other_captures", 30)
    assert {_at(entry, "at") % HOUR for entry in found["sightings"]} == {0}


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 s"), (999, "1 s"), (-4_500, "4.5 s"), (240_000, "4 min 0 s"), (3_600_000, "1 h 0 min 0 s"),
        (165_534_700, "45 h 58 min 54.7 s"),
    ],
)  # fmt: skip
def test_lengths_of_time(ms: int, words: str) -> None:
    """Hours, minutes and tenths of a second; the sign is said elsewhere."""
    assert duration(ms) == words


def test_the_change_is_where_europe_changes() -> None:
    """The instant used above is 01:00 UTC on the last Sunday of March 2018."""
    assert datetime.fromtimestamp(CHANGE / 1000, UTC) == datetime(2018, 3, 25, 1, tzinfo=UTC)
