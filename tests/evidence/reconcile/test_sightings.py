"""What each sighting says of itself: how it was matched, what it shows, which one leads, and when it was."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.made_captures import MINUTE, START, Given, Row, add, check, new_case, tables

from upstander.storage import Case

WORDS = ("alder", "birch", "cedar", "elder", "hazel", "holly", "larch", "maple", "osier", "poplar", "rowan", "spruce")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return new_case(tmp_path)


def _rows(*, keyed: bool = False, unit: str = "second", **changed: Row) -> list[Row]:
    """Twelve messages five minutes and some seconds apart; `r3={...}` changes the fourth, where it is a message."""
    step = MINUTE if unit == "minute" else 1000
    found = [
        {
            "place": n, "sent_at": (START + n * 5 * MINUTE + n * 4_000) // step * step, "author": "AB"[n % 2],
            "text": f"the {word} van is parked behind the station", "sent_at_precision": unit,
            "platform_key": f"K{n}" if keyed else None,
        }
        for n, word in enumerate(WORDS)
    ]  # fmt: skip
    for name, row in changed.items():
        found[int(name[1:])].update(row)
    return found


def _of(found: dict[str, list[Row]], capture: str) -> dict[int, dict[str, Any]]:
    return {
        int(row["sighting"].partition("-")[2]): row for row in found["sightings"] if row["capture"] == capture
    }  # fmt: skip


def _both(case: Case, one: list[Row], two: list[Row]) -> tuple[dict[int, Any], dict[int, Any]]:
    """Sightings by place of two captures; those with message keys are exports of one group."""
    first, second = (
        add(case, Given(name, rows, key="g" if rows[0]["platform_key"] else None))
        for name, rows in (("one", one), ("two", two))
    )
    found = tables(case)
    check(case, found)
    return _of(found, first), _of(found, second)


def test_alone(case: Case) -> None:
    """A capture by itself: each row leads its own message, method alone, score 1, at its own time."""
    one = add(case, Given("one", _rows()))
    for place, row in _of(tables(case), one).items():
        assert (row["method"], row["score"], row["lead"], row["offset_ms"]) == ("alone", 1.0, True, 0)
        assert row["ordinal"] == place
        assert row["message"] == row["sighting"]


def test_keys(case: Case) -> None:
    """Rows that a key joins say so on both sides, with score 1."""
    one, two = _both(case, _rows(keyed=True), _rows(keyed=True)[1:])
    assert {row["method"] for row in two.values()} == {"key"}
    assert one[0]["method"] == "alone"
    assert {row["score"] for row in one.values()} == {1.0}


def test_methods_without_keys(case: Case) -> None:
    """Bodies said once, bodies said often and a tombstone each name the way that they were matched."""
    often: dict[str, Any] = {"r3": {"text": "ok"}, "r5": {"text": "ok"}}
    one, two = _both(case, _rows(keyed=True, **often), _rows(**often, r8={"kind": "deleted", "text": None}))
    methods = {place: row["method"] for place, row in two.items()}
    assert methods == {n: "aligned" if n in (3, 5) else "remainder" if n == 8 else "unique_body" for n in range(12)}
    assert {place: row["method"] for place, row in one.items()} == methods
    assert one[8]["message"] == two[8]["message"]
    assert two[8]["score"] < two[7]["score"] == 1.0


def test_what_each_shows(case: Case) -> None:
    """Whole, another version, a tombstone, nothing, a placeholder; the fullest leads."""
    one, two = _both(
        case,
        _rows(keyed=True, r4={"text": None, "kind": "image"}, r5={"kind": "empty", "text": None}),
        _rows(
            keyed=True, r2={"text": "the cedar van has gone", "edited": True}, r3={"kind": "deleted", "text": None},
            r4={"kind": "media", "text": None},
        ),
    )  # fmt: skip
    shows = {place: (one[place]["shows"], two[place]["shows"]) for place in (1, 2, 3, 4, 5)}
    assert shows == {
        1: ("full", "full"), 2: ("edited_differently", "full"), 3: ("full", "tombstone"), 4: ("full", "omitted"),
        5: ("empty", "full"),
    }  # fmt: skip
    assert {place: (one[place]["lead"], two[place]["lead"]) for place in (2, 3, 5)} == {
        2: (False, True), 3: (True, False), 5: (False, True),
    }  # fmt: skip


def test_the_finer_time_stands(case: Case) -> None:
    """Beside a database's seconds a written minute is only an offset: zone and rounding together."""
    text = [{**row, "sent_at": row["sent_at"] + 3_600_000} for row in _rows(unit="minute")]
    one, two = _both(case, _rows(keyed=True), text)
    for place, row in two.items():
        assert row["message"] == one[place]["message"]
        assert row["at"].timestamp() * 1000 == START + place * 5 * MINUTE + place * 4_000
        assert row["at_precision"] == "second"
        assert row["offset_ms"] == 3_600_000 - (place * 4_000) % MINUTE
        assert one[place]["offset_ms"] == 0


def test_a_wrong_clock_leaves_the_order_right(case: Case) -> None:
    """What a phone sent two days ahead of itself stands where other phones have it."""
    fast = [
        {
            **row,
            "outgoing": row["author"] == "A",
            "sent_at": row["sent_at"] + (172_800_000 if row["author"] == "A" else 0),
        }
        for row in _rows(keyed=True)
    ]
    one, two = _both(case, fast, _rows(keyed=True))
    assert [one[place]["ordinal"] for place in range(12)] == list(range(12))
    assert {one[place]["offset_ms"] for place in range(0, 12, 2)} == {172_800_000}
    assert {row["offset_ms"] for row in two.values()} == {0}
