"""What an own phone holds and had read, in stretches that follow one another."""

import numpy as np
import polars as pl

from upstander.people.own import UNDATED, read_up_to, times
from upstander.people.rows import Capture
from upstander.people.spells import Spell
from upstander.people.stretches import Stretch, clock, stretches

CAPTURE = Capture("c", "c", "e", "AB/1", "Ann", "whatsapp", "made", "group", None, "K3")
HELD = pl.DataFrame(
    {"ordinal": [0, 1, 3, 4], "sighting": ["c-0", "c-1", "c-3", "c-4"], "platform_key": ["K0", "K1", "K3", "K4"]}
)


def test_what_was_read_is_told_from_what_is_only_held() -> None:
    """Up to the mark the own phone is read past it; after it, the phone merely holds it; a hole is neither."""
    read = read_up_to(HELD, CAPTURE)
    assert read == 4
    spell = Spell(None, 0, 4, None, "added", "open", "event", None)
    own = [("AB/1", HELD["ordinal"].to_numpy(), read)]
    found = stretches([spell], np.arange(6), 5, own)
    assert [(stretch.since, stretch.until, stretch.rung) for stretch in found] == [
        (0, 2, "own_phone_past"),
        (2, 3, "by_events"),
        (3, 4, "own_phone_past"),
        (4, 5, "own_phone_holds"),
        (5, 6, "by_events"),
    ]


def test_without_a_mark_nothing_is_said_to_be_read() -> None:
    """An export that keeps no mark, or one that names a message it lacks, says nothing of reading."""
    assert read_up_to(HELD, Capture("c", "c", "e", "AB/1", None, "whatsapp", "made", "group", None, None)) == 0
    assert read_up_to(HELD, Capture("c", "c", "e", "AB/1", None, "whatsapp", "made", "group", None, "K9")) == 0


def test_where_nothing_is_known_a_stretch_says_so() -> None:
    """Nobody's presence is left out: without evidence it is unknown throughout."""
    assert stretches([], np.arange(3), None, []) == [Stretch(0, 3, "unknown", "")]


def test_an_undated_message_is_as_late_as_the_one_before_it() -> None:
    """The clock by ordinal never runs backwards, and starts with no time at all."""
    rows = pl.DataFrame({"ordinal": [0, 1, 2, 3], "at": [None, 50, None, 40]})
    assert clock(times(rows)).tolist() == [UNDATED, 50, 50, 50]
