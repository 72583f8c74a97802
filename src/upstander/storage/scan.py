"""Reading tables back: lazily, and only the parts, row groups and columns that are asked for."""

import polars as pl

from upstander.model import schema
from upstander.storage.case import Case

__all__ = ["scan"]


def scan(case: Case, name: str) -> pl.LazyFrame:
    """The table called `name`, all parts together, as a Polars lazy frame; empty where there are no rows."""
    files = sorted(case.tables.glob(f"*/{name}.parquet"))
    if not files:
        empty = pl.from_arrow(schema(name).empty_table())
        assert isinstance(empty, pl.DataFrame)  # noqa: S101 - from_arrow of a table gives a frame
        return empty.lazy()
    return pl.scan_parquet(files)
