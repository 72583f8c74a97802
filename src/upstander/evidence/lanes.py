"""Lanes: what every capture holds and lacks, bin by bin, as a picture draws it.

Everything is counted in the tables and comes back in bins, so that a group of ten million messages gives no more than
one of ten thousand. A bin is some stretch of time that the span decides: ten minutes for a day, a fortnight for years.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from upstander.evidence.reconciled import FINDINGS, captures, clocks
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Group", "Lane", "Mark", "Stretch", "View", "bin_width", "sizes", "view"]

#: Bins that a picture has at most.
BINS = 160

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

#: Widths that a bin may have, in milliseconds: those that people have a word for.
WIDTHS = (
    *(_MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR),
    *(_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY, 91 * _DAY, 364 * _DAY),
)

#: Reasons that cover a stretch of time rather than single messages.
STRETCHES = ("before_join", "after_leave", "before_capture", "after_capture", "export_cut_short", "filtered_at_export")

#: A share of messages at either end that may be left out of the span, where they would stretch it threefold: one phone
#: that wrote 1970 must not press ten years into an inch.
_STRAY = 0.001


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time from which a capture lacks messages for one reason."""

    reason: str
    since: datetime
    until: datetime
    gaps: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Gaps of one reason in one bin."""

    reason: str
    at: datetime
    gaps: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One capture: a phone's view of a conversation."""

    capture: str
    exhibit: str
    reference: str
    custodian: str | None
    #: The title that this phone has for the conversation.
    title: str | None
    #: Messages that it holds, and the first and last of them.
    messages: int
    first_at: datetime | None
    last_at: datetime | None
    #: Gaps by reason, those without a time among them: findings first.
    gaps: Mapping[str, int]
    #: Traces by name, over the gaps that are deletions.
    traces: Mapping[str, int]
    #: Start of a bin, and messages held in it.
    bars: tuple[tuple[datetime, int], ...] = ()
    stretches: tuple[Stretch, ...] = ()
    marks: tuple[Mark, ...] = ()
    #: Rows of the clocks table that concern it and are not simply right.
    clocks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One reconciled conversation and the captures that show it."""

    conversation: str
    title: str
    messages: int
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class View:
    """Everything that one picture shows."""

    since: datetime
    until: datetime
    #: Width of a bin.
    bin: timedelta
    groups: tuple[Group, ...]
    #: Sightings and gaps that lie outside the span, or have no time: counted, and not drawn.
    undrawn: int
    #: Traces that do not say which conversation they are of, by exhibit reference.
    unplaced: Mapping[str, int] = field(default_factory=dict)
    #: Captures that were left out because a picture has room for so many lanes.
    left_out: int = 0


def view(
    case: Case,
    *,
    conversations: Collection[str] | None = None,
    exhibits: Collection[str] | None = None,
    lanes: int | None = None,
) -> View | None:
    """What the picture of those reconciled conversations and exhibits shows; None where there is no dated message.

    No more than `lanes` lanes: conversations that most phones show first, then the largest; the rest is counted.
    """
    rows = [
        row
        for row in captures(case)
        if row["standing"] == "applied"
        and (conversations is None or row["conversation"] in conversations)
        and (exhibits is None or row["exhibit"] in exhibits)
    ]
    chosen = _fitting(rows, lanes)
    wanted = [row["capture"] for row in chosen]
    span = _span(case, wanted)
    if span is None:
        return None
    first, last = span
    width = bin_width(last - first)
    held = _held(case, wanted, first, last, width)
    lacking = _lacking(case, wanted, first, last, width)
    readings = [row for row in clocks(case) if row["kind"] != "right"]
    messages = sizes(case)
    groups: dict[str, list[Lane]] = {}
    for row in chosen:
        capture = row["capture"]
        bars = held.get(capture, _Held())
        gaps = lacking.get(capture, _Lacking())
        groups.setdefault(row["conversation"], []).append(
            Lane(
                capture=capture,
                exhibit=row["exhibit"],
                reference=row["reference"] or row["exhibit"][:12],
                custodian=row["custodian"],
                title=row["title"],
                messages=bars.messages,
                first_at=_instant(bars.first) if bars.first is not None else None,
                last_at=_instant(bars.last) if bars.last is not None else None,
                gaps=_findings_first(gaps.counts),
                traces=dict(sorted(gaps.traces.items(), key=lambda entry: (-entry[1], entry[0]))),
                bars=tuple((_instant(at), count) for at, count in sorted(bars.bins.items())),
                stretches=tuple(_stretches(gaps.bins, bars.bins)),
                marks=tuple(_marks(gaps.bins)),
                clocks=tuple(
                    reading
                    for reading in readings
                    if reading["exhibit"] == row["exhibit"] and reading["capture"] in (None, capture)
                ),
            )
        )
    return View(
        since=_instant(first),
        until=_instant(last),
        bin=timedelta(milliseconds=width),
        groups=tuple(
            Group(
                conversation=conversation,
                title=_title([row for row in chosen if row["conversation"] == conversation]),
                messages=messages.get(conversation, 0),
                lanes=tuple(found),
            )
            for conversation, found in groups.items()
        ),
        undrawn=sum(bars.outside for bars in held.values()) + sum(gaps.outside for gaps in lacking.values()),
        unplaced=_unplaced(case, {row["exhibit"] for row in chosen}),
        left_out=len(rows) - len(chosen),
    )


def bin_width(span: int) -> int:
    """Milliseconds of a bin for a span of `span` milliseconds: the finest that gives no more than `BINS` bins."""
    return next((width for width in WIDTHS if span <= width * BINS), WIDTHS[-1] * (1 + span // (WIDTHS[-1] * BINS)))


@dataclass(slots=True)
class _Held:
    """What one capture holds: by bin start in milliseconds."""

    messages: int = 0
    first: int | None = None
    last: int | None = None
    outside: int = 0
    bins: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Lacking:
    """What one capture lacks: by reason, then bin start; each with the number, and the first and last instant."""

    counts: Counter[str] = field(default_factory=Counter)
    traces: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    bins: dict[str, dict[int, tuple[int, int, int]]] = field(default_factory=dict)


def _fitting(rows: Sequence[dict[str, Any]], lanes: int | None) -> list[dict[str, Any]]:
    """The captures of the first conversations that fit, whole conversations only, but the first at any rate."""
    if lanes is None or len(rows) <= lanes:
        return list(rows)
    together: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        together.setdefault(row["conversation"], []).append(row)
    chosen: list[dict[str, Any]] = []
    for group in together.values():
        if chosen and len(chosen) + len(group) > lanes:
            continue
        chosen += group[:lanes]
    return chosen


def _of(case: Case, name: str, wanted: Collection[str]) -> pl.LazyFrame:
    mine = pl.col("capture").cast(pl.String)
    return scan(case, name).filter(mine.is_in(list(wanted))).with_columns(mine, pl.col("at").dt.epoch("ms").alias("ms"))


def _span(case: Case, wanted: Collection[str]) -> tuple[int, int] | None:
    at = pl.col("ms")
    found = collect(
        pl.concat([_of(case, name, wanted).select("ms") for name in ("sightings", "gaps")]).select(
            at.min().alias("first"),
            at.max().alias("last"),
            at.quantile(_STRAY, "higher").alias("early"),
            at.quantile(1 - _STRAY, "lower").alias("late"),
        )
    ).row(0, named=True)
    if found["first"] is None:
        return None
    first, last = int(found["first"]), int(found["last"])
    core = max(int(found["late"]) - int(found["early"]), _HOUR)
    if last - first > 3 * core:
        # Only the end that strays is cut.
        first = first if int(found["early"]) - first <= core else int(found["early"])
        last = last if last - int(found["late"]) <= core else int(found["late"])
    return first, max(last, first + _MINUTE)


def _binned(first: int, width: int) -> pl.Expr:
    origin = first - first % width
    return origin + (pl.col("ms") - origin) // width * width


def _held(case: Case, wanted: Collection[str], first: int, last: int, width: int) -> dict[str, _Held]:
    inside = pl.col("ms").is_between(first, last)
    rows = collect(
        _of(case, "sightings", wanted)
        .group_by("capture", pl.when(inside).then(_binned(first, width)).alias("bin"))
        .agg(pl.len().alias("count"), pl.col("ms").min().alias("first"), pl.col("ms").max().alias("last"))
        .sort("capture", "bin")
    )
    found: dict[str, _Held] = {}
    for capture, at, count, earliest, latest in rows.iter_rows():
        held = found.setdefault(capture, _Held())
        held.messages += count
        if at is None:
            held.outside += count
        else:
            held.bins[at] = count
        if earliest is not None:
            held.first = earliest if held.first is None else min(held.first, earliest)
            held.last = latest if held.last is None else max(held.last, latest)
    return found


def _lacking(case: Case, wanted: Collection[str], first: int, last: int, width: int) -> dict[str, _Lacking]:
    inside = pl.col("ms").is_between(first, last)
    rows = collect(
        _of(case, "gaps", wanted)
        .group_by(
            "capture",
            pl.col("reason").cast(pl.String),
            "traces",
            pl.when(inside).then(_binned(first, width)).alias("bin"),
        )
        .agg(pl.len().alias("count"), pl.col("ms").min().alias("first"), pl.col("ms").max().alias("last"))
        .sort("capture", "reason", "bin", "traces")
    )
    found: dict[str, _Lacking] = {}
    for capture, reason, traces, at, count, earliest, latest in rows.iter_rows():
        lacking = found.setdefault(capture, _Lacking())
        lacking.counts[reason] += count
        if reason == "deleted_on_phone":
            lacking.traces.update({name.strip(): count for name in (traces or "").split(",") if name.strip()})
        if at is None:
            lacking.outside += count
            continue
        bins = lacking.bins.setdefault(reason, {})
        number, low, high = bins.get(at, (0, earliest, latest))
        bins[at] = (number + count, min(low, earliest), max(high, latest))
    return found


def _stretches(lacking: Mapping[str, Mapping[int, tuple[int, int, int]]], held: Mapping[int, int]) -> Iterable[Stretch]:
    """Stretches by reason: bins that follow one another with nothing held between them."""
    for reason in STRETCHES:
        bins = lacking.get(reason, {})
        run: tuple[int, int, int] | None = None
        before: int | None = None
        for at in sorted(bins):
            count, low, high = bins[at]
            broken = before is not None and any(before < other < at for other in held)
            if run is not None and broken:
                yield Stretch(reason, _instant(run[1]), _instant(run[2]), run[0])
                run = None
            run = (count, low, high) if run is None else (run[0] + count, run[1], high)
            before = at
        if run is not None:
            yield Stretch(reason, _instant(run[1]), _instant(run[2]), run[0])


def _marks(lacking: Mapping[str, Mapping[int, tuple[int, int, int]]]) -> Iterable[Mark]:
    """Gaps that are no stretch, findings first."""
    for reason in sorted(lacking.keys() - set(STRETCHES), key=_place):
        for at in sorted(lacking[reason]):
            count, low, high = lacking[reason][at]
            yield Mark(reason, _instant((low + high) // 2), count)


def _place(reason: str) -> tuple[int, str]:
    return (FINDINGS.index(reason) if reason in FINDINGS else len(FINDINGS), reason)


def _findings_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts with the findings first, then the most frequent."""
    places = {reason: (_place(reason)[0], -count, reason) for reason, count in counts.items()}
    return {reason: counts[reason] for reason in sorted(counts, key=places.__getitem__)}


def sizes(case: Case) -> dict[str, int]:
    """Messages of every reconciled conversation, each once."""
    lazy = scan(case, "sightings").group_by(pl.col("conversation").cast(pl.String)).agg(pl.col("lead").sum())
    return dict(collect(lazy).iter_rows())


def _title(rows: Sequence[Mapping[str, Any]]) -> str:
    """What to call a conversation: a group as its largest capture does; two people by what each calls the other."""
    titles = list(dict.fromkeys(row["title"] for row in sorted(rows, key=lambda row: -(row["messages"] or 0))))
    named = [title for title in titles if title]
    if not named:
        return f"({rows[0]['kind'] or 'conversation'} without a title)"
    return " / ".join(named) if rows[0]["kind"] == "direct" else named[0]


def _unplaced(case: Case, exhibits: Collection[str]) -> dict[str, int]:
    mine = pl.col("exhibit").cast(pl.String)
    rows = collect(
        scan(case, "gaps")
        .filter(pl.col("capture").is_null(), mine.is_in(list(exhibits)))
        .group_by(mine)
        .len()
        .join(scan(case, "exhibits").select("exhibit", "reference"), on="exhibit", how="left")
        .sort("reference")
    )
    return {reference or exhibit[:12]: count for exhibit, count, reference in rows.iter_rows()}


def _instant(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
