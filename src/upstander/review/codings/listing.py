"""Codings read back from their table, with the messages that they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.named import named
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Coded", "coded"]


@dataclass(frozen=True, slots=True)
class Coded:
    """One row of the table of codings."""

    sequence: int
    #: The reconciled message; None where the case no longer shows it.
    message: str | None
    coding: Coding
    stands: bool

    @property
    def about(self) -> str:
        """The message, or what was coded where the case no longer shows it."""
        return self.message or self.coding.sighting


def coded(case: Case, *, code: str | None = None, by: str | None = None, message: str | None = None) -> list[Coded]:
    """The codings of the table, in order, of one code, reviewer or message where asked for. Raises `UsageError`."""
    lazy = scan(case, "codings").with_columns(pl.col(pl.Categorical).cast(pl.String))
    if code is not None:
        lazy = lazy.filter(pl.col("code") == code)
    if by is not None:
        lazy = lazy.filter(pl.col("by") == by)
    if message is not None:
        lazy = lazy.filter(pl.col("message") == named(case, message).message)
    return [_coded(row) for row in collect(lazy.sort("sequence")).iter_rows(named=True)]


def _coded(row: Mapping[str, Any]) -> Coded:
    span = None if row["span_start"] is None else (row["span_start"], row["span_end"])
    coding = Coding(
        row["sighting"], row["code"], row["codebook"], row["applies"], row["by"], row["at"], Via(row["via"]), span,
        row["note"], None if row["context_before"] is None else (row["context_before"], row["context_after"]),
    )  # fmt: skip
    return Coded(row["sequence"], row["message"], coding, row["stands"])
