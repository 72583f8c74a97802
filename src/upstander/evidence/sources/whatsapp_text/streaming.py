"""Reads a document in pieces that begin with a head and hold whole messages, however large the document is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import numpy as np

from upstander.evidence.sources.interface import DateOrder
from upstander.evidence.sources.whatsapp_text.dates import DateEvidence
from upstander.evidence.sources.whatsapp_text.judging import HELD, Judge, Line, Verdict, resolve
from upstander.evidence.sources.whatsapp_text.scanning import PADDING, Heads, Scanner

__all__ = ["CHUNK", "TEXT_LIMIT", "Piece", "pieces", "survey"]

#: Bytes read at a time: work on whole columns outweighs work on a piece, and any machine has room.
CHUNK = 4 * 1024 * 1024
#: Bytes of one message that are kept in the tables; the exhibit has it whole.
TEXT_LIMIT = 1024 * 1024
#: Bytes of a message that are carried from piece to piece before it is cut.
_CARRIED = 2 * TEXT_LIMIT
#: Bytes read for a first look at the layout.
_FIRST_LOOK = 1024 * 1024


@dataclass(slots=True)
class Piece:
    """Whole messages, one after another. Positions are bytes from the piece's start; add `base` for the document's."""

    #: The bytes, with padding behind them.
    data: bytes
    size: int
    base: int
    verdict: Verdict
    #: Share of the document read.
    done: float
    #: Where the only message of the piece ends in the document, where it is longer than the piece.
    cut: int | None = None
    #: Bytes of text in front of the first message, in the document.
    preamble: tuple[int, int] | None = None
    last: bool = False


def read_fully(stream: IO[bytes], size: int) -> bytes:
    """`size` bytes, fewer only at the end: an archive's member may give less at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def survey(stream: IO[bytes], stated: DateOrder | None) -> Judge | None:
    """Find the document's layout and the order of its dates, reading on only while the order is open.

    None where no head was met.
    """
    scanner = Scanner()
    evidence: dict[int, DateEvidence] = {}
    main: int | None = None
    size, carry, line_start = _FIRST_LOOK, b"", True
    read = 0
    while data := read_fully(stream, size):
        buffer = carry + data
        read += len(data)
        heads = scanner.scan(buffer + PADDING, len(buffer), line_start=line_start)
        if main is None and len(heads):
            main = int(np.bincount(heads.layout).argmax())
        for layout in np.unique(heads.layout):
            known = evidence.setdefault(int(layout), DateEvidence(scanner.layouts[int(layout)]))
            known.add(heads.take(heads.layout == layout), base=read - len(buffer))
        if main is not None and (stated is not None or evidence[main].settled):
            break
        carry, line_start = _tail(buffer, len(buffer))
        # A line that was seen whole is not counted again.
        if len(heads) and len(buffer) - len(carry) <= heads.start[-1]:
            carry, line_start = b"", False
        size = CHUNK
    if main is None:
        return None
    decisions = {main: resolve(evidence[main], stated)}
    return Judge(scanner=scanner, main=main, decisions=decisions, stated=stated)


@dataclass(slots=True)
class _Long:
    """A message that is longer than what is kept of it."""

    data: bytes
    base: int
    verdict: Verdict


@dataclass(slots=True)
class _State:
    carry: bytes = b""
    base: int = 0
    line_start: bool = True
    long: _Long | None = None
    #: Where text before the first message ends; None once there was a message.
    before: int | None = 0
    rejected: list[Line] = field(default_factory=list)


def pieces(stream: IO[bytes], judge: Judge, *, size: int) -> Iterator[Piece]:
    """The document in order. Every byte belongs to the text before the first message, or to one message."""
    state = _State()
    final = False
    while not final:
        data = read_fully(stream, CHUNK)
        final = len(data) < CHUNK
        own = len(state.carry) + len(data)
        buffer = b"".join((state.carry, data, PADDING))
        heads = judge.scanner.scan(buffer, own, line_start=state.line_start)
        verdict = judge.judge(heads, buffer, final=final)
        done = min(1.0, (state.base + own) / max(size, 1))
        yield from _buffer(state, buffer, own, verdict, final=final, done=done)


def _buffer(state: _State, buffer: bytes, own: int, verdict: Verdict, *, final: bool, done: float) -> Iterator[Piece]:
    """The pieces that end in this buffer; what does not is left in `state`."""
    found = verdict.heads
    if state.long is not None and (len(found) or final):
        end = int(found.start[0]) if len(found) else own
        yield Piece(state.long.data + PADDING, len(state.long.data), state.long.base, state.long.verdict, done,
                    cut=state.base + end, last=final and not len(found))  # fmt: skip
        state.long = None
    if not len(found):
        if state.before is not None:
            state.before = state.base + own
            if final:
                yield Piece(PADDING, 0, state.base, verdict, done, preamble=(0, state.before), last=True)
        _drop(state, buffer, own)
        return
    preamble = None
    if state.before is not None:
        at = state.base + int(found.start[0])
        preamble, state.before = ((0, at) if at else None), None
    held = 0 if final else min(HELD, len(found))
    cut = own if final else int(found.start[-held])
    if own - cut > _CARRIED:
        held, cut = 1, int(found.start[-1])
    whole = found.take(slice(0, len(found) - held))
    local = verdict.local[: len(whole)]
    ready = [line for line in verdict.rejected if line.start < cut]
    # The first head of the next buffer has no neighbour there, so what is odd about it is said here.
    kept = [line for line in verdict.kept if line.start <= cut]
    switches = [row for row in verdict.switches if row < len(whole)]
    if len(whole) or preamble or ready:
        piece = Verdict(whole, local, ready, switches, kept)
        yield Piece(buffer, cut, state.base, piece, done, preamble=preamble, last=final)
    if final:
        return
    if own - cut > _CARRIED:
        only = found.take(slice(-1, None))
        only = Heads(
            *(getattr(only, name) - cut if name in _PLACES else getattr(only, name) for name in Heads.__slots__)
        )
        later, kept = ([line.moved(-cut) for line in lines if line.start >= cut]
                       for lines in (verdict.rejected, verdict.kept))  # fmt: skip
        data = buffer[cut : cut + TEXT_LIMIT + len(PADDING)]
        state.long = _Long(data, state.base + cut, Verdict(only, verdict.local[-1:], later, [], kept))
        _drop(state, buffer, own)
    else:
        state.carry = buffer[cut:own]
        state.base += cut
        state.line_start = True


_PLACES = frozenset({"start", "line_end", "body", "written_from", "written_to"})


def _drop(state: _State, buffer: bytes, own: int) -> None:
    """Go on behind this buffer, keeping a line that may yet turn out to have a head."""
    state.carry, state.line_start = _tail(buffer, own)
    state.base += own - len(state.carry)


def _tail(buffer: bytes, own: int) -> tuple[bytes, bool]:
    start = buffer.rfind(b"\n", 0, own) + 1
    if own - start > len(PADDING) or (start == 0 and own == 0):
        return b"", start == own
    return buffer[start:own], True
