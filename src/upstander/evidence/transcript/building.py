"""Making the transcript of a case: its lines in the order conversation, ordinal, and who names which line."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from upstander.evidence.lanes import title
from upstander.evidence.reconciled import captures
from upstander.evidence.transcript.laying import laid
from upstander.storage import Case
from upstander.storage.files import write_json
from upstander.storage.scan import collect, scan

__all__ = ["CONVERSATIONS", "IDS", "LINES", "RECORD", "TABLES", "TRANSCRIPT", "build"]

#: Files of the transcript's folder.
LINES, CONVERSATIONS, IDS, RECORD = "lines.arrow", "conversations.arrow", "ids.arrow", "record.json"
TRANSCRIPT = "transcript"

#: The tables that it is made of.
TABLES = (
    "exhibits", "conversations", "participants", "membership_events", "messages", "reactions", "edits", "attachments",
    "captures", "sightings", "gaps", "persons",
)  # fmt: skip

#: Sightings that are laid down at a time, where conversations are small; a larger one is laid down whole.
_BUNDLE = 150_000
_TOGETHER = 64
#: Lines of a record batch: a page reads slices of one or two.
_BATCH = 16_384

_LANES = pl.List(
    pl.Struct(
        {
            "capture": pl.String, "exhibit": pl.String, "reference": pl.String, "custodian": pl.String,
            "title": pl.String, "messages": pl.Int64,
        }
    )
)  # fmt: skip
_INSTANT = pl.Datetime("ms", "UTC")
_CONVERSATION: dict[str, Any] = {
    "conversation": pl.String, "title": pl.String, "kind": pl.String, "platform": pl.String, "lines": pl.Int64,
    "messages": pl.Int64, "undated": pl.Int64, "first_at": _INSTANT, "last_at": _INSTANT, "people": pl.Int64,
    "deletions": pl.Int64, "unexplained": pl.Int64, "lanes": _LANES, "first": pl.Int64,
}  # fmt: skip


def build(case: Case, folder: Path, *, made_from: str, progress: Callable[[int, int], None]) -> None:
    """Make the transcript in `folder`, which is new; `progress` hears sightings done, of how many."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    known: dict[str, list[dict[str, Any]]] = {}
    for row in captures(case):
        if row["standing"] == "applied":
            known.setdefault(row["conversation"], []).append(row)
    sizes = dict(collect(_counted(scan(case, "sightings"))).iter_rows())
    counts = _Counts(case)
    made: list[dict[str, Any]] = []
    ids: list[pl.DataFrame] = []
    first, done, total = 0, 0, sum(sizes.values())
    writer: pa.RecordBatchFileWriter | None = None
    try:
        for bundle in _bundles(sorted(known), sizes):
            lines = laid(case, bundle, [entry["capture"] for name in bundle for entry in known[name]])
            lines = lines.with_row_index("row", offset=first).with_columns(pl.col("row").cast(pl.Int64))
            ids.append(lines.select("row", pl.col("held").list.eval(pl.element().struct.field("sighting")))
                       .explode("held").rename({"held": "sighting"}))  # fmt: skip
            spans = {span["conversation"]: span for span in _spans(lines).iter_rows(named=True)}
            made += [counts.conversation(name, known[name], spans[name]) for name in bundle if name in spans]
            table = lines.drop("row").to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or pa.ipc.new_file(str(folder / LINES), table.schema)
            writer.write_table(table.combine_chunks(), max_chunksize=_BATCH)
            first += lines.height
            done += sum(sizes.get(name, 0) for name in bundle)
            progress(done, total)
    finally:
        if writer is not None:
            writer.close()
    _write(folder / CONVERSATIONS, pl.DataFrame(made, schema=_CONVERSATION))
    named = pl.concat(ids) if ids else pl.DataFrame(schema={"row": pl.Int64, "sighting": pl.String})
    _write(folder / IDS, named.select("sighting", "row").sort("sighting"))
    write_json(folder / RECORD, {"made_from": made_from, "lines": first})


def _counted(lazy: pl.LazyFrame) -> pl.LazyFrame:
    return lazy.group_by(pl.col("conversation").cast(pl.String)).len()


def _bundles(conversations: Sequence[str], sizes: dict[str, int]) -> Iterator[list[str]]:
    """The conversations in order, as many together as are few enough."""
    bundle: list[str] = []
    held = 0
    for name in conversations:
        size = sizes.get(name, 0)
        if bundle and (held + size > _BUNDLE or len(bundle) >= _TOGETHER):
            yield bundle
            bundle, held = [], 0
        bundle.append(name)
        held += size
    if bundle:
        yield bundle


def _spans(lines: pl.DataFrame) -> pl.DataFrame:
    said = ~pl.col("notice")
    return lines.group_by("conversation", maintain_order=True).agg(
        pl.col("row").min().alias("first"),
        pl.len().cast(pl.Int64).alias("lines"),
        said.sum().cast(pl.Int64).alias("messages"),
        pl.col("at").is_null().sum().cast(pl.Int64).alias("undated"),
        pl.col("at").min().alias("first_at"),
        pl.col("at").max().alias("last_at"),
    )


class _Counts:
    """What a list of conversations says beside each, counted once for all."""

    def __init__(self, case: Case) -> None:
        persons = scan(case, "persons").group_by(pl.col("conversation").cast(pl.String))
        self.people = dict(collect(persons.agg(pl.col("person").n_unique())).iter_rows())
        self.handles = dict(collect(_counted(scan(case, "participants"))).iter_rows())
        reason = pl.col("reason").cast(pl.String)
        gaps = scan(case, "gaps").filter(pl.col("conversation").is_not_null())
        self.gaps = {
            name: dict(collect(_counted(gaps.filter(reason == name))).iter_rows())
            for name in ("deleted_on_phone", "unexplained")
        }

    def conversation(self, name: str, rows: Sequence[dict[str, Any]], span: dict[str, Any]) -> dict[str, Any]:
        """One row of the list."""
        handles = max((self.handles.get(row["capture"], 0) for row in rows), default=0)
        lanes = [
            {
                "capture": row["capture"], "exhibit": row["exhibit"], "custodian": row["custodian"],
                "reference": row["reference"] or row["exhibit"][:12], "title": row["title"],
                "messages": row["messages"] or 0,
            }
            for row in rows
        ]  # fmt: skip
        return {
            **span,
            "title": title(rows),
            "kind": rows[0]["kind"] or "unknown",
            "platform": rows[0]["platform"] or "unknown",
            "people": self.people.get(name, handles),
            "deletions": self.gaps["deleted_on_phone"].get(name, 0),
            "unexplained": self.gaps["unexplained"].get(name, 0),
            "lanes": lanes,
        }


def _write(path: Path, frame: pl.DataFrame) -> None:
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=1 << 20)
