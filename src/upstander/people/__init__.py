"""Who knew: persons, their memberships and presence, and what they did about what they saw.

`people_tables` makes the stored tables from those that reconciliation left; `Presence` and `silence` answer for a
message, a person or a set of coded messages on demand.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from upstander.model import batch
from upstander.people.aliases import Suggestion, aliases
from upstander.people.decisions import decisions
from upstander.people.memberships import memberships_table, roll
from upstander.people.own import own_captures
from upstander.people.participants import participants
from upstander.people.persons import named, persons_table
from upstander.people.responses import responses_table
from upstander.people.rows import captures
from upstander.people.stretches import presence_table, stretches
from upstander.storage import Case

__all__ = ["people_tables"]


def people_tables(
    case: Case, *, decisions: Path | None, told: Callable[[int, int], None] = lambda *_: None
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Rows of persons, alias_suggestions, memberships, presence and responses, each with the name of its table.

    Worked out from `captures` and `sightings` and what the exhibits hold, conversation by conversation. `decisions` is
    the file of confirmed and refused pairs; none where there is no file. `told` hears how many captures of how many are
    done. Raises `BadDecision`.
    """
    placed = captures(case)
    known = participants(case, placed)
    found = aliases(case, known, placed, _decided(decisions))
    persons = named(known, found.group)
    yield "persons", persons_table(persons)
    yield "alias_suggestions", _suggestions_table(found.suggestions)
    done = 0
    for conversation, members in groupby(placed, key=lambda capture: capture.conversation):
        of = list(members)
        rolls = roll(case, conversation, of, persons)
        yield "memberships", memberships_table(rolls, persons)
        at, own = own_captures(rolls, persons)
        made = {
            person: stretches(rolls.spells.get(person, []), at, rolls.covered, own.get(person, ()))
            for person in sorted({*rolls.spells, *own})
        }
        yield "presence", presence_table(conversation, persons, made)
        yield "responses", responses_table(case, conversation, of, persons)
        done += len(of)
        told(done, len(placed))


_decided = decisions


def _suggestions_table(rows: list[Suggestion]) -> pa.RecordBatch:
    columns = {
        name: [getattr(row, name) for row in rows] for name in ("a", "b", "shared", "score", "standing", "detail")
    }
    return batch("alias_suggestions", {**columns, "reasons": [",".join(row.reasons) for row in rows]}, rows=len(rows))
