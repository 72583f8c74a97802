"""What other tables say about messages: reactions, receipts, edits, attachments, membership and warnings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from upstander.storage import Part

__all__ = ["TABLES", "Details", "details", "homeless"]

#: Tables whose rows hang on a message.
TABLES = ("reactions", "receipts", "edits", "attachments", "membership_events", "warnings")

_Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Details:
    """Rows of every table in `TABLES`, by message."""

    by_table: dict[str, _Rows] = field(default_factory=dict)

    def of(self, table: str, message: str) -> list[dict[str, Any]]:
        """The rows of `table` about `message`, in the table's order."""
        return self.by_table.get(table, {}).get(message, [])


def details(part: Part, messages: Sequence[str]) -> Details:
    """Everything about `messages`. Only their rows are held: a million receipts are never in memory together."""
    found = Details()
    wanted = pl.Series("message", messages, dtype=pl.String)
    for table in TABLES:
        if not part.tables.get(table, {}).get("rows"):
            continue
        rows = pl.scan_parquet(part.path / f"{table}.parquet").filter(pl.col("message").is_in(wanted.implode()))
        by_message: _Rows = defaultdict(list)
        for row in rows.collect().iter_rows(named=True):
            by_message[row["message"]].append(row)
        found.by_table[table] = dict(by_message)
    return found


def homeless(part: Part, table: str) -> pl.DataFrame:
    """Rows of `table` that hang on no message; empty where the part has none."""
    if not part.tables.get(table, {}).get("rows"):
        return pl.DataFrame()
    return pl.scan_parquet(part.path / f"{table}.parquet").filter(pl.col("message").is_null()).collect()
