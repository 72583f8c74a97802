"""What the slices of one conversation share while they are read one after the other."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.loose import Loose, items, record

__all__ = ["Joint"]

#: Events whose ids are kept to find what stands in two slices.
REMEMBERED = 500_000

#: What makes two events of one id the same.
_CORE = ("type", "conversation", "participant", "timestamp", "body")


@dataclass
class Joint:
    """Kept from slice to slice; the slices themselves are let go."""

    #: Slices in all; one where the document stands alone.
    slices: int = 1
    #: Which of them is being read, from 1, and whether it must be kept apart.
    number: int = 1
    apart: bool = False
    #: Whether times without an offset were met.
    assumed: bool = False
    #: Warnings that stand once, although every slice repeats what they are about.
    said: set[tuple[str, str]] = field(default_factory=set)
    #: Conversations whose roster was given.
    headed: set[str] = field(default_factory=set)
    full: bool = False
    _platforms: dict[str, str] = field(default_factory=dict)
    _people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Digest of an event by the hash of its id.
    _events: dict[int, int] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """Stands before every row, to tell the slices apart."""
        return f"{self.number}/" if self.slices > 1 else ""

    def once(self, loose: Loose, kind: str, detail: str, row: str) -> None:
        """Warn of what every slice of a conversation repeats."""
        if (kind, detail) not in self.said:
            self.said.add((kind, detail))
            loose.warn(kind, detail, row)

    def place(self, index: int) -> int | str:
        """Place of an event: its index, after the slice's number where there are several."""
        return index if self.slices == 1 else f"{self.number}.{index}"

    def key(self, conversation: str, platform: str) -> str:
        """Key of a conversation: one id of one platform is one, unless this slice is apart."""
        # Each kind of name is apart from every id that a manifest can give.
        if self.apart:
            return f"slice {self.number}:{conversation}"
        if not conversation:
            return "none"
        first = self._platforms.setdefault(conversation, platform)
        return f"conversation:{conversation}" if first == platform else f"platform {platform}:{conversation}"

    def holds(self, event: str) -> bool:
        """Whether a slice before holds the event of that id, or may hold it."""
        return self.slices > 1 and not self.apart and (self.full or hash(event) in self._events)

    def enter(self, value: Mapping[str, Any]) -> tuple[str | None, set[int]]:
        """Take in the next manifest's ids: why they cannot be those of the slices before, and which events repeat.

        Some makers number people and events anew in every file; `P1` is somebody else then, and joining would put one
        person's words into another's mouth.
        """
        self.apart = False
        if self.slices == 1:
            return None, set()
        people = dict(_person(entry) for entry in items(value.get("participants")))
        events: dict[int, int] = {}
        repeated: set[int] = set()
        why = None
        for key, person in people.items():
            if not _agree(self._people.get(key, person), person):
                why = "the same participant id is somebody else"
        for index, entry in enumerate(items(value.get("events"))):
            entry = record(entry)
            if not isinstance(entry.get("id"), str) or not entry["id"]:
                continue
            known, digest = hash(entry["id"]), _digest(entry)
            before = self._events.get(known)
            if before is None:
                events[known] = digest
            elif before == digest:
                repeated.add(index)
            else:
                why = why or "the same event id is another event"
        if why is not None:
            self.apart = True
            return why, set()
        self._people.update(people)
        room = REMEMBERED - len(self._events)
        self.full = self.full or len(events) > room
        self._events.update(list(events.items())[: max(room, 0)])
        return None, repeated


def _person(entry: Any) -> tuple[str, tuple[str, ...]]:
    entry = record(entry)
    key, *rest = (
        str(value) if isinstance(value := entry.get(name), str | int) else ""
        for name in ("id", "account_id", "email", "display")
    )
    return key, tuple(rest)


def _agree(known: tuple[str, ...], now: tuple[str, ...]) -> bool:
    """Whether two entries of one id are one person, by the first of account, address and name that both have."""
    return next((before == after for before, after in zip(known, now, strict=True) if before and after), True)


def _digest(entry: dict[str, Any]) -> int:
    try:
        core = json.dumps([entry.get(name) for name in _CORE]).encode()
    except (ValueError, RecursionError):  # nested a thousand deep
        core = repr([type(entry.get(name)) for name in _CORE]).encode()
    return int.from_bytes(hashlib.blake2b(core, digest_size=8).digest(), "big")
