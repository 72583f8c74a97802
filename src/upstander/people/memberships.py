"""Memberships: every person's spells in every conversation, with the tightest bounds that all captures allow."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from upstander.model import batch
from upstander.people.evidence import Evidence, evidence
from upstander.people.persons import Persons
from upstander.people.rows import Capture
from upstander.people.spells import Spell, spells
from upstander.storage import Case

__all__ = ["Roll", "memberships_table", "roll"]


@dataclass(frozen=True)
class Roll:
    """Who was in one conversation, and the evidence that it was worked out from."""

    conversation: str
    captures: Sequence[Capture]
    #: By person (place in `Persons.ids`), oldest first.
    spells: dict[int, list[Spell]]
    evidence: Evidence

    @property
    def covered(self) -> int | None:
        """Up to when captures record who comes and goes: who is not seen to leave by then was not seen to leave."""
        ends = (end for capture, end in self.evidence.ends.items() if capture in self.evidence.telling)
        return max(ends, default=None)


def roll(case: Case, conversation: str, captures: Sequence[Capture], persons: Persons) -> Roll:
    """Everybody's spells in `conversation`, whose captures are `captures`."""
    gathered = evidence(case, conversation, captures, persons)
    kinds = {capture.kind for capture in captures}
    if "direct" in kinds and "group" not in kinds:
        return Roll(conversation, captures, _direct(gathered, captures, persons), gathered)
    found = {
        person: spells(gathered.changes.get(person, []), gathered.of(person), floor=gathered.floor)
        for person in gathered.people
    }
    return Roll(conversation, captures, {person: made for person, made in found.items() if made}, gathered)


def _direct(gathered: Evidence, captures: Sequence[Capture], persons: Persons) -> dict[int, list[Spell]]:
    """Both parties of a one-to-one exchange, throughout: nobody comes and nobody goes."""
    parties = set(gathered.people)
    names = {capture.capture for capture in captures}
    parties |= {persons.of[place] for place, row in enumerate(persons.known.rows) if row.capture.capture in names}
    dated = gathered.rows["at"].drop_nulls()
    if dated.is_empty():
        return {person: [Spell(None, None, None, None, "direct", "open", None, None)] for person in sorted(parties)}
    first, last = int(dated.min()), int(dated.max())  # type: ignore[arg-type]
    return {person: [Spell(None, first, last, None, "direct", "open", None, None)] for person in sorted(parties)}


def memberships_table(rolls: Roll, persons: Persons) -> pa.RecordBatch:
    """The rows of `memberships` of one conversation."""
    rows = [
        (persons.ids[person], ordinal, spell)
        for person, made in rolls.spells.items()
        for ordinal, spell in enumerate(made)
    ]
    rows.sort(key=lambda row: row[:2])
    columns: dict[str, list[object]] = {
        "conversation": [rolls.conversation] * len(rows),
        "person": [row[0] for row in rows],
        "ordinal": [row[1] for row in rows],
    }
    for name in (
        "since_earliest",
        "since_latest",
        "until_earliest",
        "until_latest",
        "began",
        "ended",
        "began_evidence",
        "ended_evidence",
        "began_by",
        "ended_by",
    ):
        columns[name] = [getattr(row[2], name) for row in rows]
    return batch("memberships", columns, rows=len(rows))
