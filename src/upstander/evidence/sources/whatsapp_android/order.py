"""Messages in the order of their conversations, within bounded memory.

The table is read once, in the order it is stored, because an index may lack rows that the table has. Pieces are sorted
in memory and kept in a scratch file; a conversation is then the sum of its slices of every piece.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Ordered", "integers"]

#: Rows sorted in memory at a time.
PIECE_ROWS = 262_144
#: Stands for "no value" in integer columns read as arrays; no id of a database is that low.
ABSENT = -(2**62)

_Ints = npt.NDArray[np.int64]


def integers(array: pa.Array) -> _Ints:
    """An integer column as an array, `ABSENT` where it is null."""
    if array.null_count:
        array = array.fill_null(ABSENT)
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.int64)


@dataclass(frozen=True)
class _Piece:
    batch: pa.RecordBatch
    #: Conversations in it, ascending, and where each begins; one more at the end.
    chats: _Ints
    starts: _Ints


class Ordered:
    """Rows with a rowid, a `chat` column and a `sort` column, conversation by conversation."""

    def __init__(self, batches: Iterable[pa.RecordBatch], *, chat: str, sort: str, scratch: Path) -> None:
        """Read every batch; beyond one piece they go to a file in `scratch`."""
        self._chat, self._sort = chat, sort
        self._pieces: list[_Piece] = []
        self.rows = 0
        spill: pa.ipc.RecordBatchFileWriter | None = None
        path = scratch / "messages.arrow"
        bounds: list[tuple[_Ints, _Ints]] = []
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            self.rows += batch.num_rows
            if sum(other.num_rows for other in waiting) >= PIECE_ROWS:
                piece = self._sorted(waiting)
                waiting = []
                if spill is None:
                    spill = pa.ipc.new_file(path, piece.batch.schema)
                spill.write_batch(piece.batch)
                bounds.append((piece.chats, piece.starts))
        if spill is not None:
            spill.close()
            stored = pa.ipc.open_file(pa.memory_map(str(path)))
            self._pieces = [_Piece(stored.get_batch(i), *found) for i, found in enumerate(bounds)]
        if waiting:
            self._pieces.append(self._sorted(waiting))

    @property
    def chats(self) -> list[int]:
        """Every conversation that has rows, ascending."""
        found = [piece.chats for piece in self._pieces]
        return [int(chat) for chat in np.unique(np.concatenate(found))] if found else []

    def ids(self) -> _Ints:
        """Every rowid, ascending."""
        found = [integers(piece.batch.column(0)) for piece in self._pieces]
        return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64)

    def of(self, chat: int) -> Iterator[pa.RecordBatch]:
        """The rows of one conversation, in order."""
        slices = []
        for piece in self._pieces:
            at = int(np.searchsorted(piece.chats, chat))
            if at < len(piece.chats) and piece.chats[at] == chat:
                start, end = int(piece.starts[at]), int(piece.starts[at + 1])
                slices.append(piece.batch.slice(start, end - start))
        if all(self._last(one) <= self._first(other) for one, other in pairwise(slices)):
            yield from slices
        else:
            yield self._sorted(slices).batch

    def _first(self, batch: pa.RecordBatch) -> tuple[int, int]:
        return self._key(batch.slice(0, 1))

    def _last(self, batch: pa.RecordBatch) -> tuple[int, int]:
        return self._key(batch.slice(batch.num_rows - 1))

    def _key(self, batch: pa.RecordBatch) -> tuple[int, int]:
        return int(self._order(batch)[0]), int(integers(batch.column(0))[0])

    def _order(self, batch: pa.RecordBatch) -> _Ints:
        """Place of each row in its conversation: `sort`, or the rowid where it has none."""
        ids = integers(batch.column(0))
        sort = integers(batch.column(self._sort))
        return np.where(sort > 0, sort, ids)

    def _sorted(self, batches: Sequence[pa.RecordBatch]) -> _Piece:
        batch = pa.concat_batches(batches)
        chats, order, ids = integers(batch.column(self._chat)), self._order(batch), integers(batch.column(0))
        index = np.lexsort((ids, order, chats))
        chats = chats[index]
        starts = np.flatnonzero(np.r_[True, chats[1:] != chats[:-1], True])
        return _Piece(batch.take(pa.array(index)), chats[starts[:-1]], starts)
