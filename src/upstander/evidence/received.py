"""One message as it was received: its row in every capture, field by field, and what is said of where it is absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from upstander.evidence.transcript import Held, Line
from upstander.model import table
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Absent", "Row", "Value", "absences", "rows"]


@dataclass(frozen=True, slots=True)
class Value:
    """One field of a row, with what it means."""

    name: str
    value: str | int | float | bool | datetime
    help: str


@dataclass(frozen=True, slots=True)
class Row:
    """The row of one sighting, without what is absent in it."""

    held: Held
    #: Where in the exhibit it was read: `message:2083`, `bytes 120 to 180`; with the member of an archive before it.
    place: str
    text: str | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """A capture that lacks the message: the evidence in one sentence."""

    capture: str
    reason: str
    traces: str | None
    row: str | None
    detail: str


def rows(case: Case, held: Sequence[Held]) -> list[Row]:
    """The rows of these sightings as the messages table has them, in that order."""
    found = []
    for one in held:
        lazy = scan(case, "messages").filter(pl.col("conversation") == one.capture)
        # By position the row groups prune; ids have no ranges.
        if one.position is not None:
            lazy = lazy.filter(pl.col("position") == one.position)
        lazy = lazy.filter(pl.col("message") == one.sighting).with_columns(pl.col(pl.Categorical).cast(pl.String))
        found += [_row(one, row) for row in collect(lazy).iter_rows(named=True)]
    return found


def absences(case: Case, conversation: str, line: Line) -> list[Absent]:
    """Why each capture that lacks the message lacks it."""
    if not line.lacked:
        return []
    at = pl.col("at").is_null() if line.at is None else pl.col("at") == pl.lit(line.at).cast(pl.Datetime("ms", "UTC"))
    lazy = (
        scan(case, "gaps")
        .filter(pl.col("conversation") == conversation, at, pl.col("message") == line.message)
        .select("capture", "reason", "traces", "row", "detail")
        .with_columns(pl.col(pl.Categorical).cast(pl.String))
    )
    return [Absent(**row) for row in collect(lazy.sort("capture", "reason")).iter_rows(named=True)]


def _row(held: Held, row: dict[str, Any]) -> Row:
    known = {field.name: field for field in table("messages").fields}
    values = tuple(
        Value(name, value, known[name].description)
        for name, value in row.items()
        if value is not None and name != "text" and name in known
    )
    if row["row"] is not None:
        place = str(row["row"])
    elif row["byte_start"] is not None:
        place = f"bytes {row['byte_start']:,} to {row['byte_end']:,}"
    else:
        place = f"row {row['position']:,} of the capture"
    return Row(held, f"{row['member']}: {place}" if row["member"] else place, row["text"], values)
