"""What reconciliation found: captures and their conversation, gaps and their reasons, clocks; asked of the tables.

In the manner of `contents`: nothing here changes anything, and what may be long is streamed. A case that was not
reconciled has no such tables, which is said rather than answered with nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from upstander.errors import NotReconciled, UsageError
from upstander.evidence.contents import conversations_named
from upstander.evidence.document import natural
from upstander.evidence.standing import RECONCILED
from upstander.model import table
from upstander.storage import Case, parts
from upstander.storage.kept import kept
from upstander.storage.scan import batches, collect, scan

__all__ = [
    "FINDINGS",
    "REASONS",
    "Counted",
    "Reconciled",
    "Wanted",
    "captures",
    "check_reasons",
    "clocks",
    "conversations_meant",
    "gaps",
    "gaps_by_reason",
    "gaps_counted",
    "gaps_page",
    "is_reconciled",
    "reconciled",
    "require_reconciled",
    "telling_message",
]

#: Every reason of a gap, in the order of the schema.
REASONS: tuple[str, ...] = next(field.values for field in table("gaps").fields if field.name == "reason")

#: The reasons that are findings, the stronger first; every other reason explains the absence away.
FINDINGS = ("deleted_on_phone", "unexplained")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How much reconciliation found; the names are those of the tables."""

    #: Conversations after reconciliation, and the captures that show them.
    conversations: int
    #: Messages, each counted once.
    messages: int
    sightings: int
    #: Messages that a capture should hold and does not, and traces of messages that no capture holds.
    gaps: int
    #: Gaps that a trace on the phone shows to be deletions.
    deletions: int
    unexplained: int
    #: Stretches in which a clock was moved.
    clock_steps: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which gaps are asked for; what is not given does not narrow."""

    exhibits: tuple[str, ...] | None = None
    reasons: tuple[str, ...] | None = None
    #: Ids of reconciled conversations.
    conversations: tuple[str, ...] | None = None
    #: Only those with a trace on the phone.
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The gaps of one exhibit that have one reason."""

    exhibit: str
    reference: str
    reason: str
    gaps: int
    #: Of them, those with a trace on the phone.
    traced: int


def is_reconciled(case: Case) -> bool:
    """Whether the tables of reconciliation are there."""
    return any(part.name == RECONCILED for part in parts(case))


def require_reconciled(case: Case) -> None:
    """Raise `NotReconciled` where the case has exhibits and reconciliation has not been done."""
    if not is_reconciled(case) and next(parts(case), None) is not None:
        name = case.path.name
        raise NotReconciled(f"the captures of case {name} are not reconciled yet; `upstander rebuild {name}` does it")


def reconciled(case: Case) -> Reconciled | None:
    """How much reconciliation found; None where it has not been done."""
    if not is_reconciled(case):
        return None
    authored = pl.col("lead") & ~pl.col("notice")
    seen = collect(scan(case, "sightings").select(pl.len().alias("sightings"), authored.sum().alias("messages")))
    reason = pl.col("reason").cast(pl.String)
    lacking = collect(
        scan(case, "gaps").select(
            pl.len().alias("gaps"),
            (reason == "deleted_on_phone").sum().alias("deletions"),
            (reason == "unexplained").sum().alias("unexplained"),
        )
    )
    return Reconciled(
        conversations=int(collect(_applied(case).select(pl.col("conversation").n_unique())).item()),
        messages=seen["messages"].item() or 0,
        sightings=seen["sightings"].item(),
        gaps=lacking["gaps"].item(),
        deletions=lacking["deletions"].item(),
        unexplained=lacking["unexplained"].item(),
        clock_steps=sum(row["kind"] == "moved" for row in clocks(case)),
    )


def captures(case: Case) -> list[dict[str, Any]]:
    """Every capture (columns of the captures table), proposals among them.

    Each also has its own `title`, `platform`, `source`, `messages` and span, and the exhibit's `reference` and
    `custodian`. In the order: conversations that most captures show and then the largest first; in each, applied
    before proposed, and by reference.
    """
    own = scan(case, "conversations").select(
        pl.col("conversation").alias("capture"),
        *(pl.col(name) for name in ("title", "kind", "messages", "first_sent_at", "last_sent_at")),
        *(pl.col(name).cast(pl.String) for name in ("platform", "source")),
    )
    lazy = _referred(case, "captures", "exhibit", "capture", "conversation").join(own, on="capture", how="left")
    rows = collect(lazy).to_dicts()
    applied: dict[str, list[int]] = {}
    for row in rows:
        if row["standing"] == "applied":
            applied.setdefault(row["conversation"], []).append(row["messages"] or 0)
    empty: list[int] = []
    return sorted(
        rows,
        key=lambda row: (
            -len(applied.get(row["conversation"], empty)),
            -max(applied.get(row["conversation"], empty), default=0),
            row["conversation"],
            row["standing"] != "applied",
            natural(row["reference"] or row["exhibit"]),
            row["capture"],
        ),
    )


def clocks(case: Case, *, exhibits: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Every stretch of every clock (columns of the clocks table, and the exhibit's `reference` and `custodian`)."""
    lazy = _referred(case, "clocks", "exhibit", "capture")
    if exhibits is not None:
        lazy = lazy.filter(pl.col("exhibit").is_in(list(exhibits)))
    return sorted(
        collect(lazy).to_dicts(),
        key=lambda row: (
            natural(row["reference"] or row["exhibit"]),
            row["capture"] or "",
            row["scope"],
            row["ordinal"],
        ),
    )


def gaps(case: Case, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """The gaps asked for (columns of the gaps table, and the exhibit's `reference`), streamed in the table's order."""
    lazy = _lacking(case, wanted).drop("custodian")
    return (row for batch in batches(lazy) for row in batch.iter_rows(named=True))


def gaps_page(case: Case, wanted: Wanted, *, first: int, many: int) -> list[dict[str, Any]]:
    """So many of the gaps that `gaps` gives, from the one at that place on: no other is read."""
    places = _places(case, wanted)[first : first + many].to_list()
    if not places:
        return []
    stretch = scan(case, "gaps").slice(places[0], places[-1] - places[0] + 1).with_row_index("place", places[0])
    lazy = _with_references(case, stretch.filter(pl.col("place").is_in(places)), "exhibit", "capture", "conversation")
    return collect(lazy.drop("place", "custodian")).to_dicts()


@kept("gaps", most=16)
def _places(case: Case, wanted: Wanted) -> pl.Series:
    """Where in the table the gaps asked for stand; four bytes each."""
    rows = _narrowed(scan(case, "gaps").with_row_index("place"), wanted)
    return collect(rows.select("place"))["place"]


@kept("gaps", "exhibits", most=64)
def gaps_counted(case: Case, wanted: Wanted) -> list[Counted]:
    """How many gaps there are of those asked for, by exhibit and reason: findings first, then as the schema lists.

    Kept while the tables stand: nobody changes what they are given.
    """
    counted = collect(
        _lacking(case, wanted)
        .group_by("exhibit", "reference", pl.col("reason").cast(pl.String))
        .agg(pl.len().alias("gaps"), pl.col("traces").is_not_null().sum().alias("traced"))
    )
    rows = [Counted(**row) for row in counted.to_dicts()]
    places = {reason: place for place, reason in enumerate((*FINDINGS, *REASONS))}
    places |= {reason: place for place, reason in enumerate(FINDINGS)}
    return sorted(rows, key=lambda row: (places[row.reason], natural(row.reference or row.exhibit), row.exhibit))


def gaps_by_reason(counted: Sequence[Counted]) -> dict[str, int]:
    """Gaps by reason, in the order of `gaps_counted`."""
    found: dict[str, int] = {}
    for row in counted:
        found[row.reason] = found.get(row.reason, 0) + row.gaps
    return found


def conversations_meant(case: Case, asked: str) -> tuple[str, ...]:
    """Ids of the reconciled conversations that `asked` names: the id of any capture, its beginning, or a title.

    Raises `UsageError` where nothing, or more than one id, is meant.
    """
    named = set(conversations_named(case, asked))
    rows = collect(_applied(case).select(pl.col("capture", "conversation").cast(pl.String))).rows()
    return tuple(sorted({conversation for capture, conversation in rows if capture in named}))


def check_reasons(asked: str | None) -> tuple[str, ...] | None:
    """The reasons named in `asked`, comma separated. Raises `UsageError` for one that does not exist."""
    if asked is None:
        return None
    reasons = tuple(part.strip() for part in asked.split(",") if part.strip())
    for reason in reasons:
        if reason not in REASONS:
            raise UsageError(f"{reason!r} is no reason of a gap; the reasons are {', '.join(REASONS)}")
    if not reasons:
        raise UsageError(f"--reason needs one of {', '.join(REASONS)}")
    return reasons


def telling_message(case: Case) -> str | None:
    """A message to ask about first: deleted on a phone, most traces there, held by most others; None without any."""
    lazy = (
        scan(case, "gaps")
        .filter(pl.col("reason") == "deleted_on_phone", pl.col("message").is_not_null())
        .with_columns(pl.col("traces").fill_null("").str.count_matches(",").alias("number"))
        .select("message", "number", "held_by", "at")
        .sort("number", "held_by", "at", "message", descending=[True, True, False, False], nulls_last=True)
        .head(1)
    )
    rows = collect(lazy)["message"].to_list()
    return rows[0] if rows else None


def _applied(case: Case) -> pl.LazyFrame:
    return scan(case, "captures").filter(pl.col("standing") == "applied")


def _lacking(case: Case, wanted: Wanted) -> pl.LazyFrame:
    return _narrowed(_referred(case, "gaps", "exhibit", "capture", "conversation"), wanted)


def _narrowed(lazy: pl.LazyFrame, wanted: Wanted) -> pl.LazyFrame:
    for column, values in (
        ("exhibit", wanted.exhibits),
        ("reason", wanted.reasons),
        ("conversation", wanted.conversations),
    ):
        if values is not None:
            lazy = lazy.filter(pl.col(column).cast(pl.String).is_in(list(values)))
    return lazy.filter(pl.col("traces").is_not_null()) if wanted.traced else lazy


def _referred(case: Case, name: str, *words: str) -> pl.LazyFrame:
    """A table with its exhibits' `reference` and `custodian`; `words` are category columns to be plain strings."""
    return _with_references(case, scan(case, name), *words)


def _with_references(case: Case, rows: pl.LazyFrame, *words: str) -> pl.LazyFrame:
    references = scan(case, "exhibits").select("exhibit", "reference", "custodian")
    lazy = rows.with_columns(pl.col(word).cast(pl.String) for word in words)
    return lazy.join(references, on="exhibit", how="left", maintain_order="left")
