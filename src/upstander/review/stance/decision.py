"""The decision file of stances: `decisions/stances.jsonl` in the case folder, appended to and never edited.

One line a person's word on one response; of several on one response the last one stands::

    {"message": "…", "act": "reply", "response": "…", "stance": "challenge", "by": "DC Example", "at": "2018-04-03…"}

A reaction has no message of its own: it is named by `person` (the id of any of their participants: a capture, a slash,
a handle) and `emoji`. `undecided` takes back what was decided.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.errors import BadDecision
from upstander.review.stance.kinds import Stance
from upstander.storage import Case, decisions

__all__ = ["ACTS", "STANCES_FILE", "Ruling", "append", "rulings", "told_rulings"]

#: Name of the decision file.
STANCES_FILE = "stances.jsonl"

#: What a response may be.
ACTS = ("reply", "reaction", "next_post")


@dataclass(frozen=True, slots=True)
class Ruling:
    """One person's word on one response."""

    #: The id of any sighting of the message that is responded to.
    message: str
    act: str
    #: The id of any sighting of the response; None for a reaction.
    response: str | None
    #: Who reacted, and with what; None for a response that is a message.
    person: str | None
    emoji: str | None
    stance: Stance
    by: str
    at: datetime
    note: str | None = None

    def line(self) -> str:
        """The ruling as its line of the decision file."""
        named = ("message", "act", "response", "person", "emoji")
        row: dict[str, Any] = {name: getattr(self, name) for name in named if getattr(self, name) is not None}
        row |= {"stance": self.stance.value, "by": self.by}
        row["at"] = decisions.written(self.at)
        if self.note is not None:
            row["note"] = self.note
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Ruling":
        """The ruling of a line. Raises `BadDecision`, which says `where`, when it is none."""
        row = decisions.row(line, where)
        act = row.get("act")
        if act not in ACTS:
            raise BadDecision(f"{where}: act is {act!r} and none of {', '.join(ACTS)}")
        needed = ("person", "emoji") if act == "reaction" else ("response",)
        for field in ("message", *needed, "stance", "by", "at"):
            if not isinstance(row.get(field), str) or not row[field]:
                raise BadDecision(f"{where} lacks {field!r}, which is a text")
        if row["stance"] not in set(Stance):
            raise BadDecision(f"{where}: stance is {row['stance']!r} and none of {', '.join(Stance)}")
        note = row.get("note")
        if note is not None and not isinstance(note, str):
            raise BadDecision(f"{where}: its note is no text")
        told = {name: row[name] if name in needed else None for name in ("response", "person", "emoji")}
        at = decisions.instant(row["at"], where)
        return cls(
            message=row["message"], act=act, stance=Stance(row["stance"]), by=row["by"], at=at, note=note, **told
        )


def append(case: Case, made: Sequence[Ruling]) -> None:
    """Write rulings after those that are there; they are on disk when this returns. Raises `BadDecision`."""
    decisions.add(case.decisions / STANCES_FILE, [ruling.line() for ruling in made], what="the decision")


def rulings(case: Case) -> list[Ruling]:
    """Every ruling in the order in which they were made; none where nobody has decided. Raises `BadDecision`."""
    return [ruling for _, ruling in told_rulings(case).rows]


def told_rulings(case: Case) -> decisions.Told[Ruling]:
    """The same by their lines, and what of the file could not be read. Raises `BadDecision`."""
    return decisions.told(case.decisions / STANCES_FILE, Ruling.of)
