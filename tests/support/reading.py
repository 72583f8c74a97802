"""Read a document with one source and look at its tables; shared by the tests of every source."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from upstander.evidence.document import Document
from upstander.evidence.sources import Reading, Source
from upstander.model import schema, table


@dataclass
class Tables:
    """What a source gave for one document."""

    batches: dict[str, list[pa.RecordBatch]] = field(default_factory=dict)

    def table(self, name: str) -> pa.Table:
        """The whole table called `name`."""
        return pa.Table.from_batches(self.batches.get(name, []), schema=schema(name))

    def rows(self, name: str, **equal: Any) -> list[dict[str, Any]]:
        """Rows of a table in which every named column has the given value."""
        rows: list[dict[str, Any]] = self.table(name).to_pylist()
        return [row for row in rows if all(row[column] == value for column, value in equal.items())]

    @property
    def authored(self) -> list[dict[str, Any]]:
        """Authored messages, in order."""
        return [row for row in self.rows("messages") if row["kind"] != "system"]

    @property
    def system(self) -> list[dict[str, Any]]:
        """System events, in order."""
        return self.rows("messages", kind="system")

    @property
    def handles(self) -> set[str]:
        """Every participant's handle."""
        return {row["handle"] for row in self.rows("participants")}

    @property
    def warned(self) -> Counter[str]:
        """Warnings by kind."""
        return Counter(row["kind"] for row in self.rows("warnings"))


def read(source: Source, path: Path, *, scratch: Path, reading: Reading | None = None) -> Tables:
    """Recognise and read the file at `path`, with the rest of its folder as siblings, and check the rows' shape."""
    document = Document.of(path, scratch=scratch)
    return read_document(source, document, reading=reading)


def read_document(source: Source, document: Document, *, reading: Reading | None = None) -> Tables:
    """Recognise and read `document`; every batch is checked against its table's closed sets and keys."""
    source.recognise(document)
    tables = Tables()
    for rows in source.read(document, reading or Reading()):
        assert rows.batch.schema.equals(schema(rows.table)), rows.table
        assert 0.0 <= rows.done <= 1.0
        tables.batches.setdefault(rows.table, []).append(rows.batch)
    check(tables)
    return tables


def check(tables: Tables) -> None:
    """Closed sets hold, keys are unique, references within the document lead somewhere."""
    for name in tables.batches:
        spec = table(name)
        got = tables.table(name)
        for column in spec.fields:
            if column.values:
                values = set(got[column.name].to_pylist()) - {None}
                assert values <= set(column.values), (name, column.name, values - set(column.values))
        if name != "warnings":
            keys = list(zip(*(got[key].to_pylist() for key in spec.key), strict=True))
            assert len(keys) == len(set(keys)), f"keys of {name} are not unique"
    conversations = {row["conversation"] for row in tables.rows("conversations")}
    messages = {row["message"] for row in tables.rows("messages")}
    handles = {(row["conversation"], row["handle"]) for row in tables.rows("participants")}
    for row in tables.rows("messages"):
        assert row["conversation"] in conversations
        if row["kind"] == "system":
            assert row["event"] is not None
            continue
        assert row["author"] is not None
        assert (row["conversation"], row["author"]) in handles
    for name in ("reactions", "receipts", "edits", "attachments", "membership_events"):
        for row in tables.rows(name):
            assert row["message"] is None or row["message"] in messages, (name, row)
