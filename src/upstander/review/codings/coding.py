"""One coding, and its line in the decision file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from upstander.errors import BadDecision
from upstander.storage import decisions

__all__ = ["MOST_SHOWN", "Coding", "Via", "remarked", "shown", "texts"]

#: Messages before or after one that may have been on show: more than anybody reads.
MOST_SHOWN = 1_000_000
#: Characters that a message may have.
_LENGTH = 2**31


class Via(StrEnum):
    """How the message came before the reviewer: what decides whether a coding may be counted in an estimate."""

    READ = "read"
    SEARCH = "search"
    QUEUE = "queue"
    RANDOM = "random"
    SAMPLE = "sample"
    SECOND = "second"
    SETTLED = "settled"


_VIAS = {via.value: via for via in Via}


@dataclass(frozen=True, slots=True)
class Coding:
    """One reviewer's decision on one message and code."""

    #: The id of any sighting of the message.
    sighting: str
    code: str
    #: Name and version of the codebook: `police-misconduct@1`.
    codebook: str
    applies: bool
    by: str
    at: datetime
    via: Via = Via.READ
    #: First character and one past the last that it applies to; None for the whole message.
    span: tuple[int, int] | None = None
    note: str | None = None
    #: How many messages before and after it in its conversation were on show when it was decided; None where nobody
    #: wrote that down.
    context: tuple[int, int] | None = None

    @property
    def book(self) -> str:
        """The codebook's name: a code is one through every version of it."""
        return self.codebook.partition("@")[0]

    def line(self) -> str:
        """The coding as its line of the decision file."""
        row: dict[str, Any] = {
            "message": self.sighting,
            "code": self.code,
            "codebook": self.codebook,
            "applies": self.applies,
            "by": self.by,
            "at": decisions.written(self.at),
            "via": self.via.value,
        }
        if self.span is not None:
            row["span"] = list(self.span)
        if self.note is not None:
            row["note"] = self.note
        if self.context is not None:
            row["context"] = list(self.context)
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Coding":
        """The coding of a line. Raises `BadDecision`, which says `where`, when it is none."""
        return cls.of_row(decisions.row(line, where), where)

    @classmethod
    def of_row(cls, row: dict[str, Any], where: str) -> "Coding":
        """The coding of a line's object. Raises `BadDecision`, which says `where`, when it is none."""
        texts(row, ("message", "code", "codebook", "by", "at"), where)
        if not isinstance(row.get("applies"), bool):
            raise BadDecision(f"{where} lacks 'applies', which is true or false")
        via, note = remarked(row, where)
        return cls(
            sighting=row["message"],
            code=row["code"],
            codebook=row["codebook"],
            applies=row["applies"],
            by=row["by"],
            at=decisions.instant(row["at"], where),
            via=via,
            span=_span(row.get("span"), where),
            note=note,
            context=shown(row, where),
        )


def texts(row: dict[str, Any], fields: Sequence[str], where: str) -> None:
    """Raise `BadDecision` where one of the fields is no text, or an empty one."""
    for field in fields:
        if not isinstance(row.get(field), str) or not row[field]:
            raise BadDecision(f"{where} lacks {field!r}, which is a text")


def remarked(row: dict[str, Any], where: str) -> tuple[Via, str | None]:
    """How the message came before the reviewer, and the note. Raises `BadDecision`."""
    said = row.get("via", "read")
    via = _VIAS.get(said) if isinstance(said, str) else None
    if via is None:
        raise BadDecision(f"{where}: via is {_brief(said)} and none of {', '.join(Via)}")
    note = row.get("note")
    if note is not None and not isinstance(note, str):
        raise BadDecision(f"{where}: its note is no text")
    return via, note


def _span(value: Any, where: str) -> tuple[int, int] | None:
    if value is None:
        return None
    pair = _pair(value, _LENGTH)
    if pair is None or pair[0] >= pair[1]:
        raise BadDecision(f"{where}: span is {_brief(value)} and no [first, one past last] of characters")
    return pair


def shown(row: dict[str, Any], where: str) -> tuple[int, int] | None:
    """The messages before and after it that were on show. Raises `BadDecision`."""
    value = row.get("context")
    if value is None:
        return None
    pair = _pair(value, MOST_SHOWN)
    if pair is None:
        raise BadDecision(f"{where}: context is {_brief(value)} and no [before, after] of messages that were on show")
    return pair


def _pair(value: Any, most: int) -> tuple[int, int] | None:
    """Two whole numbers from 0 to `most`; true and false are none."""
    if isinstance(value, list) and len(value) == 2 and all(type(each) is int and 0 <= each <= most for each in value):
        return value[0], value[1]
    return None


def _brief(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 60 else f"{said[:60]}…"
