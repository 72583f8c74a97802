"""Makes the batches of messages, a piece at a time."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.whatsapp_text.attached import attachment
from upstander.evidence.sources.whatsapp_text.authors import NOBODY, Authors, Cast
from upstander.evidence.sources.whatsapp_text.bodies import Body, endings
from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.columns import (
    Gathered,
    Openers,
    category,
    constant,
    flags,
    gather,
    identities,
    numbers,
    word4,
)
from upstander.evidence.sources.whatsapp_text.judging import Judge
from upstander.evidence.sources.whatsapp_text.oddities import Oddities
from upstander.evidence.sources.whatsapp_text.overview import Overview, marked_rows
from upstander.evidence.sources.whatsapp_text.phrases import Event
from upstander.evidence.sources.whatsapp_text.scanning import Integers
from upstander.evidence.sources.whatsapp_text.spans import Spans, spans
from upstander.evidence.sources.whatsapp_text.special import Special
from upstander.evidence.sources.whatsapp_text.streaming import Piece
from upstander.evidence.sources.whatsapp_text.times import NO_INSTANT, Times
from upstander.model import batch, message_id, table

__all__ = ["Messages"]

_VALUES = {field.name: field.values for field in table("messages").fields if field.values}
_KINDS, _EVENTS, _DELETED = _VALUES["kind"], _VALUES["event"], _VALUES["deleted"]
_TEXT, _SYSTEM, _EMPTY = (_KINDS.index(kind) for kind in ("text", "system", "empty"))
_WRITTEN, _NAME, _BODY = range(3)
#: Stock bodies that are remembered (`<Media omitted>`): a file has a few.
_STOCK = 100
_GREATER = ord(">")


class _Columns:
    """The columns of one piece that single rows may change."""

    def __init__(self, rows: int) -> None:
        self.kind = np.full(rows, _TEXT, np.int32)
        self.event = np.zeros(rows, np.int32)
        self.deleted = np.full(rows, -1, np.int32)
        self.edited = np.zeros(rows, np.bool_)
        self.placeholder = np.zeros(rows, np.bool_)
        self.attachments: list[tuple[int, dict[str, Any]]] = []
        self.events: dict[int, Event] = {}

    def system(self, row: int, event: Event | None) -> None:
        self.kind[row] = _SYSTEM
        self.event[row] = _EVENTS.index(event.event if event is not None else "other")
        if event is not None and event.language:
            self.events[row] = event

    def body(self, row: int, body: Body) -> None:
        self.kind[row] = _KINDS.index(body.kind)
        self.edited[row] = body.edited
        self.placeholder[row] = body.bare
        if body.deleted is not None:
            self.deleted[row] = _DELETED.index(body.deleted)


class Messages:
    """Reads messages piece by piece."""

    def __init__(
        self, document: Document, chat: Chat, judge: Judge, overview: Overview, *, zone: str, stated: bool
    ) -> None:
        """`stated` says whether `zone` was stated; otherwise it is assumed."""
        self.document = document
        self.chat = chat
        self.judge = judge
        self.oddities = Oddities(chat, judge)
        self.zone = zone
        self.basis = "stated" if stated else "assumed"
        self.authors = Authors(chat, overview)
        self.special = Special(chat, overview)
        self.times = Times(chat.capture, chat.conversation.id, zone)
        self._position = 0
        #: Stock bodies as they stand in the bytes, with their attachment.
        self._stock: dict[bytes, tuple[Body, dict[str, Any] | None]] = {}
        self._endings = Openers(endings())

    def rows(self, piece: Piece, found: Spans | None = None) -> Iterator[Rows]:
        """The messages of `piece`; what else it holds goes to the capture. `found` are its spans, where known."""
        size = len(piece.verdict.heads)
        self.oddities.of(piece)
        if not size:
            return
        data = np.frombuffer(piece.data, np.uint8)
        if found is None:
            found = spans(piece, data)
        valid = self.oddities.valid(piece, found)
        cast = self._cast(piece, found)
        for row, shift in cast.shift.items():
            at = int(found.text_from[row]) + shift
            at += piece.data[at : at + 1] == b" "
            found.text_from[row] = min(at, int(found.text_to[row]))
        columns = _Columns(size)
        strings = Gathered(
            piece.data, ((found.written_from, found.written_to), (found.name_from, found.name_to),
                         (found.text_from, found.text_to))
        )  # fmt: skip
        self._unnamed(columns, cast, found, strings, piece)
        self._bodies(columns, cast, found, strings, piece, data)
        self.oddities.long(piece, found)
        places = found.start + piece.base
        ends = found.end + piece.base if piece.cut is None else np.array([piece.cut], np.int64)
        instants = self.times.instants(piece.verdict.local, places, ends)
        self._events(columns, places, instants)
        self._count(columns, cast)
        system = columns.kind == _SYSTEM
        empty = found.text_to <= found.text_from
        columns.kind[empty & ~system & (columns.kind == _TEXT)] = _EMPTY
        seconds = np.array([layout.seconds for layout in self.judge.scanner.layouts], np.bool_)
        file = self.document.file
        made = batch(
            "messages",
            {
                "message": identities(self.chat.conversation.id, places),
                "conversation": constant(self.chat.conversation.id, size),
                "exhibit": constant(file.exhibit, size),
                "member": constant(file.member, size) or pa.nulls(size),
                "position": numbers(np.arange(self._position, self._position + size), pa.int64()),
                "byte_start": numbers(places, pa.int64()),
                "byte_end": numbers(ends, pa.int64()),
                "sent_at": numbers(instants, pa.timestamp("ms", "UTC"), null=instants == NO_INSTANT),
                "sent_at_written": gather(strings.column(_WRITTEN), valid_text=valid),
                "sent_at_precision": category(
                    seconds[piece.verdict.heads.layout].astype(np.int32), ("minute", "second")
                ),
                "time_zone": constant(self.zone, size),
                "time_zone_basis": constant(self.basis, size),
                "author": category(np.maximum(cast.codes, 0), cast.handles or [""], null=system),
                "kind": category(columns.kind, _KINDS),
                "event": category(columns.event, _EVENTS, null=~system),
                "text": gather(strings.column(_BODY), valid_text=valid, null=empty),
                "forwarded": flags(np.zeros(size, np.bool_)),
                "edited": flags(columns.edited),
                "placeholder": flags(columns.placeholder),
                "deleted": category(np.maximum(columns.deleted, 0), _DELETED, null=columns.deleted < 0),
            },
            rows=size,
        )
        self._position += size
        yield Rows("messages", made, piece.done)
        if columns.attachments:
            yield Rows("attachments", self._attachments(columns.attachments, places), piece.done)

    def finish(self) -> None:
        """Say what was counted over the whole document."""
        self.times.finish()

    def _cast(self, piece: Piece, found: Spans) -> Cast:
        names = Gathered(piece.data, ((found.name_from, found.name_to),)).column(0).dictionary_encode()
        codes = names.indices.to_numpy().astype(np.int64)

        def line(row: int) -> str:
            return piece.data[int(found.name_from[row]) : int(found.line_to[row])].decode("utf-8", "replace")

        cast = self.authors.cast(codes, names.dictionary.to_pylist(), found.named, line)
        for row in np.flatnonzero(found.named & (cast.codes == NOBODY)).tolist():
            # What looked like a name is part of a system line.
            found.text_from[row] = found.name_from[row]
            found.name_to[row] = found.name_from[row]
        for row, reading in cast.uncertain:
            self.oddities.warn("author_uncertain", f"the line can be read in two ways: {reading}", piece, found, row)
        return cast

    def _unnamed(self, columns: _Columns, cast: Cast, found: Spans, strings: Gathered, piece: Piece) -> None:
        """System lines: all that have no author."""
        rows = np.flatnonzero(cast.codes == NOBODY)
        if not len(rows):
            return
        for row, text in zip(rows.tolist(), strings.column(_BODY, rows).to_pylist(), strict=True):
            event, warnings = self.special.unnamed(text.decode("utf-8", "replace"))
            columns.system(row, event)
            for warning in warnings:
                self.oddities.warn(*warning, piece, found, row)

    def _bodies(
        self,
        columns: _Columns,
        cast: Cast,
        found: Spans,
        strings: Gathered,
        piece: Piece,
        data: npt.NDArray[np.uint8],
    ) -> None:
        """Look more closely at bodies that may be something else than their author's words."""
        words = word4(piece.data)
        marked, opens = marked_rows(piece, found)
        odd = marked | opens
        for last in (found.line_to, found.text_to):
            odd |= self._endings.among(words[np.maximum(last - 4, 0)]) | (data[np.maximum(last - 1, 0)] == _GREATER)
        names = [code for code, name in enumerate(cast.handles) if name in self.chat.groups]
        if names:
            odd |= np.isin(cast.codes, names)
        odd &= (cast.codes != NOBODY) & (found.text_to > found.text_from)
        rows = np.flatnonzero(odd)
        if not len(rows):
            return
        for row, text in zip(rows.tolist(), strings.column(_BODY, rows).to_pylist(), strict=True):
            stock = self._stock.get(text)
            if stock is None:
                self._odd(columns, cast, found, piece, row, text)
                continue
            body, held = stock
            columns.body(row, body)
            if body.language:
                self.chat.languages[body.language] += 1
            if held is not None:
                columns.attachments.append((row, held))

    def _odd(self, columns: _Columns, cast: Cast, found: Spans, piece: Piece, row: int, written: bytes) -> None:
        text = written.decode("utf-8", "replace")
        code = int(cast.codes[row])
        author = cast.handles[code]
        outcome = self.special.outcome(author, text)
        if outcome.warning is not None:
            self.oddities.warn(*outcome.warning, piece, found, row)
        if outcome.event is not None:
            columns.system(row, outcome.event)
            if outcome.event.event == "encryption_notice" and author not in self.chat.notices:
                self.chat.notices.append(author)
            elif outcome.event.language and self.special.speaks(outcome.event) and author not in self.chat.groups:
                self.chat.acting.append(author)
        elif outcome.body is not None:
            columns.body(row, outcome.body)
            if outcome.body.language:
                self.chat.languages[outcome.body.language] += 1
            if outcome.body.owner:
                self.chat.owners[author] += 1
            held = attachment(self.document, outcome.body)
            if outcome.body.stock and len(self._stock) < _STOCK:
                self._stock[written] = (outcome.body, held)
            if held is not None:
                columns.attachments.append((row, held))
                self.chat.media += held["held"] != "omitted"
                if held["held"] == "absent":
                    detail = f"{held['name']} is named and did not come with the export"
                    self.oddities.warn("attachment_missing", detail, piece, found, row)

    def _attachments(self, found: Sequence[tuple[int, dict[str, Any]]], places: Integers) -> pa.RecordBatch:
        rows = np.array([row for row, _ in found], np.int64)
        given = {name for _, held in found for name in held}
        columns: dict[str, Any] = {name: [held.get(name) for _, held in found] for name in given}
        return batch(
            "attachments",
            columns
            | {
                "conversation": constant(self.chat.conversation.id, len(rows)),
                "exhibit": constant(self.document.file.exhibit, len(rows)),
                "message": identities(self.chat.conversation.id, places[rows]),
                "ordinal": numbers(np.zeros(len(rows), np.int64), pa.int64()),
            },
            rows=len(rows),
        )

    def _events(self, columns: _Columns, places: Integers, instants: Integers) -> None:
        for row in sorted(columns.events):
            at = int(instants[row])
            message = message_id(self.chat.conversation.id, int(places[row]))
            self.chat.event(columns.events[row], message, None if at == NO_INSTANT else at)

    def _count(self, columns: _Columns, cast: Cast) -> None:
        authored = columns.kind != _SYSTEM
        self.chat.authored += int(authored.sum())
        self.chat.system += int((~authored).sum())
        counts = np.bincount(cast.codes[authored], minlength=len(cast.handles))
        for name, count in zip(cast.handles, counts.tolist(), strict=False):
            if count:
                self.chat.authors[name] += count
