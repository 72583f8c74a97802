"""The captures of a made operation as the project's own tables, and as a case; and the truth beside them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from benchmarks.reconcile import direct_store, direct_text
from benchmarks.reconcile.direct_text import data
from benchmarks.reconcile.exports import file_name
from benchmarks.reconcile.held import Held, held
from benchmarks.reconcile.made import Operation
from benchmarks.reconcile.store import GROUP, Store
from benchmarks.reconcile.text import Lines, lines

from upstander.evidence.sources import Rows
from upstander.evidence.tally import Tally
from upstander.model import batch, conversation_id
from upstander.storage import Case, PartWriter

__all__ = ["CaptureTruth", "fill", "tables_of", "truth_of"]

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CaptureTruth:
    """What one capture holds in truth."""

    operation: Operation
    index: int
    exhibit: str
    #: Id of the capture's conversation.
    conversation: str
    holds: Held = field(repr=False)
    #: By row: number of the true item, and its place (first byte of a text record, row number of a database).
    number: Integers = field(repr=False)
    place: Integers = field(repr=False)
    #: The records of a text export, where they are few: they need not be made again.
    parts: tuple[Lines, ...] | None = field(default=None, repr=False)

    @property
    def reference(self) -> str:
        """Reference of the exhibit."""
        return f"MC/{self.index + 1}"


def truth_of(operation: Operation, index: int, *, exhibit: str | None = None) -> CaptureTruth:
    """The truth of phone number `index`; `exhibit` is the file's SHA-256, where one was written."""
    holds = held(operation, index)
    kept: tuple[Lines, ...] | None = None
    if operation.phones[index].keyed:
        store = Store(operation, index, holds)
        exhibit = exhibit or direct_store.digest(store)
        source, key, number, place = "whatsapp_android", GROUP, holds.items, store.ids
    else:
        hashed, starts, numbers = hashlib.sha256(), [], []
        for part in lines(operation, index, holds):
            hashed.update(data(part))
            starts.append(part.start)
            numbers.append(part.items)
            kept = (part,) if len(starts) == 1 else None
        exhibit = exhibit or hashed.hexdigest()
        number, place = np.concatenate(numbers), np.concatenate(starts)
        place = place[number >= 0]
        source, key, number = "whatsapp_text", "chat", number[number >= 0]
    conversation = conversation_id(exhibit=exhibit, member=None, source=source, key=key)
    return CaptureTruth(operation, index, exhibit, conversation, holds, number, place, kept)


def tables_of(operation: Operation, index: int, *, truth: CaptureTruth | None = None) -> Iterator[Rows]:
    """Rows of every table that reading the capture of phone number `index` would give, in bounded batches."""
    truth = truth or truth_of(operation, index)
    name = file_name(operation, index)
    if operation.phones[index].keyed:
        store = Store(operation, index, truth.holds)
        yield from direct_store.rows(store, exhibit=truth.exhibit, name=name)
    else:
        parts = truth.parts or lines(operation, index, truth.holds)
        yield from direct_text.rows(operation, index, parts, exhibit=truth.exhibit, name=name)


def fill(case: Case, operation: Operation, *, now: datetime) -> list[CaptureTruth]:
    """Write the captures of every phone into a new case, a part an exhibit, as ingest would; gives their truth."""
    truths = []
    with case.writing():
        for index in range(len(operation.phones)):
            truth = truth_of(operation, index)
            writer, tally = PartWriter(case, truth.exhibit), Tally()
            for rows in tables_of(operation, index, truth=truth):
                for name, made in tally.watch(rows):
                    writer.write(name, made)
            for name, made in tally.close():
                writer.write(name, made)
            writer.finish(made_from=truth.exhibit, about={"reference": truth.reference, "found": []})
            truths.append(truth)
        writer = PartWriter(case, "case")
        writer.write("exhibits", _exhibits(truths, now))
        writer.finish(made_from="made", about={})
    return truths


def _exhibits(truths: list[CaptureTruth], now: datetime) -> pa.RecordBatch:
    phones = [truth.operation.phones[truth.index] for truth in truths]
    return batch(
        "exhibits",
        {
            "exhibit": [truth.exhibit for truth in truths],
            "reference": [truth.reference for truth in truths],
            "custodian": [f"person {phone.owner}" for phone in phones],
            "received_at": [int(now.timestamp() * 1000)] * len(truths),
            "source_name": [file_name(truth.operation, truth.index) for truth in truths],
            "bytes": [0] * len(truths),
            "source": ["whatsapp_android" if phone.keyed else "whatsapp_text" for phone in phones],
            "role": ["document"] * len(truths),
            "intake": ["made"] * len(truths),
        },
        rows=len(truths),
    )
