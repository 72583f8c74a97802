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

from upstander.evidence.binned import Held, Lacking, bin_width, held, lacking, span
from upstander.evidence.reconciled import FINDINGS, captures, clocks
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Group", "Lane", "Mark", "Stretch", "View", "sizes", "title", "view"]

#: Reasons that cover a stretch of time rather than single messages.
STRETCHES = ("before_join", "after_leave", "before_capture", "after_capture", "export_cut_short", "filtered_at_export")


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
    """One reconciled conversation and the captures of it that are drawn."""

    conversation: str
    title: str
    messages: int
    #: Captures that show it, those among them that are not drawn.
    captures: int
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
    known = [row for row in captures(case) if row["standing"] == "applied"]
    showing = Counter(row["conversation"] for row in known)
    rows = [
        row
        for row in known
        if (conversations is None or row["conversation"] in conversations)
        and (exhibits is None or row["exhibit"] in exhibits)
    ]
    chosen = _fitting(rows, lanes)
    wanted = [row["capture"] for row in chosen]
    ends = span(case, wanted)
    if ends is None:
        return None
    first, last = ends
    width = bin_width(last - first)
    holding = held(case, wanted, first, last, width)
    missing = lacking(case, wanted, first, last, width)
    readings = [row for row in clocks(case) if row["kind"] != "right"]
    messages = sizes(case)
    groups: dict[str, list[Lane]] = {}
    for row in chosen:
        capture = row["capture"]
        bars = holding.get(capture, Held())
        gaps = missing.get(capture, Lacking())
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
                title=title([row for row in chosen if row["conversation"] == conversation]),
                messages=messages.get(conversation, 0),
                captures=showing[conversation],
                lanes=tuple(found),
            )
            for conversation, found in groups.items()
        ),
        undrawn=sum(bars.outside for bars in holding.values()) + sum(gaps.outside for gaps in missing.values()),
        unplaced=_unplaced(case, {row["exhibit"] for row in chosen}),
        left_out=len(rows) - len(chosen),
    )


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


def _stretches(missing: Mapping[str, Mapping[int, tuple[int, int, int]]], bars: Mapping[int, int]) -> Iterable[Stretch]:
    """Stretches by reason: bins that follow one another with nothing held between them."""
    for reason in STRETCHES:
        bins = missing.get(reason, {})
        run: tuple[int, int, int] | None = None
        before: int | None = None
        for at in sorted(bins):
            count, low, high = bins[at]
            broken = before is not None and any(before < other < at for other in bars)
            if run is not None and broken:
                yield Stretch(reason, _instant(run[1]), _instant(run[2]), run[0])
                run = None
            run = (count, low, high) if run is None else (run[0] + count, run[1], high)
            before = at
        if run is not None:
            yield Stretch(reason, _instant(run[1]), _instant(run[2]), run[0])


def _marks(missing: Mapping[str, Mapping[int, tuple[int, int, int]]]) -> Iterable[Mark]:
    """Gaps that are no stretch, findings first."""
    for reason in sorted(missing.keys() - set(STRETCHES), key=_place):
        for at in sorted(missing[reason]):
            count, low, high = missing[reason][at]
            yield Mark(reason, _instant((low + high) // 2), count)


def _place(reason: str) -> tuple[int, str]:
    return (FINDINGS.index(reason) if reason in FINDINGS else len(FINDINGS), reason)


def _findings_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts with the findings first, then the most frequent."""
    places = {reason: (_place(reason)[0], -count, reason) for reason, count in counts.items()}
    return {reason: counts[reason] for reason in sorted(counts, key=places.__getitem__)}


def sizes(case: Case) -> dict[str, int]:
    """Messages of every reconciled conversation, each once."""
    lazy = (
        scan(case, "sightings")
        .group_by(pl.col("conversation").cast(pl.String))
        .agg((pl.col("lead") & ~pl.col("notice")).sum())
    )
    return dict(collect(lazy).iter_rows())


def title(rows: Sequence[Mapping[str, Any]]) -> str:
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
