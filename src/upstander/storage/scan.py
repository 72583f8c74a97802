"""Reading tables back: lazily, and only the parts, row groups and columns that are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from upstander.errors import CaseDamaged
from upstander.model import schema
from upstander.storage.case import Case
from upstander.storage.parts import parts

__all__ = ["BATCH_ROWS", "batches", "collect", "scan"]

#: Rows of a batch that `batches` gives: some 20 MB in memory, of messages.
BATCH_ROWS = 20_000


def scan(case: Case, name: str, *, part: str | None = None) -> pl.LazyFrame:
    """The table called `name` as a Polars lazy frame; empty where there are no rows.

    All parts together, or only the part of that name: one row of one exhibit is found without opening the others.
    """
    # A part without its record is being deleted, or was when the machine stopped.
    there = [case.tables / part] if part is not None else [each.path for each in parts(case)]
    files = [file for folder in there if (file := folder / f"{name}.parquet").is_file()]
    if not files:
        empty = pl.from_arrow(schema(name).empty_table())
        assert isinstance(empty, pl.DataFrame)  # noqa: S101 - from_arrow of a table gives a frame
        return empty.lazy()
    return pl.scan_parquet(files)


def collect(lazy: pl.LazyFrame) -> pl.DataFrame:
    """Run a query whose answer is small. Raises `CaseDamaged` where a table is not what was written."""
    with _damage():
        return lazy.collect()


def batches(lazy: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Run a query whose answer may be large; memory is bounded by a few batches. Raises `CaseDamaged`."""
    with _damage():
        waiting = iter(lazy.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True, lazy=True, engine="streaming"))
    while True:
        # Only the reading is watched: what the reader of these batches does may fail for reasons of its own.
        with _damage():
            batch = next(waiting, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _damage() -> Iterator[None]:
    """Raise `CaseDamaged` where a table is not what was written."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as problem:
        message = f"a table of the case cannot be read ({problem}); `upstander rebuild` makes it again"
        raise CaseDamaged(message) from problem
