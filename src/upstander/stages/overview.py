"""A case at a glance: what came in, what was found, and what needs a human."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from upstander.evidence.contents import Totals, totals, warnings_by_kind
from upstander.evidence.reconciled import Reconciled, Wanted, captures, clocks, gaps_by_reason, gaps_counted, reconciled
from upstander.evidence.standing import PEOPLE, STANCES, Standing, standing, unread
from upstander.people.decided import pairs_standing
from upstander.review.search.source import shown_as_deleted
from upstander.review.stance.counting import counts
from upstander.review.stance.decision import STANCES_FILE
from upstander.stages.tally import tallied
from upstander.storage import Case, parts
from upstander.storage.kept import Kept, kept, stamp, tables_digest
from upstander.storage.scan import collect, scan

__all__ = ["LOOK_FIRST", "Found", "Overview", "found", "overview"]

#: Warnings by which something that was handed in was not read, or may not be all that there was.
_NOT_READ = (
    "fault",
    "unreadable",
    "damaged_database",
    "truncated_archive",
    "encrypted_member",
    "key_needed",
    "key_wrong",
    "archive_limit",
    "limit_reached",
    "invalid_record",
    "line_too_long",
    "unknown_format",
    "empty_file",
    "refused_path",
    "unsafe_path",
    "companion_missing",
    "hash_mismatch",
)

#: Warnings that are worth a look before anything is read.
LOOK_FIRST = (
    *_NOT_READ,
    "header_like_line",
    "forged_mark",
    "clock_wrong",
    "date_order_ambiguous",
    "time_zone_assumed",
    "export_cut_short",
    "orphan_receipt",
    "times_run_backwards",
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the tables of the exhibits, put together, hold; kept while they stand."""

    totals: Totals
    #: None where the captures were not reconciled.
    together: Reconciled | None
    #: Phones and accounts that show anything, and the first and last time that any shows.
    phones: int
    first_at: datetime | None
    last_at: datetime | None
    #: Gaps by reason: findings first; and of them those that say of no conversation that they are of it.
    gaps: Mapping[str, int]
    #: Messages that any exhibit shows as deleted: marked so, or missing there with a trace.
    deleted: int
    adrift: Mapping[str, int]
    #: Rows of the clocks table: the stretches in which a clock was moved.
    moved: tuple[Mapping[str, Any], ...]
    warnings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """A case at a glance: what was found, and what people have done and have to do, as of now."""

    found: Found
    standing: Standing
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


def overview(case: Case) -> Overview:
    """The case at a glance; what rests on tables is worked out again where they are others, decisions count at once."""
    counted = {code: count for code, count in tallied(case).items() if count.read}
    return Overview(
        found=found(case),
        standing=standing(case, PEOPLE),
        unread=unread(case),
        proposed=pairs_standing(case, "proposed"),
        unconfirmed=_unconfirmed(case),
        disputed=sum(count.disputed for count in counted.values()),
        relevant={code: (count.relevant, count.disputed) for code, count in counted.items()},
    )


@kept(
    "exhibits",
    "conversations",
    "participants",
    "warnings",
    "sightings",
    "messages",
    "captures",
    "gaps",
    "clocks",
    most=16,
)
def found(case: Case) -> Found:
    """What the tables hold."""
    span = collect(scan(case, "conversations").select(pl.col("first_sent_at").min(), pl.col("last_sent_at").max()))
    together = reconciled(case)
    return Found(
        totals=totals(case),
        together=together,
        phones=len({row["exhibit"] for row in captures(case)}),
        first_at=span["first_sent_at"].item(),
        last_at=span["last_sent_at"].item(),
        gaps=gaps_by_reason(gaps_counted(case, Wanted())),
        deleted=shown_as_deleted(case) if together is not None else 0,
        adrift=_adrift(case),
        moved=tuple(row for row in clocks(case) if row["kind"] == "moved"),
        warnings=warnings_by_kind(case),
    )


def _adrift(case: Case) -> dict[str, int]:
    """By reason, gaps of no conversation that is known: traces that name none."""
    rows = scan(case, "gaps").filter(pl.col("conversation").is_null())
    return dict(collect(rows.group_by(pl.col("reason").cast(pl.String)).len().sort("reason")).iter_rows())


def _unconfirmed(case: Case) -> int | None:
    state = (tables_digest(case, ("stances",)), stamp(case, STANCES_FILE))
    return _guesses.of(case.path, state, lambda: _guessed(case))


_guesses: Kept[int | None] = Kept(16)


def _guessed(case: Case) -> int | None:
    return counts(case).unconfirmed if any(part.name == STANCES for part in parts(case)) else None
