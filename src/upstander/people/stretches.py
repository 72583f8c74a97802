"""Presence as stretches: from memberships and from what own phones hold, in ordinals of the reconciled conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from upstander.model import batch
from upstander.people.persons import Persons
from upstander.people.rows import Ints
from upstander.people.spells import Spell

__all__ = ["OWN_PHONE", "RUNGS", "Stretch", "clock", "membership", "presence_table", "stretches"]

#: What a stretch can say, the strongest first; the last three say that somebody was not in.
RUNGS = (
    "own_phone_past",
    "own_phone_holds",
    "verified_roster",
    "by_events",
    "by_inference",
    "unknown",
    "not_yet_joined",
    "left",
    "removed",
)
_PLACE = {rung: place for place, rung in enumerate(RUNGS)}

#: What an own phone's capture says of the messages that it holds.
OWN_PHONE = {
    "own_phone_past": "the own phone ({}) is read up to there",
    "own_phone_holds": "the own phone ({}) holds it",
}

_TOLD = ("created", "added", "joined", "direct", "recorded")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one ordinal up to another: what is known all along it."""

    since: int
    until: int
    rung: str
    evidence: str


def clock(at: Ints) -> Ints:
    """Times that never run backwards, by ordinal: an undated message is taken to be as late as what is before it.

    `at` has the smallest integer where there is no time.
    """
    return np.maximum.accumulate(at)


def stretches(
    spells: Sequence[Spell], at: Ints, covered: int | None, own: Sequence[tuple[str, Ints, int]]
) -> list[Stretch]:
    """What is known of one person over the whole conversation; `at` is its clock by ordinal.

    `covered` is up to when captures record who comes and goes. `own` are the person's own captures: reference, the
    ordinals that each holds (ascending), and one past the ordinal that the account had read up to (0 where unknown).
    """
    found = [*membership(spells, at, covered)]
    for reference, held, read in own:
        for rung, ordinals in (
            ("own_phone_past", held[held < read]),
            ("own_phone_holds", held[held >= read]),
        ):
            said = OWN_PHONE[rung].format(reference)
            found += [Stretch(since, until, rung, said) for since, until in _runs(ordinals)]
    return _strongest(found, len(at))


def membership(spells: Sequence[Spell], at: Ints, covered: int | None) -> list[Stretch]:
    """What one person's spells alone say, in stretches that do not overlap; where there is none, nothing is known."""
    size = len(at)
    found: list[Stretch] = []
    previous: Spell | None = None
    for spell in spells:
        start = 0 if spell.since_earliest is None else int(np.searchsorted(at, spell.since_earliest, "left"))
        sure = _from(at, spell.since_latest)
        out = _from(at, previous.until_latest) if previous is not None else 0
        if previous is None and spell.since_earliest is not None:
            found.append(Stretch(0, start, "not_yet_joined", _began(spell)))
        elif previous is not None and previous.until_latest is not None and previous.ended != "unknown":
            found.append(Stretch(out, start, _gone(previous), _ended(previous)))
        found += _inside(spell, sure, at, covered)
        previous = spell
    if previous is not None and previous.until_latest is not None and previous.ended != "unknown":
        found.append(Stretch(_from(at, previous.until_latest), size, _gone(previous), _ended(previous)))
    return [stretch for stretch in found if stretch.since < stretch.until]


def _inside(spell: Spell, sure: int, at: Ints, covered: int | None) -> list[Stretch]:
    told = spell.began in _TOLD
    if spell.began == "direct":
        return [Stretch(0, len(at), "by_events", "a party to a one-to-one exchange")]
    last = sure if spell.until_earliest is None else _upto(at, spell.until_earliest, closed=spell.until_latest is None)
    rung = "by_events" if told else "by_inference"
    found = [Stretch(sure, last, rung, f"{_began(spell)}; {_ended(spell)}")]
    if told and spell.until_latest is None and covered is not None:
        on = int(np.searchsorted(at, covered, "right"))
        found.append(Stretch(last, on, "by_events", f"{_began(spell)}; no leaving is recorded while the captures last"))
    return found


def _from(at: Ints, time: int | None) -> int:
    return 0 if time is None else int(np.searchsorted(at, time, "left"))


def _upto(at: Ints, time: int, *, closed: bool) -> int:
    """One past the last message while they were in: a leave at a time ends before the messages of that time."""
    return int(np.searchsorted(at, time, "right" if closed else "left"))


def _gone(spell: Spell) -> str:
    return "removed" if spell.ended == "removed" else "left"


def _began(spell: Spell) -> str:
    by = f" by {spell.began_by}" if spell.began_by else ""
    return f"{spell.began}{by} ({spell.began_evidence})" if spell.began_evidence else spell.began


def _ended(spell: Spell) -> str:
    by = f" by {spell.ended_by}" if spell.ended_by else ""
    return f"{spell.ended}{by} ({spell.ended_evidence})" if spell.ended_evidence else spell.ended


def _runs(ordinals: Ints) -> list[tuple[int, int]]:
    """Consecutive ordinals as (first, one past the last)."""
    if not len(ordinals):
        return []
    breaks = np.flatnonzero(np.diff(ordinals) != 1)
    firsts = np.r_[ordinals[0], ordinals[breaks + 1]]
    lasts = np.r_[ordinals[breaks], ordinals[-1]] + 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _strongest(found: Sequence[Stretch], size: int) -> list[Stretch]:
    """Stretches that do not overlap and cover everything: where several hold, the strongest."""
    edges = sorted({0, size, *(stretch.since for stretch in found), *(stretch.until for stretch in found)})
    place = {edge: number for number, edge in enumerate(edges)}
    best: list[Stretch | None] = [None] * (len(edges) - 1)
    # The weakest first, and what is stronger over it. Own phones have many runs that do not overlap, so it is linear
    # in edges for each rung and phone.
    for stretch in sorted(found, key=lambda entry: (-_PLACE[entry.rung], entry.since, entry.evidence)):
        for number in range(place[stretch.since], place[stretch.until]):
            best[number] = stretch
    made: list[Stretch] = []
    for number, (since, until) in enumerate(pairwise(edges)):
        held = best[number]
        rung, why = (held.rung, held.evidence) if held is not None else ("unknown", "")
        if made and made[-1].rung == rung and made[-1].evidence == why:
            made[-1] = Stretch(made[-1].since, until, rung, why)
        else:
            made.append(Stretch(since, until, rung, why))
    return made


def presence_table(conversation: str, persons: Persons, found: dict[int, list[Stretch]]) -> pa.RecordBatch:
    """The rows of `presence` of one conversation."""
    rows = [(persons.ids[person], stretch.since, stretch) for person, made in found.items() for stretch in made]
    rows.sort(key=lambda row: row[:2])
    columns = {
        "conversation": [conversation] * len(rows),
        "person": [row[0] for row in rows],
        "since_ordinal": [row[2].since for row in rows],
        "until_ordinal": [row[2].until for row in rows],
        "rung": [row[2].rung for row in rows],
        "evidence": [row[2].evidence or None for row in rows],
    }
    return batch("presence", columns, rows=len(rows))
