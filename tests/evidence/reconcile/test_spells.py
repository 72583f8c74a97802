"""When an owner was in the conversation, as notices say, and how long timers are, in words."""

from pathlib import Path

import numpy as np
import pytest
from tests.support.made_captures import MINUTE, START, Given, Row, add, check, new_case, notice, tables

from upstander.evidence.reconcile.spells import Spells, _seconds

HOUR = 60 * MINUTE
WORDS = ("alder", "birch", "cedar", "elder", "hazel", "holly", "larch", "maple", "osier", "poplar", "rowan", "spruce")


@pytest.mark.parametrize(
    ("changes", "states"),
    [
        ((), [0, 0, 0, 0]),
        (((10, 1),), [1, 0, 0, 0]),
        (((10, -1),), [0, 2, 2, 2]),
        (((10, 1), (20, -1)), [1, 0, 2, 2]),
        (((10, -1), (20, 1)), [0, 2, 0, 0]),
        (((10, 1), (20, -1), (30, 1)), [1, 0, 2, 0]),
    ],
)
def test_states(changes: tuple[tuple[int, int], ...], states: list[int]) -> None:
    """Before the first change the opposite of it held; a rejoiner is away between; nothing said is nothing known."""
    spells = Spells(tuple(at for at, _ in changes), tuple(change for _, change in changes))
    at = np.array([5, 15, 25, 35])
    assert spells.states(at).tolist() == states


def test_the_moment_itself() -> None:
    """At the instant of joining the owner is in, at that of leaving out."""
    spells = Spells((10, 20), (1, -1))
    assert spells.states(np.array([9, 10, 19, 20])).tolist() == [1, 0, 0, 2]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("604800", 604_800),
        ("0", 0),
        ("You set messages to disappear after 7 days", 604_800),
        ("Sam set the timer to 24 hours. Tap to change.", 86_400),
        ("New messages will disappear after 90-day limit", 7_776_000),
        ("the timer is now 30 seconds", 30),
        ("set to 2 weeks", 1_209_600),
        ("Sam turned off disappearing messages.", 0),
        ("Nachrichten wurden deaktiviert", 0),
        ("Sam changed the timer", None),
        ("", None),
        (None, None),
    ],
)
def test_the_length_of_a_timer(text: str | None, seconds: int | None) -> None:
    """A bare number is seconds; words give number and unit; switched off is none; what says nothing is unknown."""
    assert _seconds(text) == seconds


def _rows(owner: str) -> list[Row]:
    return [
        {
            "place": number, "sent_at": START + number * HOUR, "author": "ABC"[number % 3],
            "text": f"the {word} van is parked behind the station", "platform_key": f"K{number}",
            "outgoing": "ABC"[number % 3] == owner, "row": f"message:{number + 1}",
        }
        for number, word in enumerate(WORDS)
    ]  # fmt: skip


def _gaps(folder: Path, kept: list[int], members: list[Row], *, on: str) -> dict[str, str]:
    """Reasons of what B's phone lacks, where the notices stand `on` the one capture or the other."""
    case = new_case(folder)
    whole = [*_rows("A"), *(notice(row["at"], row["kind"]) | {"place": f"n{n}"} for n, row in enumerate(members))]
    whole.sort(key=lambda row: row["sent_at"])
    given = [{"evidence": "system_event", **row} for row in members]
    add(case, Given("whole", whole, key="1@g.us", members=given if on == "whole" else ()))
    part = [row for row in _rows("B") if row["place"] in kept]
    lacking = add(case, Given("part", part, key="1@g.us", members=given if on == "part" else ()))
    found = tables(case)
    check(case, found)
    return {row["message"].partition("-")[2]: row["reason"] for row in found["gaps"] if row["capture"] == lacking}


@pytest.mark.parametrize("on", ["whole", "part"])
def test_joining_leaving_and_coming_back(tmp_path: Path, on: str) -> None:
    """What the owner could not have, by the notices of their own phone or another's, is never called deleted."""
    members = [
        {"at": START + 3 * HOUR - MINUTE, "kind": "added", "participant": "B", "actor": "A"},
        {"at": START + 6 * HOUR - MINUTE, "kind": "left", "participant": "B"},
        {"at": START + 9 * HOUR - MINUTE, "kind": "joined", "participant": "B"},
    ]
    reasons = _gaps(tmp_path, [3, 4, 5, 9, 10, 11], members, on=on)
    assert reasons == {
        "0": "before_join", "1": "before_join", "2": "before_join",
        "6": "after_leave", "7": "after_leave", "8": "after_leave",
    }  # fmt: skip


def test_history_that_a_joiner_was_shown(tmp_path: Path) -> None:
    """What somebody else's joining says bears on nobody else's phone: the same rows missing are unused numbers."""
    members = [{"at": START + 3 * HOUR - MINUTE, "kind": "added", "participant": "C", "actor": "A"}]
    reasons = _gaps(tmp_path, [1, 3, 4, 5, 6, 7, 8, 9, 10, 11], members, on="whole")
    assert reasons == {"0": "before_capture", "2": "deleted_on_phone"}


def test_you_are_the_owner_of_the_phone_that_says_so(tmp_path: Path) -> None:
    """*You were added* on the owner's own phone is the owner's joining; on another phone it is not."""
    members = [{"at": START + 3 * HOUR - MINUTE, "kind": "added", "participant": "You", "actor": "A"}]
    kept = [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert set(_gaps(tmp_path / "1", kept, members, on="part").values()) == {"before_join"}
    assert set(_gaps(tmp_path / "2", kept, members, on="whole").values()) == {"before_capture"}
