"""Reading tables back: lazily, and only the parts, row groups and columns that are asked for."""

import time
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
#: How often, and with which seconds between, a file is looked for again that is being replaced.
_TRIES, _PAUSE = 5, 0.02


def scan(case: Case, name: str, *, part: str | None = None) -> pl.LazyFrame:
    """The table called `name` as a Polars lazy frame; empty where there are no rows.

    All parts together, or only the part of that name: one row of one exhibit is found without opening the others.
    """
    with _damage():
        there, known = _files(case, name, part)
    if there is None:
        return _empty(name).lazy()
    # Tables that an earlier version made stand until they are made again; what has been added since is not known there.
    later = [field.name for field in schema(name) if field.name not in known]
    dtypes = _empty(name).schema
    return there.with_columns(pl.lit(None, dtypes[each]).alias(each) for each in later) if later else there


def _files(case: Case, name: str, part: str | None) -> tuple[pl.LazyFrame | None, set[str]]:
    """The files of a table and the columns that they have; None where there are no files."""
    for tried in range(_TRIES):
        # By the records and not by the files: a file that is not there just now must not make a table that seems empty.
        wanted = [each for each in parts(case) if name in each.tables and part in (None, each.name)]
        if not wanted:
            break
        there = pl.scan_parquet([each.path / f"{name}.parquet" for each in wanted])
        try:
            return there, set(there.collect_schema().names())
        except FileNotFoundError:
            # Another process has put a newer part in the place of an older one since the records were read.
            if tried == _TRIES - 1:
                raise
            time.sleep(_PAUSE)
    return None, set()


def _empty(name: str) -> pl.DataFrame:
    empty = pl.from_arrow(schema(name).empty_table())
    assert isinstance(empty, pl.DataFrame)  # noqa: S101 - from_arrow of a table gives a frame
    return empty


def collect(lazy: pl.LazyFrame) -> pl.DataFrame:
    """Run a query whose answer is small. Raises `CaseDamaged` where a table is not what was written."""
    with _damage():
        for _ in range(_TRIES):
            try:
                return lazy.collect()
            except FileNotFoundError:
                # Another process is putting a newer part in the place of an older one.
                time.sleep(_PAUSE)
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
