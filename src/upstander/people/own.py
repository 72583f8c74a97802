"""Own phones: what a person's own capture of a conversation holds, and how far it had been read."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from upstander.people.memberships import Roll
from upstander.people.persons import Persons
from upstander.people.rows import Capture, Ints
from upstander.people.stretches import clock

__all__ = ["UNDATED", "own_captures", "read_up_to", "times"]

#: Stands for no time: earlier than every time.
UNDATED = np.iinfo(np.int64).min


def times(rows: pl.DataFrame) -> Ints:
    """Times by ordinal, milliseconds, `UNDATED` where there is none; `rows` are sightings by ordinal."""
    size = 0 if rows.is_empty() else int(rows["ordinal"].max()) + 1  # type: ignore[arg-type]
    at = np.full(size, UNDATED, np.int64)
    dated = rows.filter(pl.col("at").is_not_null())
    at[dated["ordinal"].to_numpy()] = dated["at"].to_numpy()
    return at


def own_captures(rolls: Roll, persons: Persons) -> tuple[Ints, dict[int, list[tuple[str, Ints, int]]]]:
    """The conversation's clock by ordinal; and for each person, what their own captures hold.

    A capture is somebody's own where it names the exporting account's handle. Each entry is the exhibit's reference,
    the ordinals of authored messages and events that it holds, and one past what the account had read.
    """
    rows = rolls.evidence.rows
    own: dict[int, list[tuple[str, Ints, int]]] = {}
    for capture in rolls.captures:
        place = persons.known.owners.get(capture.capture)
        if place is None:
            continue
        held = rows.filter(pl.col("capture") == capture.capture)
        ordinals = held["ordinal"].to_numpy()
        own.setdefault(persons.of[place], []).append((capture.reference, ordinals, read_up_to(held, capture)))
    return clock(times(rows)), own


def read_up_to(held: pl.DataFrame, capture: Capture) -> int:
    """One past the ordinal of the last message that the account had read; 0 where the export does not say."""
    if capture.read_through is None:
        return 0
    marks: Sequence[str] = [name for name in ("platform_key", "row", "sighting") if name in held.columns]
    found = held.filter(pl.any_horizontal(pl.col(name) == capture.read_through for name in marks))
    return 0 if found.is_empty() else int(found["ordinal"].max()) + 1  # type: ignore[arg-type]
