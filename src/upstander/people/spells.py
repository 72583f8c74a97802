"""One person's spells in one conversation, from all that the captures say: each bound a range with its evidence.

Three kinds of evidence go in. A *change* says that somebody came or went. A *hold* says that they were in at a time: a
post, a receipt, a member table. An *absence* says that a member table did not have them. What contradicts becomes a
range: somebody who posts after leaving came back unseen, some time between; somebody who is added twice left unseen,
some time between; two clocks that tell of one leave at two times bound it together. Nothing is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

__all__ = ["Change", "Hold", "Holds", "Spell", "spells"]

#: Two tellings of one coming or going that lie no further apart than this, in two captures and with nothing between
#: them, are one: a phone's clock may be days wrong. Milliseconds.
_SAME = 3 * 86_400_000
#: A member table's time of joining and a system event no further apart than this are one. Milliseconds.
_TABLE = 60_000


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody came or went, between `lo` and `hi` (milliseconds since 1970)."""

    lo: int
    hi: int
    enters: bool
    #: created, added, joined, recorded; left, removed, recorded, not_in_member_table.
    kind: str
    evidence: str
    capture: str
    by: str | None = None
    #: Whether only the state at `lo` is told (a member table without them), and not when it came about.
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody was in, some time between `lo` and `hi`."""

    lo: int
    hi: int
    #: first_post, member_table, or unknown.
    kind: str
    evidence: str


class Holds(Protocol):
    """All holds of one person, asked for by the gap between two changes."""

    def between(self, after: int | None, before: int | None) -> tuple[Hold, Hold] | None:
        """The first and last hold wholly after `after` and before `before`; None where there is none."""

    def touching(self, lo: int, hi: int) -> tuple[Hold, Hold] | None:
        """The first and last hold that may be of some time between `lo` and `hi`."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell; the columns of `memberships`."""

    since_earliest: int | None
    since_latest: int | None
    until_earliest: int | None
    until_latest: int | None
    began: str
    ended: str
    began_evidence: str | None
    ended_evidence: str | None
    began_by: str | None = None
    ended_by: str | None = None
    #: The capture that tells of the beginning.
    capture: str | None = None


def spells(changes: Sequence[Change], holds: Holds, *, floor: int | None = None) -> list[Spell]:
    """Spells in order of time. `floor` is when the conversation began, where known: nobody was in before."""
    made: list[Spell] = []
    inside: Spell | None = None
    before: int | None = None
    # At one time: who comes before who goes, and what is told before what a table shows.
    for change in sorted(changes, key=lambda c: (c.lo, not c.enters, c.kind == "recorded", c.seen, c.hi, c.evidence)):
        found = holds.between(before, change.lo)
        if found is None and inside is None and not change.enters:
            # Seen in at the very time that they went: by a clock too coarse to say which came first.
            met = holds.touching(change.lo, change.hi)
            covered = made[-1].until_latest if made else None
            found = met if met is not None and (covered is None or met[1].lo > covered) else None
        if found is not None:
            inside = _held(inside, found, made, floor)
        if change.enters:
            inside = _entered(inside, change, found, made)
        elif inside is not None:
            made.append(_left(inside, change))
            inside = None
        else:
            _left_again(change, made, floor)
        before = change.hi if before is None else max(before, change.hi)
    found = holds.between(before, None)
    if found is not None:
        inside = _held(inside, found, made, floor)
    if inside is not None:
        made.append(inside)
    return [_sound(spell) for spell in made]


def _held(inside: Spell | None, found: tuple[Hold, Hold], made: Sequence[Spell], floor: int | None) -> Spell:
    first, last = found
    if inside is None:
        # Never seen to come: since the conversation began, or since they were last seen to go.
        earliest = made[-1].until_earliest if made else floor
        inside = Spell(earliest, first.hi, None, None, first.kind, "open", first.evidence, None)
    return replace(inside, until_earliest=max(last.lo, inside.until_earliest or last.lo))


def _entered(inside: Spell | None, change: Change, found: tuple[Hold, Hold] | None, made: list[Spell]) -> Spell:
    fresh = Spell(
        change.lo, change.hi, None, None, change.kind, "open", change.evidence, None, change.by, None, change.capture
    )
    if inside is None:
        return fresh
    told = inside.began in ("created", "added", "joined", "recorded") and inside.since_latest is not None
    if told and found is None:
        since_earliest, since_latest = inside.since_earliest or change.lo, inside.since_latest or change.hi
        apart = change.lo - since_earliest
        if apart <= _TABLE and "recorded" in (inside.began, change.kind):
            # The system event's words with the member table's time, or the other way round: whichever is tighter.
            words = fresh if inside.began == "recorded" else inside
            tight = max(since_earliest, change.lo), min(since_latest, change.hi)
            if tight[0] > tight[1]:
                tight = min(since_earliest, change.lo), max(since_latest, change.hi)
            return replace(words, since_earliest=tight[0], since_latest=tight[1], until_earliest=inside.until_earliest)
        if apart <= _SAME and change.capture != inside.capture:
            return replace(inside, since_latest=max(since_latest, change.hi))
    # Added while in: they must have gone, unseen, after they were last seen in.
    last = inside.until_earliest if inside.until_earliest is not None else inside.since_earliest
    made.append(
        replace(inside, until_earliest=last, until_latest=change.hi, ended="unknown", ended_evidence=change.evidence)
    )
    return fresh


def _left(inside: Spell, change: Change) -> Spell:
    last = inside.until_earliest if inside.until_earliest is not None else inside.since_latest
    earliest = last if change.seen else change.lo
    return replace(
        inside,
        until_earliest=earliest,
        until_latest=change.hi,
        ended=change.kind,
        ended_evidence=change.evidence,
        ended_by=change.by,
    )


def _left_again(change: Change, made: list[Spell], floor: int | None) -> None:
    """Somebody went who was not in: never seen before, or gone already."""
    if not made:
        if not change.seen:
            made.append(
                Spell(
                    floor,
                    change.hi,
                    change.lo,
                    change.hi,
                    "unknown",
                    change.kind,
                    None,
                    change.evidence,
                    None,
                    change.by,
                )
            )
        return
    last = made[-1]
    if change.seen or (last.until_latest is not None and change.hi <= last.until_latest):
        return
    if last.ended == "not_in_member_table":
        # The table showed that they were gone; now there is a time for it.
        return
    if change.kind == "recorded" and last.until_latest is not None and change.lo - last.until_latest <= _TABLE:
        return
    made[-1] = replace(last, until_latest=change.hi)


def _sound(spell: Spell) -> Spell:
    """The spell with bounds that do not cross: a coarse clock may put the first evidence after the last."""
    until = spell.until_earliest if spell.until_earliest is not None else spell.since_latest
    if until is not None and spell.since_earliest is not None:
        until = max(until, spell.since_earliest)
    return replace(spell, until_earliest=until)
