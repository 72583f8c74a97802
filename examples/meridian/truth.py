"""What really happened, and what each exhibit makes of it: the answer sheet of the sample operation.

A test of Upstander compares what it read with this, so nothing here may be derived from the exhibits:
the writers of exhibits report what they wrote (`Sighting`), and the world (`Message`, `Event` ...) came first.
Instants are whole milliseconds since 1970 UTC. People and conversations have words for ids, messages `m00001`, events
`e001`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Person:
    """One of the team."""

    id: str
    name: str
    rank: str
    supervisor: str | None
    number: str
    number_after: str | None
    push: str
    facebook: str
    client: str
    writes: str
    talk: int
    lid: tuple[str, ...]
    saved: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """One version of an edited message; the last version is the message's own text."""

    version: int
    text: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Revocation:
    """Deleted for everyone."""

    at_ms: int
    by: str
    how: str  #: by_author or by_administrator


@dataclass(frozen=True, slots=True)
class Message:
    """One authored message, once, whoever's phone holds it."""

    id: str
    conversation: str
    author: str
    sent_ms: int
    kind: str
    text: str | None
    key: str
    reply_to: str | None = None
    edits: tuple[Edit, ...] = ()
    revoked: Revocation | None = None
    forwarded: bool = False
    conduct: tuple[str, ...] = ()
    stance: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A change to a conversation: who did it, to whom."""

    id: str
    conversation: str
    at_ms: int
    kind: str
    actor: str
    targets: tuple[str, ...]
    title: str | None
    seconds: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Spell:
    """One unbroken membership. `until_ms` is absent while it lasts."""

    conversation: str
    person: str
    since_ms: int
    until_ms: int | None
    began: str
    ended: str | None
    began_by: str
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction, once."""

    message: str
    person: str
    emoji: str
    at_ms: int
    key: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What really became of a message at one recipient. Only the sender's phone keeps it."""

    message: str
    person: str
    delivered_ms: int
    read_ms: int | None
    played_ms: int | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One exhibit's record of one message."""

    message: str
    place: str
    state: str  #: full, tombstone, empty, or omitted (the text or caption did not come)
    written: str  #: the time as the exhibit writes it


@dataclass(frozen=True, slots=True)
class Absence:
    """A message of a conversation that an exhibit shows, which it does not hold, and why."""

    message: str
    conversation: str
    reason: str
    traces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A stretch of true time in which the device clock was wrong by `offset_ms`."""

    since_ms: int
    until_ms: int | None
    offset_ms: int


@dataclass(slots=True)
class Counts:
    """How much an exhibit holds, by the definitions in README.md."""

    conversations: int = 0
    messages: int = 0
    system_events: int = 0
    participants: int = 0
    reactions: int = 0
    edits: int = 0
    attachments: int = 0
    receipts: int = 0
    orphan_receipts: int = 0

    def add(self, other: Counts) -> None:
        """Sum, conversation by conversation."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Exhibit:
    """One exhibit: its files, its owner, its clock, what it holds and lacks."""

    reference: str
    format: str
    files: list[str]
    owner: str
    taken_ms: int
    zone: str
    clock: list[ClockStep]
    conversations: dict[str, str]  #: conversation -> the platform's key there (jid, path)
    handles: dict[str, list[str]]  #: person -> handles as written in this exhibit
    names: dict[str, list[str]]  #: person -> names that this exhibit's contacts or profiles show
    owner_handle: str | None = None
    counts: Counts = field(default_factory=Counts)
    by_conversation: dict[str, Counts] = field(default_factory=dict)
    sightings: list[Sighting] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)  #: (event, place)
    attachments: dict[str, int] = field(default_factory=dict)  #: by kind
    warnings: dict[str, int] = field(default_factory=dict)  #: expected kinds, and how many places

    def count(self, conversation: str, what: str, by: int = 1) -> None:
        """One more of something in a conversation."""
        counts = self.by_conversation[conversation]
        setattr(counts, what, getattr(counts, what) + by)

    def attach(self, conversation: str, kind: str) -> None:
        """One more attachment."""
        self.count(conversation, "attachments")
        self.attachments[kind] = self.attachments.get(kind, 0) + 1

    def total(self) -> None:
        """Add the conversations up."""
        self.counts = Counts()
        for counts in self.by_conversation.values():
            self.counts.add(counts)


@dataclass(slots=True)
class Truth:
    """Everything."""

    seed: int
    people: list[Person]
    conversations: list[dict[str, object]]
    messages: list[Message]
    events: list[Event]
    memberships: list[Spell]
    reactions: list[Reaction]
    receipts: list[Receipt]
    exhibits: list[Exhibit]


def write(truth: Truth, path: Path) -> None:
    """One row a line, so that a difference between two versions can be read."""
    body = asdict(truth)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{{"schema": {SCHEMA},\n"seed": {truth.seed}')
        for name, rows in body.items():
            if name != "seed":
                out.write(f',\n"{name}": [\n' + ",\n".join(_lines(rows)) + "\n]")
        out.write("\n}\n")


def _lines(rows: Iterable[object]) -> list[str]:
    return [json.dumps(row, ensure_ascii=False) for row in rows]
