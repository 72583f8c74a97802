"""What is known only when a whole exhibit was read: its conversations' counts and spans, its warnings' numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from upstander.evidence.sources import Rows
from upstander.model import schema

__all__ = ["Tally"]


@dataclass
class _Count:
    messages: int = 0
    system_events: int = 0
    first: datetime | None = None
    last: datetime | None = None


class Tally:
    """Watches the rows of one exhibit go by; keeps its conversations and warnings back until they are complete."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}
        self._conversations: list[pa.RecordBatch] = []
        self._warnings: list[pa.RecordBatch] = []

    def watch(self, rows: Rows) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Count `rows`, and give what can be written now."""
        if rows.table == "conversations":
            self._conversations.append(rows.batch)
        elif rows.table == "warnings":
            self._warnings.append(rows.batch)
        else:
            if rows.table == "messages" and rows.batch.num_rows:
                self._count(rows.batch)
            yield rows.table, rows.batch

    def _count(self, batch: pa.RecordBatch) -> None:
        conversation, kind, sent_at = (batch.column(name) for name in ("conversation", "kind", "sent_at"))
        # By place in the dictionary: kinds are not compared as words, row by row.
        system = pc.equal(kind.indices, kind.dictionary.index("system").cast(pa.int32())).cast(pa.int64())
        if len(conversation.dictionary) == 1:
            span = pc.min_max(sent_at).as_py()
            self._add(conversation.dictionary[0].as_py(), pc.sum(system).as_py(), len(batch), span["min"], span["max"])
            return
        counted = (
            pa.table({"conversation": conversation, "system": system, "sent_at": sent_at})
            .group_by("conversation", use_threads=False)
            .aggregate([("system", "sum"), ("system", "count"), ("sent_at", "min"), ("sent_at", "max")])
        )
        for row in counted.to_pylist():
            self._add(
                row["conversation"], row["system_sum"], row["system_count"], row["sent_at_min"], row["sent_at_max"]
            )

    def _add(self, conversation: str, system: int, rows: int, first: datetime | None, last: datetime | None) -> None:
        count = self._counts.setdefault(conversation, _Count())
        count.system_events += system
        count.messages += rows - system
        count.first = min((at for at in (count.first, first) if at), default=None)
        count.last = max((at for at in (count.last, last) if at), default=None)

    def close(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        """The conversations with their counts, and the warnings with their numbers."""
        for batch in self._conversations:
            counts = [self._counts.get(identity, _Count()) for identity in batch.column("conversation").to_pylist()]
            values: dict[str, list[object]] = {
                "messages": [count.messages for count in counts],
                "system_events": [count.system_events for count in counts],
                "first_sent_at": [count.first for count in counts],
                "last_sent_at": [count.last for count in counts],
            }
            yield "conversations", _with(batch, "conversations", values)
        ordinal = 0
        for batch in self._warnings:
            numbers: dict[str, list[object]] = {"ordinal": list(range(ordinal, ordinal + batch.num_rows))}
            yield "warnings", _with(batch, "warnings", numbers)
            ordinal += batch.num_rows


def _with(batch: pa.RecordBatch, table: str, values: dict[str, list[object]]) -> pa.RecordBatch:
    columns = [
        pa.array(values[field.name], field.type) if field.name in values else batch.column(field.name)
        for field in schema(table)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema(table))
