"""Where the parts of each message stand in a piece: name, text, first and last bytes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.whatsapp_text.scanning import Integers, places
from upstander.evidence.sources.whatsapp_text.streaming import TEXT_LIMIT, Piece

__all__ = ["Spans", "spans"]

#: Longest name that is looked for, in bytes; what has no separator so far is a system line.
NAME_LIMIT = 512

_COLON, _SPACE, _RETURN, _NEWLINE, _POINT = 0x3A, 0x20, 0x0D, 0x0A, 0x2E


@dataclass(slots=True)
class Spans:
    """Bytes of the parts of every message; a system line has no name, and its text starts where the head ends."""

    start: Integers
    end: Integers
    written_from: Integers
    written_to: Integers
    name_from: Integers
    name_to: Integers
    text_from: Integers
    #: One past the last byte of the first line, and of the text as kept.
    line_to: Integers
    text_to: Integers
    #: Whether a name was found.
    named: npt.NDArray[np.bool_]


def spans(piece: Piece, data: npt.NDArray[np.uint8]) -> Spans:
    """Take every message of `piece` apart. `data` are its bytes."""
    heads = piece.verdict.heads
    end = np.append(heads.start[1:], piece.size)
    # The line end in front of the next head belongs to neither message.
    end[:-1] -= 1
    if not piece.last and piece.cut is None:
        end[-1] -= 1
    end -= (data[end - 1] == _RETURN) & (end > heads.body) & (data[end] == _NEWLINE)
    if piece.last:
        end[-1] = _strip(piece.data, int(heads.body[-1]), int(end[-1]))
    end = np.maximum(end, heads.body)
    line_to = np.minimum(heads.line_end, end)
    colon = _separators(data, heads.body, line_to)
    named = colon >= 0
    after = np.where(named, colon + 1, heads.body)
    after += named & (data[np.maximum(colon, 0) + 1] == _SPACE)
    text_from = np.minimum(after, end)
    text_to = end
    long = np.flatnonzero(end - text_from > TEXT_LIMIT)
    if len(long):
        text_to = end.copy()
        for row in long:
            text_to[row] = _character(data, int(text_from[row]) + TEXT_LIMIT)
    return Spans(
        start=heads.start,
        end=end,
        written_from=heads.written_from,
        written_to=heads.written_to,
        name_from=heads.body,
        name_to=np.where(named, colon, heads.body),
        text_from=text_from,
        line_to=np.maximum(np.minimum(line_to, text_to), text_from),
        text_to=text_to,
        named=named,
    )


def _separators(data: npt.NDArray[np.uint8], body: Integers, line_to: Integers) -> Integers:
    """Place of the colon behind each name; -1 where the line has none.

    A separator is a colon and a space, or a colon at the line's end (an expired message), or a colon and a full stop
    there. Another colon is part of the name.
    """
    colons = places(data, _COLON)
    found = np.full(len(body), -1, np.int64)
    rows = np.arange(len(body))
    index = np.searchsorted(colons, body)
    colons = np.append(colons, len(data))
    limit = np.minimum(line_to, body + NAME_LIMIT)
    while len(rows):
        at = colons[index]
        inside = at < limit[rows]
        if not inside.all():
            rows, index, at = rows[inside], index[inside], at[inside]
        follower = data[at + 1]
        ends = line_to[rows] == at + 1
        point = (line_to[rows] == at + 2) & (follower == _POINT)
        separates = (follower == _SPACE) | ends | point
        found[rows[separates]] = at[separates]
        rows, index = rows[~separates], index[~separates] + 1
    return found


def _strip(data: bytes, start: int, end: int) -> int:
    """`end` without the line ends in front of it: those at the end of a file belong to the file."""
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    return end


def _character(data: npt.NDArray[np.uint8], at: int) -> int:
    """`at`, or where the character that it cuts begins."""
    for back in range(4):
        if data[at - back] & 0xC0 != 0x80:
            return at - back
    return at
