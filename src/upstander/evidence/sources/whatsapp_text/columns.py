"""Arrow columns straight out of a piece's bytes."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.evidence.sources.whatsapp_text.scanning import Integers

__all__ = [
    "Gathered",
    "Grouped",
    "Openers",
    "category",
    "constant",
    "flags",
    "gather",
    "identities",
    "numbers",
    "word4",
]


#: The four characters of every number below ten thousand, as one word each.
_FOUR = (np.arange(10_000)[:, None] // np.array([1000, 100, 10, 1]) % 10 + 0x30).astype(np.uint8).view(np.uint32)[:, 0]


def word4(data: bytes) -> npt.NDArray[np.uint32]:
    """The four bytes that start at every place of `data`, as numbers."""
    return np.ndarray((len(data) - 3,), "<u4", data, strides=(1,))


class Openers:
    """Four-byte words that a text may start or end with; says of whole columns which are worth a closer look."""

    def __init__(self, parts: frozenset[bytes]) -> None:
        self._found = np.zeros(1 << 16, np.bool_)
        self._found[self._hash(np.array([int.from_bytes(part, "little") for part in parts], np.uint32))] = True

    @staticmethod
    def _hash(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        return (words * np.uint32(2_654_435_761)) >> np.uint32(16)

    def among(self, words: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Which of `words` may be among them: all that are, and a few more."""
        return self._found[self._hash(words)]


class Grouped:
    """Rows by their code; sorted at the first question, as most pieces have none."""

    def __init__(self, codes: Integers, count: int, among: npt.NDArray[np.bool_]) -> None:
        self._codes, self._count, self._among = codes, count, among

    @cached_property
    def _sorted(self) -> tuple[Integers, Integers]:
        rows = np.flatnonzero(self._among)
        rows = rows[np.argsort(self._codes[rows], kind="stable")]
        return rows, np.searchsorted(self._codes[rows], np.arange(self._count + 1))

    def rows(self, code: int) -> Integers:
        """The rows of `code`, rising."""
        rows, bounds = self._sorted
        return rows[bounds[code] : bounds[code + 1]]


class Gathered:
    """Strings that stand in one buffer at rising places, handed out as Arrow arrays."""

    def __init__(self, data: bytes, bounds: Sequence[tuple[Integers, Integers]]) -> None:
        """`bounds` are the first and last bytes of each kind of string, in the order that they stand in a message."""
        self._rows = len(bounds[0][0])
        self._width = 2 * len(bounds)
        offsets = np.empty(self._rows * self._width + 1, np.int32)
        for index, (start, end) in enumerate(bounds):
            offsets[2 * index : -1 : self._width] = start
            offsets[2 * index + 1 :: self._width][: self._rows] = end
        offsets[-1] = offsets[-2]
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        self._all = pa.Array.from_buffers(pa.binary(), self._rows * self._width, buffers)

    def column(self, index: int, rows: Integers | None = None) -> pa.Array:
        """Bytes of one kind of string, of all messages or of some."""
        chosen = np.arange(self._rows) if rows is None else rows
        return self._all.take(numbers(chosen * self._width + 2 * index, pa.int64()))


def gather(array: pa.Array, *, valid_text: bool, null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """A string column of the bytes in `array`, with nulls where `null` says so.

    Where the bytes were not seen to be valid UTF-8 as a whole, they are read one by one and what is no character
    becomes U+FFFD.
    """
    if not valid_text:
        texts = [value.decode("utf-8", "replace") for value in array.to_pylist()]
        array = pa.array(texts, pa.binary())
    buffers = array.buffers()
    bitmap = None
    if null is not None and null.any():
        bitmap = _bitmap(null)
    return pa.Array.from_buffers(pa.string(), len(array), [bitmap, buffers[1], buffers[2]], offset=array.offset)


def numbers(values: npt.NDArray[Any], kind: pa.DataType, *, null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """A column of `values` as they lie in memory; `kind` has their width."""
    bitmap = None if null is None or not null.any() else _bitmap(null)
    return pa.Array.from_buffers(kind, len(values), [bitmap, pa.py_buffer(np.ascontiguousarray(values))])


def flags(values: npt.NDArray[np.bool_]) -> pa.Array:
    """A column of booleans."""
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bitmap(~values)])


def category(
    codes: npt.NDArray[np.int32], values: Sequence[str], *, null: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    """A dictionary column."""
    return pa.DictionaryArray.from_arrays(numbers(codes, pa.int32(), null=null), pa.array(list(values), pa.string()))


def _bitmap(null: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(~null, bitorder="little").tobytes())


def constant(value: str | None, rows: int) -> pa.Array | None:
    """A dictionary column of one value; None (a column of nulls) where there is no value."""
    return None if value is None else category(np.zeros(rows, np.int32), [value])


def _digits(numbers: Integers, count: int) -> npt.NDArray[np.uint8]:
    """The last `count` decimal digits of each number, as characters; four at a time."""
    fours = -(-count // 4)
    written = np.empty((len(numbers), fours), np.uint32)
    for column in range(fours - 1, -1, -1):
        rest = numbers // 10_000
        written[:, column] = _FOUR[numbers - rest * 10_000]
        numbers = rest
    return written.view(np.uint8)[:, 4 * fours - count :]


def identities(conversation: str, places: Integers) -> pa.Array:
    """Ids of the messages at `places` (rising) of `conversation`: what `model.message_id` makes, for a whole column."""
    prefix = np.frombuffer(f"{conversation}-".encode(), np.uint8)
    parts: list[npt.NDArray[np.uint8]] = []
    lengths: list[npt.NDArray[np.int64]] = []
    low = 0
    for digits in range(1, 19):
        high = int(np.searchsorted(places, 10**digits))
        if high > low:
            written = np.empty((high - low, len(prefix) + digits), np.uint8)
            written[:, : len(prefix)] = prefix
            written[:, len(prefix) :] = _digits(places[low:high], digits)
            parts.append(written.ravel())
            lengths.append(np.full(high - low, len(prefix) + digits, np.int64))
            low = high
    offsets = np.zeros(len(places) + 1, np.int32)
    if parts:
        np.cumsum(np.concatenate(lengths), out=offsets[1:])
    data = np.concatenate(parts) if parts else np.zeros(0, np.uint8)
    return pa.Array.from_buffers(pa.string(), len(places), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
