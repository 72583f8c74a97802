"""Finds the heads of messages in a buffer of bytes, a column at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.whatsapp_text.grammar import HEAD_BYTES, LEADING, Layout, Meridiem, Template, head

__all__ = ["PADDING", "Heads", "Scanner", "places"]

Integers = npt.NDArray[np.int64]

#: Line ends that a buffer must have after its own bytes, so that a head may be looked for at its last line.
PADDING = b"\n" * (2 * HEAD_BYTES)

#: Shapes of head that are remembered. A file has one layout, and so some 32 shapes (one or two digits in four fields,
#: two halves of the day); a file made to have more is still read, slowly.
SHAPES = 128

_STRIP = 128 * 1024

_LEADING = np.zeros(256, dtype=np.bool_)
_LEADING[list(LEADING)] = True
_SIX = np.uint64(0x0606060606060606)


@dataclass(slots=True)
class Heads:
    """Heads found in a buffer, in order: one row each. Positions are bytes from the buffer's start."""

    #: Where the line starts.
    start: Integers
    #: Where its line ends, before the line end.
    line_end: Integers
    #: Where the name or the text starts.
    body: Integers
    written_from: Integers
    written_to: Integers
    #: Number of the layout (`Scanner.layouts`).
    layout: Integers
    #: The three fields of the date as they stand, and the time.
    first: Integers
    second: Integers
    third: Integers
    #: Seconds since midnight; -1 where the time cannot be.
    clock: Integers
    padded: npt.NDArray[np.bool_]
    upper: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.start)

    def take(self, rows: npt.NDArray[np.bool_] | Integers | slice) -> Self:
        """Some of the rows."""
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))


def places(data: npt.NDArray[np.uint8], byte: int) -> Integers:
    """Where `byte` stands in `data`; looked for a strip at a time, so that what is compared stays in the cache."""
    found = [np.flatnonzero(data[start : start + _STRIP] == byte) + start for start in range(0, len(data), _STRIP)]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


class Scanner:
    """Finds heads, and remembers the layouts and shapes that it has met in this document."""

    def __init__(self) -> None:
        self.layouts: list[Layout] = []
        self._numbers: dict[Layout, int] = {}
        self._templates: list[Template] = []

    def scan(self, buffer: bytes, size: int, *, line_start: bool) -> Heads:
        """Heads of every layout in the first `size` bytes of `buffer`, which goes on with `PADDING`.

        `line_start` says whether the buffer's first byte starts a line.
        """
        data = np.frombuffer(buffer, np.uint8)
        ends = places(data[:size], 0x0A)
        starts = np.concatenate((np.zeros(1, np.int64), ends + 1)) if line_start else ends + 1
        if len(starts) and starts[-1] >= size:
            starts = starts[:-1]
        # Where the line that starts in a row ends; the last may end with the buffer.
        offset = 0 if line_start else 1
        line_ends = ends[offset : offset + len(starts)]
        if len(line_ends) < len(starts):
            line_ends = np.append(line_ends, size)
        template = self._match(buffer, data, starts)
        found = np.flatnonzero(template >= 0)
        heads = self._fields(data, starts[found], line_ends[found], template[found])
        del self._templates[SHAPES:]
        return heads

    def _match(self, buffer: bytes, data: npt.NDArray[np.uint8], starts: Integers) -> Integers:
        """Number of the template of every line; -1 where it has no head."""
        template = np.full(len(starts), -1, np.int64)
        words: npt.NDArray[np.uint64] = np.ndarray((len(data) - 7,), "<u8", buffer, strides=(1,))
        rows = np.flatnonzero(_LEADING[data[starts]])
        for number in range(len(self._templates)):
            rows = self._assign(words, starts, rows, template, number)
        while len(rows):
            # Shapes not met yet: the first line of what is left is read by the grammar, and stands for all like it.
            at = int(starts[rows[0]])
            made = head(buffer[at : at + 2 * HEAD_BYTES])
            if made is None:
                rows = self._skip(buffer, starts, rows)
                continue
            number = self._learn(made)
            if number < SHAPES:
                rows = self._assign(words, starts, rows, template, number)
            else:
                template[rows[0]] = number
                rows = rows[1:]
        return template

    def _skip(self, buffer: bytes, starts: Integers, rows: Integers) -> Integers:
        """`rows` from the first one on whose line has a head."""
        for passed, row in enumerate(rows):
            at = int(starts[row])
            if passed and head(buffer[at : at + 2 * HEAD_BYTES]) is not None:
                return rows[passed:]
        return rows[:0]

    def _learn(self, made: Template) -> int:
        if made.layout not in self._numbers:
            self._numbers[made.layout] = len(self.layouts)
            self.layouts.append(made.layout)
        self._templates.append(made)
        return len(self._templates) - 1

    def _assign(
        self, words: npt.NDArray[np.uint64], starts: Integers, rows: Integers, template: Integers, number: int
    ) -> Integers:
        """Give the lines among `rows` that are of template `number` that number; the other rows."""
        if not len(rows):
            return rows
        made = self._templates[number]
        alike = rows
        at = starts[rows]
        for index, (mask, value, nibble) in enumerate(zip(made.masks, made.values, made.nibbles, strict=True)):
            word = words[at + 8 * index]
            # A digit's low half plus six overflows where it is above nine.
            same = ((word & mask) == value) & (((word & nibble) + (_SIX & nibble)) & ~nibble == 0)
            if not same.all():
                alike = alike[same]
                at = at[same]
        if len(alike) == len(rows):
            template[rows] = number
            return rows[:0]
        template[alike] = number
        return rows[template[rows] < 0]

    def _fields(self, data: npt.NDArray[np.uint8], starts: Integers, line_ends: Integers, template: Integers) -> Heads:
        size = len(starts)
        columns = {column.name: np.zeros(size, np.int64) for column in fields(Heads)}
        padded = np.zeros(size, np.bool_)
        upper = np.zeros(size, np.bool_)
        columns["start"] = starts
        columns["line_end"] = line_ends - ((data[line_ends - 1] == 0x0D) & (line_ends > starts))
        for number, rows in _groups(template):
            made = self._templates[number]
            at = starts[rows]
            first, second, third, hour, minute, seconds = (_number(data, at, field) for field in made.fields)
            columns["first"][rows] = first
            columns["second"][rows] = second
            columns["third"][rows] = third
            if made.meridiem is Meridiem.AFTER_NOON:
                hour = np.where(hour < 12, hour + 12, hour)
            elif made.meridiem is Meridiem.BEFORE_NOON:
                hour = np.where(hour == 12, 0, hour)
            # Some locales write the first hour of a day as 24.
            hour = np.where(hour == 24, 0, hour)
            clock = hour * 3600 + minute * 60 + seconds
            columns["clock"][rows] = np.where((hour < 24) & (minute < 60) & (seconds < 60), clock, -1)
            columns["body"][rows] = at + made.length
            columns["written_from"][rows] = at + made.written[0]
            columns["written_to"][rows] = at + made.written[1]
            columns["layout"][rows] = self._numbers[made.layout]
            padded[rows] = made.padded
            upper[rows] = made.upper
        columns["padded"] = padded  # type: ignore[assignment]
        columns["upper"] = upper  # type: ignore[assignment]
        return Heads(**columns)  # type: ignore[arg-type]


def _groups(template: Integers) -> Iterator[tuple[int, Integers | slice]]:
    """Every template number with its rows."""
    if not len(template):
        return
    if (template == template[0]).all():
        yield int(template[0]), slice(None)
        return
    order = np.argsort(template, kind="stable")
    numbers = template[order]
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    for rows in np.split(order, cuts):
        yield int(template[rows[0]]), rows


def _number(data: npt.NDArray[np.uint8], at: Integers, positions: tuple[int, ...]) -> Integers:
    value: npt.NDArray[np.int16] = np.zeros(len(at), np.int16)
    for position in positions:
        value = value * np.int16(10) + (data[at + position] & np.uint8(0x0F))
    return value.astype(np.int64)
