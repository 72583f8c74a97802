"""Parts: the rows of one exhibit, one Parquet file a table, made whole or not at all."""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from upstander.model import Table, schema, table
from upstander.storage.case import Case
from upstander.storage.files import read_json, sync_folder, write_json
from upstander.storage.replacing import OLDER, folders, put, unchanging

__all__ = ["Part", "PartWriter", "discard", "parts", "sweep"]

#: Rows a row group has: a window of one conversation touches one or two of them, and they prune well by conversation
#: and time.
GROUP_ROWS = 65_536

#: Rows that are sorted at a time where a source gave conversations interleaved.
SORTED_ROWS = 262_144

_RECORD = "part.json"

#: Columns of what people wrote.
_PROSE = frozenset({"text", "reply_to_text", "caption", "detail"})


@dataclass(frozen=True, slots=True)
class Part:
    """A finished part."""

    name: str
    path: Path
    #: Digest of all that the rows depend on: the exhibit, what came with it, how it is read, and the reader's version.
    made_from: str
    #: What the stage that made it wants to find again (JSON).
    about: dict[str, Any]
    #: By table: rows and SHA-256 of the Parquet file.
    tables: dict[str, dict[str, Any]]


def parts(case: Case) -> Iterator[Part]:
    """Every finished part of the case, by name.

    Nobody need hold the case for this: while a part is replaced it is the older or the newer one.
    """
    with unchanging(case.tables):
        found = [(name, path, read_json(path / _RECORD)) for name, path in folders(case.tables, _RECORD).items()]
    yield from (Part(name=name, path=path, **content) for name, path, content in found)


def discard(case: Case, name: str) -> None:
    """Delete the part called `name`, if there is one."""
    for path in (case.tables / f"{name}{OLDER}", case.tables / name):
        if not path.exists():
            continue
        # The record goes first: a part without one is unfinished, whatever else is left of it.
        (path / _RECORD).unlink(missing_ok=True)
        shutil.rmtree(path)


def sweep(case: Case) -> None:
    """Delete what a killed process left of a part that it was discarding."""
    finished = set(folders(case.tables, _RECORD).values())
    for folder in case.tables.iterdir():
        if folder.is_dir() and folder not in finished:
            shutil.rmtree(folder)


class PartWriter:
    """Writes one part in the scratch folder and puts it in its place when it is complete."""

    def __init__(self, case: Case, name: str) -> None:
        """Start the part called `name`; nothing of an older one is touched before `finish`."""
        self._case = case
        self._name = name
        self._folder = case.scratch / f"part-{name}"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._writers: dict[str, _TableWriter] = {}
        #: Arrow compresses and writes without Python's lock: the next rows are read meanwhile.
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="part")

    def write(self, name: str, batch: pa.RecordBatch) -> None:
        """Append `batch` to the table called `name`."""
        writer = self._writers.get(name)
        if writer is None:
            writer = self._writers[name] = _TableWriter(self._folder / f"{name}.parquet", name, self._hand)
        writer.write(batch)

    def finish(self, *, made_from: str, about: dict[str, Any]) -> Part:
        """Close the files, record them, and replace the older part of this name, if any."""
        tables: dict[str, dict[str, Any]] = {}
        for name, writer in sorted(self._writers.items()):
            rows = writer.close()
            path = self._folder / f"{name}.parquet"
            with path.open("rb") as stream:
                # The record says that these bytes are there: after a loss of power too.
                os.fsync(stream.fileno())
                tables[name] = {"rows": rows, "sha256": hashlib.file_digest(stream, "sha256").hexdigest()}
        self._hand.shutdown()
        record: dict[str, Any] = {"made_from": made_from, "about": about, "tables": tables}
        write_json(self._folder / _RECORD, record)
        final = self._case.tables / self._name
        put(self._folder, final)
        sync_folder(self._case.tables)
        return Part(name=self._name, path=final, **record)


def _encodings(table: Table) -> dict[str, Any]:
    """How a table's columns are laid down: two thirds of the time that one setting for all takes (benchmarks/ingest).

    Positions, byte ranges and times grow, and so do message ids, which share their beginning: only the differences are
    written. What people wrote makes most of the bytes and takes the lightest compression. Ranges are kept of what rows
    are asked for by: the exhibit, the conversation, the place in it and the time.
    """
    words = [field.name for field in table.fields if field.type == "category"]
    numbers = [field.name for field in table.fields if field.type in ("integer", "instant")]
    ids = [field.name for field in table.fields if field.name == "message"]
    asked = {"exhibit", *table.order, *(field.name for field in table.fields if field.type == "instant")} - {*ids}
    compression = {field.name: "snappy" if field.name in _PROSE else "zstd" for field in table.fields}
    return {
        "compression": compression,
        "compression_level": {name: 1 for name, codec in compression.items() if codec == "zstd"},
        "use_dictionary": words,
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED") | dict.fromkeys(ids, "DELTA_BYTE_ARRAY"),
        "write_statistics": [field.name for field in table.fields if field.name in asked],
    }


class _TableWriter:
    """One Parquet file, in even row groups, with the rows of a conversation together."""

    def __init__(self, path: Path, name: str, hand: Executor) -> None:
        self._path = path
        self._hand = hand
        self._under_way: Future[None] | None = None
        self._schema = schema(name)
        self._grouped = "conversation" in self._schema.names
        self._columns = table(name)
        self._file = self._open(path)
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._written = 0
        #: Conversations whose rows have ended; one that comes again means the source interleaved them.
        self._closed: set[str] = set()
        self._current: str | None = None
        self._interleaved = False

    def _open(self, path: Path) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            path,
            self._schema,
            data_page_version="2.0",
            # Rows that are encoded in one go: by a thousand, as is the default, all that is done per go adds up.
            write_batch_size=GROUP_ROWS,
            **_encodings(self._columns),
        )

    def write(self, batch: pa.RecordBatch) -> None:
        if batch.num_rows == 0:
            return
        if self._grouped and not self._interleaved:
            self._follow(batch)
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows - self._written >= GROUP_ROWS:
            self._flush(whole=True)

    def _follow(self, batch: pa.RecordBatch) -> None:
        column = batch.column("conversation")
        runs = column.indices if pa.types.is_dictionary(column.type) else column
        starts = [0]
        if batch.num_rows > 1:
            changes = pc.indices_nonzero(pc.fill_null(pc.not_equal(runs[1:], runs[:-1]), True))
            starts += [index + 1 for index in changes.to_pylist()]
        for index in starts:
            conversation = column[index].as_py()
            if conversation == self._current:
                continue
            if self._current is not None:
                self._closed.add(self._current)
            if conversation in self._closed:
                self._interleaved = True
                return
            self._current = conversation

    def _flush(self, *, whole: bool = False) -> None:
        """Hand on what waits: whole groups only, or everything."""
        rows = pa.Table.from_batches(self._waiting, schema=self._schema)
        ready = rows.num_rows // GROUP_ROWS * GROUP_ROWS if whole else rows.num_rows
        self._waiting = rows.slice(ready).to_batches()
        self._settle()
        self._under_way = self._hand.submit(self._lay_down, rows.slice(0, ready))
        self._written += ready

    def _lay_down(self, rows: pa.Table) -> None:
        # A group with several dictionaries of one column would be written as if it had none.
        self._file.write_table(rows.unify_dictionaries(), row_group_size=GROUP_ROWS)

    def _settle(self) -> None:
        """Wait for the rows under way, so that no more than two groups are held; a full disk is raised here."""
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def close(self) -> int:
        if self._waiting:
            self._flush()
        self._settle()
        self._file.close()
        if self._interleaved:
            self._regroup()
        return self._rows

    def _regroup(self) -> None:
        """Sort a file whose source gave conversations interleaved, as an SMS backup does.

        Not all at once: each time, the file is read through for as many conversations as may be held.
        """
        source = self._path.with_suffix(".interleaved")
        self._path.replace(source)
        with pq.ParquetFile(source) as rows, self._open(self._path) as file:
            for names in _bundles(rows, all_at_once=self._columns.order[0] != "conversation"):
                file.write_table(self._sorted(rows, names), row_group_size=GROUP_ROWS)
        source.unlink()

    def _sorted(self, file: pq.ParquetFile, names: pa.Array | None) -> pa.Table:
        """The rows of the conversations called `names`, or all, in the table's order."""
        found = []
        for number in range(file.num_row_groups):
            group = file.read_row_group(number)
            if names is not None:
                group = group.filter(pc.is_in(group["conversation"].cast(pa.string()), names))
            found.append(group)
        rows = pa.concat_tables(found).unify_dictionaries()
        # Arrow sorts no dictionaries; and by position in a dictionary would be by first mention, not by name.
        keys = {
            name: rows[name].cast(pa.string()) if pa.types.is_dictionary(rows[name].type) else rows[name]
            for name in self._columns.order
        }
        order = pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in keys])
        return rows.take(order).cast(self._schema)


def _bundles(file: pq.ParquetFile, *, all_at_once: bool) -> list[pa.Array | None]:
    """Names of conversations, in order, in bundles of no more than `SORTED_ROWS` rows each where that can be."""
    if all_at_once or file.metadata.num_rows <= SORTED_ROWS:
        return [None]
    counts: Counter[str | None] = Counter()
    for number in range(file.num_row_groups):
        column = file.read_row_group(number, columns=["conversation"])["conversation"].cast(pa.string())
        for entry in pc.value_counts(column).to_pylist():
            counts[entry["values"]] += entry["counts"]
    if None in counts:
        return [None]
    bundles: list[list[str]] = []
    room = 0
    for name in sorted(name for name in counts if name is not None):
        if counts[name] > room:
            bundles.append([])
            room = SORTED_ROWS
        bundles[-1].append(name)
        room -= counts[name]
    return [pa.array(names, pa.string()) for names in bundles]
