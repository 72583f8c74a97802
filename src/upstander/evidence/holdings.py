"""Where one message stands: which captures hold it and how they were matched, which lack it and why."""

from typing import Any

import polars as pl

from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["holdings"]

_HELD = ("sighting", "capture", "exhibit", "method", "score", "shows", "offset_ms", "lead")
_LACKED = ("capture", "exhibit", "reason", "traces", "row", "detail")


def holdings(case: Case, message: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Sightings of the reconciled message of that id, and gaps of the captures that lack it (columns of those tables).

    Each row has the exhibit's `reference` and `custodian` too. By reference.
    """
    exhibits = scan(case, "exhibits").select("exhibit", "reference", "custodian")

    def rows(table: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
        mine = scan(case, table).filter(pl.col("message") == message).select(columns)
        mine = mine.with_columns(pl.col(pl.Categorical).cast(pl.String))
        return collect(mine.join(exhibits, on="exhibit", how="left").sort("reference", "capture")).to_dicts()

    return rows("sightings", _HELD), rows("gaps", _LACKED)
