"""Messages written as a table to read, as JSON lines, as CSV and as Parquet, batch by batch."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from upstander.cli.written import visible
from upstander.model import schema

__all__ = ["Captions", "Format", "write"]


@dataclass(frozen=True, slots=True)
class Captions:
    """What a table says beside the messages' own columns."""

    #: By conversation: the line above its messages.
    above: Mapping[str, str]
    #: By conversation and handle: the name to show for an author.
    names: Mapping[tuple[str, str], str]


#: Characters of an author's name that a table shows.
NAME_WIDTH = 20

#: Instants as every other part writes them: seconds, and milliseconds only where there are any.
_SECONDS = "%Y-%m-%dT%H:%M:%SZ"
_MILLISECONDS = "%Y-%m-%dT%H:%M:%S%.3fZ"

#: In UTF-8: the control characters and direction overrides that JSON allows raw and a terminal would obey.
_UNSAFE = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xaf]",
)


class Format(StrEnum):
    """How messages are written."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def write(form: Format, batches: Iterator[pl.DataFrame], stream: BinaryIO, *, captions: Captions) -> None:
    """Write every batch; memory does not grow with their number."""
    match form:
        case Format.TABLE:
            _table(batches, stream, captions)
        case Format.JSONL:
            for batch in batches:
                stream.write(_jsonl(batch))
        case Format.CSV:
            _csv(batches, stream)
        case Format.PARQUET:
            _parquet(batches, stream)


def _table(batches: Iterator[pl.DataFrame], stream: BinaryIO, captions: Captions) -> None:
    """Lines to read, not columns to compute with: a message of any length and language, wrapped by the terminal.

    Times are in UTC and to the second.
    """
    above: str | None = None
    for batch in batches:
        lines = []
        for conversation, at, author, kind, event, text in batch.select(
            "conversation", pl.col("sent_at").dt.strftime("%Y-%m-%d %H:%M:%S"), "author", "kind", "event", "text"
        ).iter_rows():
            if conversation != above:
                lines.append(f"\n{visible(captions.above.get(conversation, conversation))}\n")
                above = conversation
            who = (
                f"[{event}]" if kind == "system" else visible(captions.names.get((conversation, author), author or ""))
            )
            what = "" if kind in ("text", "system") else f"({kind}) "
            said = _indented(text) if text else ""
            lines.append(f"{at or '(no time)':<19}  {who:<{NAME_WIDTH}}  {what}{said}\n")
        stream.write("".join(lines).encode("utf-8", "backslashreplace"))


def _indented(text: str) -> str:
    """The lines of a text, the later ones set under the first: none can pass for a message of its own."""
    return ("\n" + " " * (23 + NAME_WIDTH)).join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def _jsonl(batch: pl.DataFrame) -> bytes:
    held = [name for name in batch.columns if batch[name].null_count() < batch.height]
    instants = [name for name in held if isinstance(batch.schema[name], pl.Datetime)]
    written = batch.select(held).with_columns(_written(name) for name in instants)
    columns = [written[name].to_list() for name in held]
    lines = [
        orjson.dumps({name: value for name, value in zip(held, row, strict=True) if value is not None})
        for row in zip(*columns, strict=True)
    ]
    return _UNSAFE.sub(_escaped, b"\n".join(lines) + b"\n") if lines else b""


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


def _csv(batches: Iterator[pl.DataFrame], stream: BinaryIO) -> None:
    heading = True
    for batch in batches:
        instants = [name for name, kind in batch.schema.items() if isinstance(kind, pl.Datetime)]
        text = batch.with_columns(_written(name) for name in instants).write_csv(include_header=heading)
        # Not by Polars itself: its error for a closed pipe is none that says so.
        stream.write(text.encode())
        heading = False
    if heading:
        stream.write((",".join(schema("messages").names) + "\n").encode())


def _parquet(batches: Iterator[pl.DataFrame], stream: BinaryIO) -> None:
    spec = schema("messages")
    # Arrow's own sink closes its stream; the destination does that when everything is in place.
    with pq.ParquetWriter(pa.PythonFile(stream, mode="w"), spec, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(_arrow(batch, spec))


def _arrow(batch: pl.DataFrame, spec: pa.Schema) -> pa.Table:
    """The batch with the types of the messages table: Polars has its own for strings and categories."""
    rows = batch.to_arrow()
    columns = []
    for field in spec:
        column = rows.column(field.name)
        if pa.types.is_dictionary(field.type):
            column = column.cast(pa.string()).dictionary_encode()
        columns.append(column.cast(field.type))
    return pa.Table.from_arrays(columns, schema=spec)


def _written(name: str) -> pl.Expr:
    at = pl.col(name)
    whole = at.dt.millisecond() == 0
    return pl.when(whole).then(at.dt.strftime(_SECONDS)).otherwise(at.dt.strftime(_MILLISECONDS)).alias(name)
