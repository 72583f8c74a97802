"""What captures hold and lack, counted in bins: the queries behind the lanes of a picture.

Instants are whole milliseconds since 1970 UTC here; a bin is named by its first.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import polars as pl

from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["BINS", "Held", "Lacking", "bin_width", "held", "lacking", "span"]

#: Bins that a picture has at most.
BINS = 160

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY

#: Widths that a bin may have, in milliseconds: those that people have a word for.
WIDTHS = (
    *(_MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR),
    *(_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 91 * _DAY, 364 * _DAY),
)

#: A share of messages at either end that may be left out of the span, where they would stretch it threefold: one phone
#: that wrote 1970 must not press ten years into an inch.
_STRAY = 0.001


def bin_width(span: int) -> int:
    """Milliseconds of a bin for a span of `span` milliseconds: the finest that gives no more than `BINS` bins."""
    return next((width for width in WIDTHS if span <= width * BINS), WIDTHS[-1] * (1 + span // (WIDTHS[-1] * BINS)))


@dataclass(slots=True)
class Held:
    """What one capture holds: by bin start in milliseconds."""

    messages: int = 0
    first: int | None = None
    last: int | None = None
    outside: int = 0
    bins: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Lacking:
    """What one capture lacks: by reason, then bin start; each with the number, and the first and last instant."""

    counts: Counter[str] = field(default_factory=Counter)
    traces: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    bins: dict[str, dict[int, tuple[int, int, int]]] = field(default_factory=dict)


def _of(case: Case, name: str, wanted: Collection[str]) -> pl.LazyFrame:
    mine = pl.col("capture").cast(pl.String)
    return scan(case, name).filter(mine.is_in(list(wanted))).with_columns(mine, pl.col("at").dt.epoch("ms").alias("ms"))


def span(case: Case, wanted: Collection[str]) -> tuple[int, int] | None:
    """First and last instant that a picture of those captures shows; None where nothing in them has a time."""
    at = pl.col("ms")
    dated = pl.concat([_of(case, name, wanted).select("ms") for name in ("sightings", "gaps")])
    early, late = at.quantile(_STRAY, "higher").alias("early"), at.quantile(1 - _STRAY, "lower").alias("late")
    ends = [at.min().alias("first"), at.max().alias("last")]
    found = collect(dated.select(*ends, early, late)).row(0, named=True)
    if found["first"] is None:
        return None
    first, last = int(found["first"]), int(found["last"])
    core = max(int(found["late"]) - int(found["early"]), _WEEK)
    if last - first > 3 * core:
        # What strays is cut, and nothing that stands by the rest.
        near = at.is_between(int(found["early"]) - core, int(found["late"]) + core)
        first, last = collect(dated.filter(near).select(*ends)).row(0)
    return first, max(last, first + _MINUTE)


def _binned(first: int, width: int) -> pl.Expr:
    # 1 January 1970 was a Thursday: bins of weeks begin on Mondays.
    monday = 4 * _DAY if width % (7 * _DAY) == 0 else 0
    origin = first - (first - monday) % width
    return origin + (pl.col("ms") - origin) // width * width


def held(case: Case, wanted: Collection[str], first: int, last: int, width: int) -> dict[str, Held]:
    """What every wanted capture holds, in bins of `width` between `first` and `last`."""
    inside = pl.col("ms").is_between(first, last)
    rows = collect(
        _of(case, "sightings", wanted)
        .group_by("capture", pl.when(inside).then(_binned(first, width)).alias("bin"))
        .agg(
            (~pl.col("notice")).sum().alias("count"),
            pl.col("ms").min().alias("first"),
            pl.col("ms").max().alias("last"),
        )
        .sort("capture", "bin")
    )
    found: dict[str, Held] = {}
    for capture, at, count, earliest, latest in rows.iter_rows():
        mine = found.setdefault(capture, Held())
        mine.messages += count
        if at is None:
            mine.outside += count
        else:
            mine.bins[at] = count
        if earliest is not None:
            mine.first = earliest if mine.first is None else min(mine.first, earliest)
            mine.last = latest if mine.last is None else max(mine.last, latest)
    return found


def lacking(case: Case, wanted: Collection[str], first: int, last: int, width: int) -> dict[str, Lacking]:
    """What every wanted capture lacks, in bins of `width` between `first` and `last`."""
    inside = pl.col("ms").is_between(first, last)
    rows = collect(
        _of(case, "gaps", wanted)
        .group_by(
            "capture",
            pl.col("reason").cast(pl.String),
            "traces",
            pl.when(inside).then(_binned(first, width)).alias("bin"),
        )
        .agg(
            pl.len().alias("count"),
            pl.col("ms").min().alias("first"),
            pl.col("ms").max().alias("last"),
        )
        .sort("capture", "reason", "bin", "traces")
    )
    found: dict[str, Lacking] = {}
    for capture, reason, traces, at, count, earliest, latest in rows.iter_rows():
        mine = found.setdefault(capture, Lacking())
        mine.counts[reason] += count
        if reason == "deleted_on_phone":
            mine.traces.update({name.strip(): count for name in (traces or "").split(",") if name.strip()})
        if at is None:
            mine.outside += count
            continue
        bins = mine.bins.setdefault(reason, {})
        number, low, high = bins.get(at, (0, earliest, latest))
        bins[at] = (number + count, min(low, earliest), max(high, latest))
    return found
