"""The other reading of dates that a file could not decide: day and month changed places."""

import numpy as np
import polars as pl

from upstander.evidence.reconcile.held import NEVER, Held, Ints

__all__ = ["other_order"]


def other_order(held: Held) -> Ints:
    """Times of the capture with day and month exchanged, where both readings exist; the others as they are."""
    timed = held.sent != NEVER
    times = pl.Series(held.sent[timed]).cast(pl.Datetime("ms", "UTC")).to_frame("at")
    local = times.select(pl.col("at").dt.convert_time_zone(held.zone).dt.replace_time_zone(None))["at"]
    frame = local.to_frame("at").with_columns(day=pl.col("at").dt.day(), month=pl.col("at").dt.month())
    possible = pl.col("day") <= 12
    year, clock = pl.col("at").dt.year(), pl.col("at") - pl.col("at").dt.truncate("1d")
    swapped = frame.select(
        at=pl.when(possible)
        .then(pl.date(year, pl.col("day").clip(1, 12), pl.col("month")).cast(pl.Datetime("ms")) + clock)
        .otherwise("at")
    )
    utc = swapped.select(
        pl.col("at")
        .dt.replace_time_zone(held.zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )["at"]
    made = held.sent.copy()
    made[timed] = utc.dt.epoch("ms").fill_null(NEVER).to_numpy()
    return np.where(made == NEVER, held.sent, made)
