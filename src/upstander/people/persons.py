"""Persons: groups of participants, each with an id that its participants make and a name to call it by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from upstander.model import batch
from upstander.people.participants import Participant, Participants

__all__ = ["Persons", "named", "persons_table"]


@dataclass(frozen=True, slots=True)
class Persons:
    """Who every participant is: ids and labels, by the participant's place."""

    known: Participants
    #: Place of the person in `ids` and `labels`, by the participant's place.
    of: list[int]
    ids: list[str]
    labels: list[str]

    def person(self, capture: str, handle: str | None) -> int | None:
        """Place of the person whom `capture` calls `handle`."""
        place = self.known.place(capture, handle)
        return None if place is None else self.of[place]


def named(known: Participants, group: Sequence[int]) -> Persons:
    """Persons in the order of their ids; the id is the smallest id among a person's participants."""
    members: dict[int, list[Participant]] = {}
    for place, row in enumerate(known.rows):
        members.setdefault(group[place], []).append(row)
    ids = {entry: min(row.id for row in rows) for entry, rows in members.items()}
    order = sorted(members, key=lambda entry: ids[entry])
    numbered = {entry: number for number, entry in enumerate(order)}
    return Persons(
        known=known,
        of=[numbered[entry] for entry in group],
        ids=[ids[entry] for entry in order],
        labels=[_label(members[entry]) for entry in order],
    )


def _label(rows: Sequence[Participant]) -> str:
    """The custodian's name on the own phone, else the name that most captures use, else a number, else a handle."""
    own = Counter(row.capture.custodian for row in rows if row.owner and row.capture.custodian)
    called = Counter(row.called for row in rows if row.called)
    for names in (own, called):
        if names:
            return min(names.items(), key=lambda entry: (-entry[1], -len(entry[0]), entry[0]))[0]
    numbers = sorted(row.number for row in rows if row.number)
    return numbers[0] if numbers else min(row.handle for row in rows)


def persons_table(persons: Persons) -> pa.RecordBatch:
    """The rows of `persons`."""
    order = sorted(
        range(len(persons.of)), key=lambda place: (persons.ids[persons.of[place]], persons.known.rows[place].id)
    )
    rows = [persons.known.rows[place] for place in order]
    columns = {
        "person": [persons.ids[persons.of[place]] for place in order],
        "label": [persons.labels[persons.of[place]] for place in order],
        "capture": [row.capture.capture for row in rows],
        "conversation": [row.capture.conversation for row in rows],
        "exhibit": [row.capture.exhibit for row in rows],
        "handle": [row.handle for row in rows],
        "name": [row.name for row in rows],
        "number": [row.number for row in rows],
        "owner": [row.owner for row in rows],
    }
    return batch("persons", columns, rows=len(rows))
