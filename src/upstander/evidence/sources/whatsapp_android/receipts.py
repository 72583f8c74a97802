"""Receipts: what the sender's phone knows of each recipient."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.whatsapp_android.arrays import constant, instants
from upstander.evidence.sources.whatsapp_android.details import beside
from upstander.evidence.sources.whatsapp_android.messages import Converted
from upstander.evidence.sources.whatsapp_android.order import integers
from upstander.evidence.sources.whatsapp_android.people import People
from upstander.evidence.sqlite import Database
from upstander.model import batch

__all__ = ["Receipts"]

_Ints = npt.NDArray[np.int64]

#: Receipts of one batch.
_ROWS = 200_000


class Receipts:
    """The rows of `receipt_user`, one for each recipient and message."""

    def __init__(self, database: Database, people: People, exhibit: str) -> None:
        """Load them: five numbers each."""
        self._exhibit = exhibit
        self._rows = beside(
            database,
            "receipt_user",
            {
                "receipt_user_jid_row_id": "integer",
                "receipt_timestamp": "integer",
                "read_timestamp": "integer",
                "played_timestamp": "integer",
            },
        )
        self._jids = np.array(sorted(people.handles), np.int64)
        self._handles = pa.array([people.handles[int(jid)] for jid in self._jids], pa.string())

    def rows(self, got: Converted, done: float) -> Iterator[Rows]:
        """Receipts of one batch of messages."""
        which, at = self._rows.many(got.ids)
        for begin in range(0, len(at), _ROWS):
            places = pa.array(which[begin : begin + _ROWS])
            chosen = at[begin : begin + _ROWS]
            columns = self._columns(chosen)
            columns["conversation"] = got.conversations.take(places)
            columns["message"] = got.names.take(places)
            columns["target_key"] = got.keys.take(places)
            yield Rows(table="receipts", batch=batch("receipts", columns, rows=len(chosen)), done=done)

    def orphans(self, ids: _Ints) -> Iterator[Rows]:
        """Receipts of messages that are not among `ids` (ascending)."""
        at = np.flatnonzero(~np.isin(self._rows.keys, ids))
        for begin in range(0, len(at), _ROWS):
            chosen = at[begin : begin + _ROWS]
            columns = self._columns(chosen)
            written = pc.cast(pa.array(self._rows.keys[chosen]), pa.string())
            columns["target_key"] = pc.binary_join_element_wise("message:", written, "")
            yield Rows(table="receipts", batch=batch("receipts", columns, rows=len(chosen)), done=1.0)

    def _columns(self, at: _Ints) -> dict[str, pa.Array]:
        written = pc.cast(self._rows.values("rowid", at), pa.string())
        return {
            "exhibit": constant(self._exhibit, len(at)),
            "participant": self._participants(integers(self._rows.values("receipt_user_jid_row_id", at))),
            "delivered_at": instants(self._rows.numbers("receipt_timestamp", at)),
            "read_at": instants(self._rows.numbers("read_timestamp", at)),
            "played_at": instants(self._rows.numbers("played_timestamp", at)),
            "row": pc.binary_join_element_wise("receipt_user:", written, ""),
        }

    def _participants(self, jids: _Ints) -> pa.Array:
        if not len(self._jids):
            return pa.nulls(len(jids), pa.string())
        at = np.minimum(np.searchsorted(self._jids, jids), len(self._jids) - 1)
        return self._handles.take(pa.array(at, mask=self._jids[at] != jids))
