"""Warnings about a piece that concern the reading of its bytes rather than any one field."""

import codecs
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.judging import Judge
from upstander.evidence.sources.whatsapp_text.spans import Spans
from upstander.evidence.sources.whatsapp_text.streaming import TEXT_LIMIT, Piece
from upstander.model import message_id

__all__ = ["Oddities"]

#: Bytes of a line that say whose it claims to be, and of when.
_CLAIM = 120


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
        heads = piece.verdict.heads
        rejected = piece.verdict.rejected
        listed = self.chat.capture.listed("header_like_line")
        for start, end, reason in rejected[:listed]:
            inside = int(np.searchsorted(heads.start, start, side="right")) - 1
            message = message_id(conversation, int(heads.start[inside]) + piece.base) if inside >= 0 else None
            claims = piece.data[start:end][:_CLAIM].partition(b": ")[0].decode("utf-8", "replace").strip()
            warn("header_like_line",
                 f"a line looks like the start of a message ({claims!r}) and was kept as text: {reason}",
                 conversation=conversation, message=message, byte_start=piece.base + start,
                 byte_end=piece.base + end)  # fmt: skip
        self.chat.capture.warn_unlisted("header_like_line", max(0, len(rejected) - listed))
        layouts = self.judge.scanner.layouts
        for row in piece.verdict.switches:
            before, after = (layouts[int(heads.layout[at])].example for at in (row - 1, row))
            warn(
                "layout_mixed",
                f"the layout changes from {before} to {after}; each part was read by its own",
                conversation=conversation,
                message=message_id(conversation, int(heads.start[row]) + piece.base),
            )

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
