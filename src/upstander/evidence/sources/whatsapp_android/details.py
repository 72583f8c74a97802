"""What stands beside a message in tables of its own: quotes, edits, deletions, media, reactions.

Each is read once and kept as columns sorted by the message it belongs to, so that a batch of messages finds its rows
with two binary searches. They are few beside the messages.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upstander.evidence.sources.whatsapp_android.order import integers
from upstander.evidence.sqlite import Database
from upstander.evidence.sqlite_columns import Kind, scan

__all__ = ["Beside", "beside"]

_Ints = npt.NDArray[np.int64]


class Beside:
    """The rows of one such table."""

    def __init__(self, table: pa.RecordBatch, key: str) -> None:
        """Sort `table` by the message ids in column `key`; rows without one keep the lowest place."""
        keys = integers(table.column(key))
        if len(keys) > 1 and not bool(np.all(keys[1:] >= keys[:-1])):
            index = np.argsort(keys, kind="stable")
            keys, table = keys[index], table.take(pa.array(index))
        self.keys = keys
        self.table = table

    def __len__(self) -> int:
        return len(self.keys)

    def one(self, ids: _Ints) -> tuple[_Ints, _Ints]:
        """For messages that have at most one row: which of `ids` have one, and its place here (the last stands)."""
        at = np.searchsorted(self.keys, ids, side="right") - 1
        found = np.flatnonzero((at >= 0) & (self.keys[np.maximum(at, 0)] == ids)) if len(self.keys) else at[:0]
        return found, at[found]

    def many(self, ids: _Ints) -> tuple[_Ints, _Ints]:
        """Pairs of a place in `ids` and the place here of each row that belongs to it, in the order of `ids`."""
        low = np.searchsorted(self.keys, ids, side="left")
        counts = np.searchsorted(self.keys, ids, side="right") - low
        which = np.repeat(np.arange(len(ids)), counts)
        begins = np.repeat(np.cumsum(counts) - counts, counts)
        return which, np.repeat(low, counts) + np.arange(len(which)) - begins

    def numbers(self, name: str, at: _Ints) -> _Ints:
        """Integers of column `name` at the places `at`."""
        return integers(self.table.column(name).take(pa.array(at)))

    def values(self, name: str, at: _Ints) -> pa.Array:
        """Column `name` at the places `at`."""
        return self.table.column(name).take(pa.array(at))


def beside(database: Database, table: str, wanted: Mapping[str, Kind], *, key: str = "message_row_id") -> Beside:
    """The `wanted` columns of `table`, found by `key`; empty where the database has no such table."""
    asked: dict[str, Kind] = {key: "integer", **wanted}
    batches = list(scan(database, table, asked))
    if not batches:
        shape = [("rowid", pa.int64()), *((n, pa.int64() if k == "integer" else pa.string()) for n, k in asked.items())]
        batches = [pa.RecordBatch.from_pylist([], schema=pa.schema(shape))]
    return Beside(pa.concat_batches(batches), key)
