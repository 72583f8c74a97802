"""What a transcript is made of: conversations, their lines, and what hangs on a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

__all__ = [
    "Attachment",
    "Change",
    "Conversation",
    "Held",
    "Lacked",
    "Lane",
    "Line",
    "Reaction",
    "Trace",
    "Version",
]


@dataclass(frozen=True, slots=True)
class Lane:
    """One phone's view of a conversation."""

    capture: str
    exhibit: str
    reference: str
    custodian: str | None
    #: What this phone calls the conversation.
    title: str | None
    #: Authored messages that it holds.
    messages: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A reconciled conversation, as a list of them shows it."""

    conversation: str
    title: str
    kind: str
    platform: str
    #: Lines of the transcript: authored messages and system events.
    lines: int
    messages: int
    undated: int
    first_at: datetime | None
    last_at: datetime | None
    #: Persons in it; handles where nobody worked out who is who.
    people: int
    #: Gaps that a phone shows to be deletions, and gaps that nothing explains.
    deletions: int
    unexplained: int
    lanes: tuple[Lane, ...]
    #: Row of its first line in the transcript.
    first: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The conversation that a row of the file describes."""
        return cls(**{**row, "lanes": tuple(Lane(**lane) for lane in row["lanes"])})


@dataclass(frozen=True, slots=True)
class Held:
    """A phone that holds the message, and the row there."""

    sighting: str
    capture: str
    shows: str
    method: str
    score: float
    #: The sighting's written time less the message's time, milliseconds.
    offset_ms: int | None
    #: Place of the row in the capture (messages.position).
    position: int | None


@dataclass(frozen=True, slots=True)
class Lacked:
    """A phone that lacks the message, and why."""

    capture: str
    reason: str
    traces: str | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction, each once however many phones show it; without an emoji, one that was taken back."""

    emoji: str
    #: Label of the person, or the handle where nobody knows whose it is; None where the export only counts.
    by: str | None
    count: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an edited message; no text where the export keeps only that there was one."""

    version: int
    text: str | None
    at: datetime | None
    #: Captures that keep it.
    captures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that one sighting of the message carried, held or not."""

    sighting: str
    ordinal: int
    capture: str
    exhibit: str
    kind: str
    name: str | None
    media_type: str | None
    bytes: int | None
    sha256: str | None
    held: str
    caption: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a system event says of somebody's being in the conversation."""

    kind: str
    whom: str | None
    by: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace of a message that no phone holds, put where it can have stood at the latest."""

    capture: str | None
    reason: str
    traces: str | None
    at: datetime | None
    detail: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message or system event of a conversation, by the sighting that stands for it, with all that hangs on it."""

    ordinal: int
    message: str
    sighting: str
    capture: str
    at: datetime | None
    at_precision: str
    notice: bool
    author: str | None
    person: str | None
    label: str | None
    kind: str
    event: str | None
    text: str | None
    #: The line that it answers; None where the conversation does not have it.
    answers: int | None
    #: The id of that message, and what and whom the quoting record keeps of it.
    answered: str | None
    quoted: str | None
    quoted_by: str | None
    #: Whether it names a message that it answers at all.
    answering: bool
    forwarded: bool
    edited: bool
    deleted: str | None
    deleted_at: datetime | None
    held: tuple[Held, ...]
    lacked: tuple[Lacked, ...]
    reactions: tuple[Reaction, ...]
    versions: tuple[Version, ...]
    attachments: tuple[Attachment, ...]
    changes: tuple[Change, ...]
    #: Traces of messages that stood after this line, or may have.
    traces: tuple[Trace, ...]

    @property
    def called(self) -> str | None:
        """Who wrote it, by the name that is known; None of a system event."""
        return self.label or self.author

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The line that a row of the file describes."""
        made = {name: value for name, value in row.items() if name not in ("conversation", "clock")}
        for name, kind in _HANGING.items():
            made[name] = tuple(kind(**entry) for entry in row[name] or ())
        made["versions"] = tuple(
            Version(**{**entry, "captures": tuple(entry["captures"])}) for entry in row["versions"] or ()
        )
        return cls(**made)


_HANGING: Mapping[str, Any] = {
    "held": Held,
    "lacked": Lacked,
    "reactions": Reaction,
    "attachments": Attachment,
    "changes": Change,
    "traces": Trace,
}
