"""What people are worked out from: the tables of the case, one conversation at a time.

Nothing here reads an exhibit. Only what reconciliation settled (`captures` that are applied) is used: a capture that is
merely proposed for a conversation says nothing about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["SPANS", "Capture", "captures", "conversation_rows", "milliseconds", "narrowed", "strings"]

#: How far past a written time the true one can lie, by precision: milliseconds.
SPANS = {"day": 86_399_999, "minute": 59_999, "second": 999, "millisecond": 0, "microsecond": 0}


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture with what its exhibit and its conversation are known as."""

    capture: str
    conversation: str
    exhibit: str
    reference: str
    custodian: str | None
    platform: str
    source: str
    kind: str
    platform_key: str | None
    #: Where it names the last message that the account had read; absent where the export keeps no such mark.
    read_through: str | None


def captures(case: Case) -> list[Capture]:
    """Every applied capture, by conversation and id."""
    placed = (
        scan(case, "captures")
        .filter(pl.col("standing").cast(pl.String) == "applied")
        .select(pl.col("capture").cast(pl.String), pl.col("conversation").cast(pl.String).alias("placed"))
    )
    held = scan(case, "conversations")
    mark = [] if "read_through" in held.collect_schema().names() else [pl.lit(None, pl.String).alias("read_through")]
    exhibits = scan(case, "exhibits").select("exhibit", "reference", "custodian")
    rows = (
        strings(held.with_columns(mark))
        .join(placed, left_on="conversation", right_on="capture")
        .join(exhibits, on="exhibit", how="left")
        .sort("placed", "conversation")
        .collect()
    )
    return [
        Capture(
            capture=row["conversation"],
            conversation=row["placed"],
            exhibit=row["exhibit"],
            reference=row["reference"] or row["exhibit"][:12],
            custodian=row["custodian"],
            platform=row["platform"],
            source=row["source"],
            kind=row["kind"],
            platform_key=row["platform_key"],
            read_through=row["read_through"],
        )
        for row in rows.iter_rows(named=True)
    ]


def conversation_rows(
    case: Case, conversation: str, of: Sequence[str], *, sightings: Sequence[str], messages: Sequence[str]
) -> pl.LazyFrame:
    """Sightings of `conversation` with the asked columns of theirs and of their messages, in no order.

    `of` are its captures. Every sighting has its `ordinal`; `at` is milliseconds since 1970, null where undated.
    Categories stay categories: ten million authors as strings would be what fills the memory.
    """
    seen = narrowed(scan(case, "sightings"), [conversation]).select(
        "ordinal", "sighting", *(milliseconds("at") if name == "at" else pl.col(name) for name in sightings)
    )
    told = narrowed(scan(case, "messages"), of).select(pl.col("message").alias("sighting"), *messages)
    return seen.join(told, on="sighting", how="left")


def narrowed(lazy: pl.LazyFrame, conversations: Sequence[str]) -> pl.LazyFrame:
    """Rows of these conversations only: compared with strings, which is what prunes row groups."""
    return lazy.filter(pl.any_horizontal(pl.col("conversation") == name for name in conversations))


def strings(lazy: pl.LazyFrame) -> pl.LazyFrame:
    """The frame with its categories as strings, so that frames of several parts can be joined."""
    return lazy.with_columns(pl.col(pl.Categorical).cast(pl.String))


def milliseconds(name: str) -> pl.Expr:
    """An instant as milliseconds since 1970, under its own name."""
    return pl.col(name).dt.epoch("ms").alias(name)


Ints = npt.NDArray[np.int64]
