"""Which reconciled messages some sightings are of: a few from the transcript, many from the tables."""

from collections.abc import Collection

import polars as pl

from upstander.evidence.transcript import Conversation, Line
from upstander.review.codings.named import Named
from upstander.review.collection import known_as
from upstander.stages.transcripts import transcript
from upstander.storage import Case
from upstander.storage.scan import collect

__all__ = ["messages_of", "named_by"]

#: Sightings from which on the table is read through: a message in the transcript takes a fraction of a millisecond.
_MANY = 64


def messages_of(case: Case, sightings: Collection[str]) -> dict[str, str]:
    """The message of each sighting, where the case has it."""
    if len(sightings) >= _MANY:
        wanted = pl.Series(sorted(sightings), dtype=pl.String)
        rows = known_as(case).filter(pl.col("sighting").cast(pl.String).is_in(wanted.implode()))
        return dict(collect(rows.select(pl.col("sighting", "message").cast(pl.String))).iter_rows())
    there, found = transcript(case), {}
    for sighting in sightings:
        place = there.find(sighting)
        if place is None:
            continue
        line = there.lines(place[0], place[1], place[1] + 1)[0]
        # Not one that only begins so.
        if sighting == line.message or any(held.sighting == sighting for held in line.held):
            found[sighting] = line.message
    return found


def named_by(of: Conversation, line: Line, *, part: bool = False) -> Named:
    """The message of a line, as whoever codes it means it; for a `part` of it by the sighting whose words are shown."""
    ids = frozenset({line.message, *(held.sighting for held in line.held)})
    sighting = line.sighting if part else line.message
    return Named(sighting, line.message, of.conversation, line.ordinal, line.text, ids)
