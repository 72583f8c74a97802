"""Reading tables back: lazily, and only the parts, row groups and columns that are asked for."""

import polars as pl

from upstander.model import schema
from upstander.storage.case import Case
from upstander.storage.parts import parts

__all__ = ["scan"]


def scan(case: Case, name: str) -> pl.LazyFrame:
    """The table called `name`, all parts together, as a Polars lazy frame; empty where there are no rows."""
    # A part without its record is being deleted, or was when the machine stopped.
    files = [file for part in parts(case) if (file := part.path / f"{name}.parquet").is_file()]
    if not files:
        empty = pl.from_arrow(schema(name).empty_table())
        assert isinstance(empty, pl.DataFrame)  # noqa: S101 - from_arrow of a table gives a frame
        return empty.lazy()
    return pl.scan_parquet(files)
