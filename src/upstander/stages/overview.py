"""A case at a glance: what came in, what was found, and what needs a human; kept until something of it changes."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from upstander.evidence.contents import Totals, totals, warnings_by_kind
from upstander.evidence.reconciled import Reconciled, Wanted, captures, clocks, gaps_by_reason, gaps_counted, reconciled
from upstander.evidence.standing import PEOPLE, STANCES, Standing, standing, unread
from upstander.people.decided import pairs_standing
from upstander.review.codings.listing import coded
from upstander.review.codings.standing import Reading, readings
from upstander.review.stance.counting import counts
from upstander.storage import Case, parts
from upstander.storage.scan import collect, scan

__all__ = ["LOOK_FIRST", "Overview", "overview"]

#: Warnings that are worth a look before anything is read.
LOOK_FIRST = (
    "fault",
    "header_like_line",
    "forged_mark",
    "clock_wrong",
    "export_cut_short",
    "orphan_receipt",
    "times_run_backwards",
)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a case holds, as its tables stand."""

    totals: Totals
    #: None where the captures were not reconciled.
    together: Reconciled | None
    standing: Standing
    #: Phones and accounts that show anything, and the first and last time that any shows.
    phones: int
    first_at: datetime | None
    last_at: datetime | None
    #: Gaps by reason: findings first; and of them those that say of no conversation that they are of it.
    gaps: Mapping[str, int]
    adrift: Mapping[str, int]
    #: Rows of the clocks table: the stretches in which a clock was moved.
    moved: tuple[Mapping[str, Any], ...]
    warnings: Mapping[str, int]
    #: References of exhibits that are not read yet.
    unread: tuple[str, ...]
    #: Pairs of handles that may be one person.
    proposed: int
    #: Guesses at what a response was, that nobody has confirmed; None where nobody asked for any.
    unconfirmed: int | None
    #: Messages that reviewers coded differently, and nobody has settled.
    disputed: int
    #: By code that somebody read for: messages that it applies to, and those on which reviewers differ.
    relevant: Mapping[str, tuple[int, int]]


_KEPT: dict[Path, tuple[object, Overview]] = {}


def overview(case: Case) -> Overview:
    """The case at a glance; worked out again where a table or a decision is another than it was."""
    stamp = _stamp(case)
    known = _KEPT.get(case.path)
    if known is not None and known[0] == stamp:
        return known[1]
    made = _made(case)
    if len(_KEPT) >= 64:
        _KEPT.clear()
    _KEPT[case.path] = (stamp, made)
    return made


def _made(case: Case) -> Overview:
    span = collect(scan(case, "conversations").select(pl.col("first_sent_at").min(), pl.col("last_sent_at").max()))
    there = {part.name for part in parts(case)}
    read = readings((row.about, row.coding) for row in coded(case)).values()
    relevant = _relevant(read)
    return Overview(
        totals=totals(case),
        together=reconciled(case),
        standing=standing(case, PEOPLE),
        phones=len({row["exhibit"] for row in captures(case)}),
        first_at=span["first_sent_at"].item(),
        last_at=span["last_sent_at"].item(),
        gaps=gaps_by_reason(gaps_counted(case, Wanted())),
        adrift=_adrift(case),
        moved=tuple(row for row in clocks(case) if row["kind"] == "moved"),
        warnings=warnings_by_kind(case),
        unread=unread(case),
        proposed=pairs_standing(case, "proposed"),
        unconfirmed=counts(case).unconfirmed if STANCES in there else None,
        disputed=sum(differ for _, differ in relevant.values()),
        relevant=relevant,
    )


def _adrift(case: Case) -> dict[str, int]:
    """By reason, gaps of no conversation that is known: traces that name none."""
    rows = scan(case, "gaps").filter(pl.col("conversation").is_null())
    return dict(collect(rows.group_by(pl.col("reason").cast(pl.String)).len().sort("reason")).iter_rows())


def _relevant(read: Collection[Reading]) -> dict[str, tuple[int, int]]:
    found = dict.fromkeys(sorted({reading.code for reading in read}), (0, 0))
    for reading in read:
        applies, differ = found[reading.code]
        open_ = reading.disputed and reading.settled is None
        found[reading.code] = (applies + bool(reading.applies), differ + open_)
    return found


def _stamp(case: Case) -> object:
    """What tells one state of the tables and decisions from another: when each was last put in place."""
    found = []
    for folder, names in ((case.tables, ("part.json",)), (case.decisions, None)):
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                path = Path(entry.path)
                for file in [path / name for name in names] if names else [path]:
                    if file.is_file():
                        known = file.stat()
                        found.append((str(file), known.st_mtime_ns, known.st_ino, known.st_size))
    return tuple(sorted(found))
