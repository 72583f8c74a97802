"""Cutting a conversation into files: one a day, and no more than a review platform takes.

Messages come in the order of the export. Days are counted beforehand, so that a day's file is closed when its last
message has come, and a clock that was moved makes no scatter of little files.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from upstander.evidence.document import File

__all__ = ["EVENTS", "MANIFEST_BYTES", "PAYLOAD", "UNDATED", "Attached", "Plan", "Slice", "Slices", "days"]

#: Events one file may have, by the platforms' advice.
EVENTS = 10_000
#: Bytes of attachments one file may have: written in base64, they stay below the 2 GB that platforms advise.
PAYLOAD = 1_400_000_000
#: Bytes of events after which a file is closed: a manifest is read whole by those who take it in.
MANIFEST_BYTES = 64 * 1024 * 1024
#: Events held for files that are not complete; a clock that ran wild can keep many days open at once.
BUFFERED = 40_000
#: The day of a conversation in which no message has a time.
UNDATED = -1

_DAY = 86_400_000


def days(sent_at: pa.Array, before: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The day (UTC, since 1970) of each message; one without a time goes with the message before it.

    `before` is the day of the message before the first, `UNDATED` where there is none.
    """
    known = np.asarray(sent_at.is_valid())
    numbers = np.asarray(pc.fill_null(sent_at.cast(pa.int64()), 0)) // _DAY
    last = np.maximum.accumulate(np.where(known, np.arange(len(numbers)), -1))
    return np.where(last < 0, before, numbers[last])


class Plan:
    """How many messages each day of each conversation has."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[int]] = defaultdict(Counter)
        #: The first day that a conversation shows; messages without a time before it go there too.
        self.first: dict[str, int] = {}

    def watch(self, conversation: str, sent_at: pa.Array, before: int) -> int:
        """Count the next messages of `conversation`; gives the day of the last."""
        found = days(sent_at, before)
        counts = self.counts[conversation]
        for day, count in zip(*np.unique(found, return_counts=True), strict=True):
            if day != UNDATED and conversation not in self.first:
                self.first[conversation] = int(found[found != UNDATED][0])
                counts[self.first[conversation]] += counts.pop(UNDATED, 0)
            counts[int(day)] += int(count)
        return int(found[-1])

    @property
    def messages(self) -> int:
        """Messages and system events in all."""
        return sum(counts.total() for counts in self.counts.values())


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes into the zip under `id`."""

    id: str
    file: File
    sha256: str
    size: int


@dataclass
class Slice:
    """The events of one file."""

    name: str
    events: list[bytes] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    #: Participants whose first event is that they join.
    later: set[str] = field(default_factory=set)
    begin: str | None = None
    end: str | None = None
    #: Bytes of attachments, and of events.
    payload: int = 0
    written: int = 0
    _keys: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def next_id(self, name: str | None) -> str:
        """Name in the zip for the next attachment: numbered, with the suffix that viewers go by."""
        suffix = PurePosixPath(name or "").suffix
        return f"A{len(self.attached) + 1:05d}{suffix if suffix[1:].isalnum() and len(suffix) < 12 else ''}"

    def add(self, event: dict[str, Any], *, key: str | None, reply_to: str | None) -> None:
        """Add `event`, whose platform key is `key`; its parent is set where this slice holds what it answers."""
        parent = self._keys.get(reply_to) if reply_to else None
        if parent is not None and event["type"] == "message":
            event["parent"] = parent
        if key:
            self._keys[key] = event["id"]
        timestamp = event.get("timestamp")
        if timestamp is not None:
            self.begin = min(self.begin or timestamp, timestamp)
            self.end = max(self.end or timestamp, timestamp)
        who = event.get("participant")
        if who is not None and who not in self._seen:
            self._seen.add(who)
            if event["type"] == "join":
                self.later.add(who)
        # Lone surrogates cannot be here (Arrow holds none), so the fast writer takes every text.
        self.events.append(orjson.dumps(event))
        self.written += len(self.events[-1])


class Slices:
    """The files of one conversation that are not complete yet."""

    def __init__(self, stem: str, counts: Counter[int], emit: Callable[[Slice], None]) -> None:
        """`emit` is called with each complete slice, whose name starts with `stem`."""
        self._stem = stem
        self._left = Counter(counts)
        self._emit = emit
        self._open: dict[int, Slice] = {}
        self._numbers: Counter[int] = Counter()

    def slice(self, day: int, *, events: int, payload: int) -> Slice:
        """The slice that the next message of `day`, with so many events and bytes of attachments, belongs in."""
        current = self._open.get(day)
        if current is not None and (
            len(current.events) + events > EVENTS
            or current.payload + payload > PAYLOAD
            or current.written > MANIFEST_BYTES
        ):
            self._close(day)
            current = None
        if current is None:
            self._numbers[day] += 1
            current = self._open[day] = Slice(f"{self._stem}_{_label(day)}_{self._numbers[day]:03d}.rsmf")
        current.payload += payload
        return current

    def done(self, day: int) -> None:
        """One message of `day` is in its slice."""
        self._left[day] -= 1
        if not self._left[day]:
            self._close(day)
        elif sum(len(piece.events) for piece in self._open.values()) > BUFFERED and len(self._open) > 1:
            self._close(max(self._open, key=lambda open_day: len(self._open[open_day].events)))

    def close(self) -> None:
        """Emit what is left."""
        for day in list(self._open):
            self._close(day)

    def _close(self, day: int) -> None:
        self._emit(self._open.pop(day))


def _label(day: int) -> str:
    return "undated" if day == UNDATED else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()
