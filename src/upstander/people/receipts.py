"""Receipts of one conversation: those of messages that the sender's phone holds, and those left over from gone ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.people.holds import Strings
from upstander.people.own import UNDATED
from upstander.people.rows import Ints, milliseconds, narrowed, strings
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Receipts", "receipts"]

_TIMES = ("delivered_at", "read_at", "played_at")


@dataclass(frozen=True)
class Receipts:
    """Receipts by ordinal (ascending): whose, and when; `UNDATED` where a time is absent."""

    ordinal: Ints
    person: npt.NDArray[np.int32]
    delivered: Ints
    read: Ints
    played: Ints
    capture: Strings
    row: Strings


def _left_over(case: Case, conversation: str) -> pl.LazyFrame:
    """Receipts of messages that were deleted on the sender's phone: the gap says which row they were left over from."""
    gone = (
        strings(narrowed(scan(case, "gaps"), [conversation]))
        .filter(pl.col("message").is_not_null(), pl.col("traces").str.contains("orphan_receipt", literal=True))
        .select("message", "exhibit", "capture", pl.col("row").alias("target_key"))
        .collect()
    )
    orphans = strings(scan(case, "receipts").filter(pl.col("message").is_null())).drop("message", "conversation")
    if gone.is_empty():
        # Nothing was deleted so: the receipts of the whole case need not be looked through for what it left.
        orphans = orphans.clear()
    said = pl.format("{}, left over from {}, which is gone,", "row", "target_key")
    return orphans.join(gone.lazy(), on=["exhibit", "target_key"]).select(
        pl.col("capture").cast(pl.Categorical).alias("conversation"),
        "message",
        "participant",
        *_TIMES,
        said.alias("row"),
    )


def receipts(
    case: Case, conversation: str, names: Sequence[str], handles: pl.DataFrame, sightings: pl.DataFrame
) -> Receipts:
    """The receipts of `conversation`, whose captures are `names`; by message, person and row."""
    held = narrowed(scan(case, "receipts"), names).filter(pl.col("message").is_not_null())
    held = held.select("conversation", "message", "participant", *_TIMES, "row")
    rows = (
        pl.concat([held, _left_over(case, conversation)], how="vertical_relaxed")
        .with_columns(*map(milliseconds, _TIMES))
        .join(sightings.lazy().select(pl.col("sighting").alias("message"), "ordinal"), on="message")
        .rename({"conversation": "capture", "participant": "author"})
        .join(handles.lazy().with_columns(pl.col("capture").cast(pl.Categorical)), on=["capture", "author"])
        .select("ordinal", "code", "delivered_at", "read_at", "played_at", "capture", "row")
        .sort("ordinal", "code", "row")
        .collect(engine="streaming")
    )
    return Receipts(
        ordinal=rows["ordinal"].to_numpy(),
        person=rows["code"].to_numpy(),
        delivered=rows["delivered_at"].fill_null(UNDATED).to_numpy(),
        read=rows["read_at"].fill_null(UNDATED).to_numpy(),
        played=rows["played_at"].fill_null(UNDATED).to_numpy(),
        capture=rows["capture"],
        row=rows["row"],
    )
