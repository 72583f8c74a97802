"""Warnings about a piece that concern the reading of its bytes rather than any one field."""

import codecs
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.judging import Judge, Reason
from upstander.evidence.sources.whatsapp_text.names import handle
from upstander.evidence.sources.whatsapp_text.spans import Spans
from upstander.evidence.sources.whatsapp_text.streaming import TEXT_LIMIT, Piece
from upstander.model import message_id

__all__ = ["Oddities"]

#: Bytes of a line that say whose it claims to be, and of when.
_CLAIM = 240


@dataclass
class Oddities:
    """Says what is odd about pieces."""

    chat: Chat
    judge: Judge

    def of(self, piece: Piece) -> None:
        """Warnings that concern no message's own fields."""
        warn, conversation = self.chat.capture.warn, self.chat.conversation.id
        if piece.preamble is not None and piece.data[: piece.preamble[1]].strip(b"\xef\xbb\xbf \t\r\n"):
            start, end = piece.preamble
            warn("preamble", f"{end - start} bytes stand before the first message and were left out of the messages",
                 conversation=conversation, byte_start=start, byte_end=end)  # fmt: skip
        self._heads(piece)
        heads = piece.verdict.heads
        layouts = self.judge.scanner.layouts
        for row in piece.verdict.switches:
            before, after = (layouts[int(heads.layout[at])].example for at in (row - 1, row))
            warn(
                "layout_mixed",
                f"the layout changes from {before} to {after}; each part was read by its own",
                conversation=conversation,
                message=message_id(conversation, int(heads.start[row]) + piece.base),
            )

    def _heads(self, piece: Piece) -> None:
        """Say which lines look like the start of a message and are none, or may be none; and whose they claim to be."""
        heads, verdict, capture = piece.verdict.heads, piece.verdict, self.chat.capture
        conversation = self.chat.conversation.id
        lines = sorted([*verdict.rejected, *verdict.kept], key=lambda line: line.start)
        listed = capture.listed("header_like_line")
        for line in lines[:listed]:
            at = line.start
            if line.reason is not Reason.KEPT:
                inside = int(np.searchsorted(heads.start, line.start, side="right")) - 1
                at = int(heads.start[inside]) if inside >= 0 else -1
            message = message_id(conversation, at + piece.base) if at >= 0 else None
            claims = handle(piece.data[line.start : line.end][:_CLAIM].partition(b": ")[0].decode("utf-8", "replace"))
            if line.reason is not Reason.KEPT:
                what = f"a line looks like the start of a message ({claims}) and was kept as text"
            elif line.count > 1:
                what = f"{line.count} lines from here on ({claims}) look like messages and were kept as such"
            else:
                what = f"a line ({claims}) looks like a message and was kept as such"
            capture.warn("header_like_line", f"{what}: {line.reason}", conversation=conversation, message=message,
                         byte_start=piece.base + line.start, byte_end=piece.base + line.end)  # fmt: skip
        capture.warn_unlisted("header_like_line", max(0, len(lines) - listed))

    def long(self, piece: Piece, found: Spans) -> None:
        """Say which texts were cut."""
        rows = [0] if piece.cut is not None else np.flatnonzero(found.text_to < found.end).tolist()
        for row in rows:
            self.warn(
                "line_too_long",
                f"the text is longer than {TEXT_LIMIT:,} bytes and was cut there; the exhibit has it whole",
                piece,
                found,
                row,
            )

    def valid(self, piece: Piece, found: Spans) -> bool:
        """Whether the piece is valid UTF-8; every place that is not is said."""
        whole = pa.Array.from_buffers(
            pa.string(), 1, [None, pa.py_buffer(np.array([0, piece.size], np.int32)), pa.py_buffer(piece.data)]
        )
        try:
            whole.validate(full=True)
        except pa.ArrowInvalid:
            pass
        else:
            return True
        # Message by message: an error of the decoder keeps a copy of all that it was given.
        for row, (start, end) in enumerate(zip(found.start.tolist(), found.end.tolist(), strict=True)):
            try:
                codecs.utf_8_decode(piece.data[start:end], "strict", True)
            except UnicodeDecodeError as problem:
                self.warn(
                    "invalid_text",
                    f"bytes from {piece.base + start + problem.start} on are not valid UTF-8 and were kept as U+FFFD;"
                    " the exhibit has them as they were",
                    piece,
                    found,
                    row,
                    place=(start + problem.start, start + problem.end),
                )
        return False

    def warn(
        self, kind: str, detail: str, piece: Piece, found: Spans, row: int, *, place: tuple[int, int] | None = None
    ) -> None:
        """Add a warning about the message in `row`, at `place` in the piece where that is not the whole message."""
        start, end = place or (int(found.start[row]), int(found.end[row]))
        message = message_id(self.chat.conversation.id, int(found.start[row]) + piece.base)
        self.chat.capture.warn(
            kind,
            detail,
            conversation=self.chat.conversation.id,
            message=message,
            byte_start=start + piece.base,
            byte_end=end + piece.base,
        )
