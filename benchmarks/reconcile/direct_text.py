"""The rows that the source of WhatsApp text exports would read from a made export, without writing or reading one.

Everything rare (system events, placeholders, tombstones, names) goes through that source's own parts, so that only
columns of plain text are made here.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
from benchmarks.reconcile.held import EDITED, OMITTED, TOMBSTONE
from benchmarks.reconcile.knobs import Phone
from benchmarks.reconcile.made import SYSTEM, Operation
from benchmarks.reconcile.names import shown
from benchmarks.reconcile.text import TITLE, Lines

from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading, Rows
from upstander.evidence.sources.whatsapp_text.bodies import body as meaning
from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.columns import category, constant, flags, identities, numbers
from upstander.evidence.sources.whatsapp_text.names import handle
from upstander.evidence.sources.whatsapp_text.phrases import plain
from upstander.evidence.sources.whatsapp_text.reading import warn_assumptions, warn_at_end
from upstander.evidence.sources.whatsapp_text.streaming import survey
from upstander.evidence.sources.whatsapp_text.times import NO_INSTANT, Times
from upstander.model import batch, message_id, table

__all__ = ["data", "rows"]

_FIELDS = {field.name: field.values for field in table("messages").fields if field.values}
_KIND, _EVENT, _DELETED = _FIELDS["kind"], _FIELDS["event"], _FIELDS["deleted"]


def data(part: Lines) -> memoryview:
    """The bytes of consecutive records."""
    whole = part.whole
    buffers = whole.buffers()
    bounds = np.frombuffer(buffers[1], np.int32)[whole.offset : whole.offset + len(whole) + 1]
    return memoryview(buffers[2])[int(bounds[0]) : int(bounds[-1])]


def rows(operation: Operation, index: int, parts: Iterable[Lines], *, exhibit: str, name: str) -> Iterator[Rows]:
    """Every row of the tables for the export of phone number `index`, whose records are `parts`."""
    phone = operation.phones[index]
    document = Document(file=ExhibitFile(name, Path(name), exhibit))
    capture = Capture(document, source="whatsapp_text", platform="whatsapp")
    chat = Chat(capture, capture.conversation("chat", kind="unknown"))
    maker = _Maker(operation, index, chat, Times(capture, chat.conversation.id, phone.told or "UTC"))
    parts = iter(parts)
    first = next(parts, None)
    if first is not None:
        maker.other_order = _decided(capture, phone, first, chat.conversation.id)
        parts = chain((first,), parts)
    for part in parts:
        yield from maker.of(part)
    chat.authors.update(maker.counts())
    warn_at_end(capture, chat)
    chat.finish(name)
    yield from capture.close()


def _decided(capture: Capture, phone: Phone, first: Lines, conversation: str) -> bool:
    """Warn of what is assumed of zone and date order, as the source does once it has looked the document over.

    Gives whether it reads day and month the other way round than the phone wrote them.
    """
    reading = Reading(time_zone=phone.told)
    judge = survey(io.BytesIO(data(first)), None)
    assert judge is not None  # noqa: S101 - every record has a header
    warn_assumptions(capture, judge, reading, conversation)
    return judge.decisions[judge.main].order != ("mdy" if phone.layout == "us" else "dmy")


def _other_way_round(local: np.ndarray) -> np.ndarray:
    """Local seconds with day and month exchanged."""
    days, seconds = np.divmod(local, 86_400)
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    day_of, month_of = (date - month).astype(np.int64), month.astype(np.int64) % 12
    year = month.astype("datetime64[Y]").astype("datetime64[M]")
    changed = (year + day_of).astype("datetime64[D]") + month_of
    return np.asarray(changed.astype(np.int64) * 86_400 + seconds)


class _Maker:
    def __init__(self, operation: Operation, index: int, chat: Chat, times: Times) -> None:
        self.operation, self.phone, self.chat, self.times = operation, operation.phones[index], chat, times
        self.handles = [handle(name) for name in shown(operation, index)]
        chat.known |= set(self.handles)
        chat.writers = frozenset(self.handles)
        self._counts: dict[int, int] = {}
        self._position = 0
        #: Whether the source reads day and month the other way round.
        self.other_order = False

    def counts(self) -> dict[str, int]:
        """Messages of every handle that wrote, in the order of their first."""
        return {self.handles[code]: count for code, count in self._counts.items()}

    def of(self, part: Lines) -> Iterator[Rows]:
        size = len(part.items)
        if not size:
            return
        kind, event, deleted, edited, bare, held = self._meanings(part)
        identity = self.chat.conversation.id
        file = self.chat.capture.document.file
        local = _other_way_round(part.local) if self.other_order else part.local
        instants = self.times.instants(local, part.start, part.end)
        codes, first, counts = np.unique(part.name[~part.system], return_index=True, return_counts=True)
        for at in np.argsort(first).tolist():
            self._counts[int(codes[at])] = self._counts.get(int(codes[at]), 0) + int(counts[at])
        precision = "second" if self.phone.layout == "ios" else "minute"
        made = batch(
            "messages",
            {
                "message": identities(identity, part.start),
                "conversation": constant(identity, size),
                "exhibit": constant(file.exhibit, size),
                "position": numbers(np.arange(self._position, self._position + size), pa.int64()),
                "byte_start": numbers(part.start, pa.int64()),
                "byte_end": numbers(part.end, pa.int64()),
                "sent_at": numbers(instants, pa.timestamp("ms", "UTC"), null=instants == NO_INSTANT),
                "sent_at_written": part.written,
                "sent_at_precision": constant(precision, size),
                "time_zone": constant(self.phone.told or "UTC", size),
                "time_zone_basis": constant("assumed" if self.phone.told is None else "stated", size),
                "author": category(np.maximum(part.name, 0), self.handles, null=part.system),
                "kind": category(kind, _KIND),
                "event": category(event, _EVENT, null=~part.system),
                "text": part.body,
                "forwarded": flags(np.zeros(size, np.bool_)),
                "edited": flags(edited),
                "placeholder": flags(bare),
                "deleted": category(np.maximum(deleted, 0), _DELETED, null=deleted < 0),
            },
            rows=size,
        )
        self._position += size
        self.chat.system += int(part.system.sum())
        self.chat.authored += int((~part.system).sum())
        self._events(part, instants)
        yield Rows("messages", made, 1.0)
        if held:
            yield Rows("attachments", self._attachments(part, held), 1.0)

    def _meanings(
        self, part: Lines
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[tuple[int, str, str | None, str]]]:
        """Of every row kind, event, deletion, edit, whether nobody's words; attachments (row, kind, name, held)."""
        size = len(part.items)
        kind = np.full(size, _KIND.index("text"), np.int32)
        deleted = np.full(size, -1, np.int32)
        event = np.zeros(size, np.int32)
        edited = part.state == EDITED
        bare = np.zeros(size, np.bool_)
        kind[part.system] = _KIND.index("system")
        carries = ~part.system & (self.operation.kind[part.items] > 0) & (self.operation.kind[part.items] != SYSTEM)
        rows = np.flatnonzero(~part.system & ((part.state == TOMBSTONE) | (part.state == OMITTED) | carries))
        held: list[tuple[int, str, str | None, str]] = []
        for row, text in zip(rows.tolist(), part.body.take(pa.array(rows)).to_pylist(), strict=True):
            found = meaning(text)
            assert found is not None, text  # noqa: S101 - every such body is a phrase of the source's
            kind[row] = _KIND.index(found.kind)
            bare[row] = found.bare
            if found.deleted is not None:
                deleted[row] = _DELETED.index(found.deleted)
            if found.owner:
                self.chat.owners[self.handles[part.name[row]]] += 1
            if found.language:
                self.chat.languages[found.language] += 1
            if found.file is not None or found.omitted:
                what = found.kind if found.kind != "media" else "unknown"
                held.append((row, what, found.file, "omitted" if found.omitted else "absent"))
                self.chat.media += not found.omitted
        for row in np.flatnonzero(edited).tolist():
            self.chat.languages["en"] += int(row >= 0)
        for row in np.flatnonzero(part.system).tolist():
            seen = self.chat.phrases.event(plain(part.body[row].as_py()).strip())
            event[row] = _EVENT.index(seen.event if seen is not None else "other")
        return kind, event, deleted, edited, bare, held

    def _events(self, part: Lines, instants: np.ndarray) -> None:
        for row in np.flatnonzero(part.system).tolist():
            seen = self.chat.phrases.event(plain(part.body[row].as_py()).strip())
            if seen is None:
                continue
            if self.phone.layout == "ios" and seen.event == "encryption_notice" and TITLE not in self.chat.notices:
                self.chat.notices.append(TITLE)
            at = int(instants[row])
            place = message_id(self.chat.conversation.id, int(part.start[row]))
            self.chat.event(seen, place, None if at == NO_INSTANT else at)

    def _attachments(self, part: Lines, held: list[tuple[int, str, str | None, str]]) -> pa.RecordBatch:
        rows = np.array([row for row, _, _, _ in held], np.int64)
        identity = self.chat.conversation.id
        return batch(
            "attachments",
            {
                "conversation": constant(identity, len(rows)),
                "exhibit": constant(self.chat.capture.document.file.exhibit, len(rows)),
                "message": identities(identity, part.start[rows]),
                "ordinal": numbers(np.zeros(len(rows), np.int64), pa.int64()),
                "kind": [kind for _, kind, _, _ in held],
                "name": [name for _, _, name, _ in held],
                "held": [state for _, _, _, state in held],
            },
            rows=len(rows),
        )
