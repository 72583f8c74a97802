"""What a case holds: counts, conversations, messages and warnings, asked of the tables and streamed.

Nothing here reads an exhibit or changes anything. Counts come from the Parquet files that are there, so a case that is
being written to answers from the parts that are complete.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from upstander.errors import UsageError
from upstander.evidence.document import natural
from upstander.model import warning_kinds
from upstander.storage import Case
from upstander.storage.scan import batches, collect, scan

__all__ = [
    "Totals",
    "Window",
    "conversations",
    "conversations_named",
    "counts_by_exhibit",
    "exhibits",
    "exhibits_named",
    "messages",
    "months",
    "names",
    "participants_by_conversation",
    "totals",
    "undated",
    "warnings",
    "warnings_by_kind",
]

#: Digits of an id that are enough to look for it by its beginning.
PREFIX_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Totals:
    """The six counts that say how much a case holds."""

    exhibits: int
    #: As the exhibits show them: one group on three phones is three, until reconciliation.
    conversations: int
    #: Authored messages; system events are counted apart.
    messages: int
    system_events: int
    #: Handles in conversations: one person in two conversations is two.
    participants: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Window:
    """Which messages are asked for; what is not given does not narrow."""

    #: Ids of conversations.
    conversations: tuple[str, ...] | None = None
    #: Sent at or after this instant.
    since: datetime | None = None
    #: Sent before this instant.
    until: datetime | None = None

    @property
    def dated(self) -> bool:
        """Whether it asks for a time, and so leaves out what has none."""
        return self.since is not None or self.until is not None


def totals(case: Case) -> Totals:
    """How much the case holds."""
    counted = collect(scan(case, "conversations").select(pl.col("messages", "system_events").sum()))
    return Totals(
        exhibits=_height(case, "exhibits"),
        conversations=_height(case, "conversations"),
        messages=counted["messages"].item() or 0,
        system_events=counted["system_events"].item() or 0,
        participants=_height(case, "participants"),
        warnings=_height(case, "warnings"),
    )


def exhibits(case: Case) -> list[dict[str, Any]]:
    """Every exhibit (columns of the exhibits table), in the order of their references."""
    rows = collect(scan(case, "exhibits")).to_dicts()
    return sorted(rows, key=lambda row: natural(row["reference"]))


def conversations(case: Case) -> list[dict[str, Any]]:
    """Every conversation (columns of the conversations table), by exhibit reference, the largest first."""
    places = {row["exhibit"]: place for place, row in enumerate(exhibits(case))}
    rows = collect(scan(case, "conversations")).to_dicts()
    return sorted(
        rows, key=lambda row: (places.get(row["exhibit"], len(places)), -row["messages"], row["conversation"])
    )


def counts_by_exhibit(case: Case) -> dict[str, dict[str, int]]:
    """What every exhibit was found to hold, by its SHA-256; an exhibit that nothing was read from is not among them.

    `messages` are authored ones; `edits` are messages marked as edited; `orphan_receipts` are receipts of messages
    whose rows are gone, which `receipts` leaves out.
    """
    authored = pl.col("kind").cast(pl.String) != "system"
    orphan = pl.col("message").is_null()
    found: dict[str, dict[str, int]] = {}
    for table, counts in {
        "conversations": {"conversations": pl.len()},
        "messages": {
            "messages": authored.sum(),
            "system_events": (~authored).sum(),
            "edits": pl.col("edited").sum(),
        },
        "participants": {"participants": pl.len()},
        "reactions": {"reactions": pl.len()},
        "attachments": {"attachments": pl.len()},
        "receipts": {"receipts": (~orphan).sum(), "orphan_receipts": orphan.sum()},
    }.items():
        lazy = scan(case, table).group_by(pl.col("exhibit").cast(pl.String)).agg(**counts)
        for row in collect(lazy).iter_rows(named=True):
            found.setdefault(row.pop("exhibit"), {}).update(row)
    return found


def participants_by_conversation(case: Case) -> dict[str, int]:
    """The number of participants of every conversation that has any."""
    counted = collect(scan(case, "participants").group_by(pl.col("conversation").cast(pl.String)).len())
    return dict(counted.iter_rows())


def names(case: Case) -> dict[tuple[str, str], str]:
    """What to call every participant that the exhibit has a name for, by conversation and handle.

    Where two handles of a conversation have one name, the handle is added to it.
    """
    lazy = scan(case, "participants").filter(pl.col("name").is_not_null())
    rows = collect(lazy.select(pl.col("conversation").cast(pl.String), "handle", "name")).rows()
    used = Counter((conversation, name) for conversation, _, name in rows)
    return {
        (conversation, handle): name if used[conversation, name] == 1 else f"{name} ({handle})"
        for conversation, handle, name in rows
    }


def warnings_by_kind(case: Case, *, exhibits: Collection[str] | None = None) -> dict[str, int]:
    """The number of warnings of every kind that there are any of, the most frequent first."""
    lazy = _about(scan(case, "warnings"), exhibits).group_by(pl.col("kind").cast(pl.String)).len()
    return dict(sorted(collect(lazy).iter_rows(), key=lambda entry: (-entry[1], entry[0])))


def exhibits_named(case: Case, asked: str) -> list[str]:
    """The exhibit of that reference, or whose SHA-256 begins so. Raises `UsageError` unless there is exactly one."""
    rows = exhibits(case)
    found = [row for row in rows if row["reference"] == asked]
    if not found and len(asked) >= PREFIX_DIGITS:
        found = [row for row in rows if row["exhibit"].startswith(asked.lower())]
    return [row["exhibit"] for row in _exactly(found, "exhibit", asked, f"upstander status {case.path.name}")]


def conversations_named(case: Case, asked: str) -> tuple[str, ...]:
    """Ids of the conversations that `asked` names: an id, the beginning of exactly one id, or a title.

    One title may name several conversations: the same group as several exhibits show it. Raises `UsageError` where
    nothing, or more than one id, is meant.
    """
    rows = conversations(case)
    same = [row for row in rows if row["conversation"] == asked]
    titled = [row for row in rows if row["title"] is not None and row["title"].casefold() == asked.casefold()]
    if not same and not titled and len(asked) >= PREFIX_DIGITS:
        same = [row for row in rows if row["conversation"].startswith(asked.lower())]
    found = (
        titled if titled and not same else _exactly(same, "conversation", asked, f"upstander status {case.path.name}")
    )
    return tuple(row["conversation"] for row in found)


def messages(case: Case, window: Window) -> Iterator[pl.DataFrame]:
    """Messages and system events, batch by batch: conversation after conversation, each in the order of its export."""
    return batches(_within(scan(case, "messages"), window))


def undated(case: Case, window: Window) -> int:
    """How many messages a window that asks for a time leaves out because they have none."""
    lazy = _within(scan(case, "messages"), Window(conversations=window.conversations))
    return int(collect(lazy.filter(pl.col("sent_at").is_null()).select(pl.len())).item())


def months(case: Case) -> dict[str, dict[tuple[int, int], int]]:
    """Authored messages of every conversation by (year, month), UTC."""
    month = pl.col("sent_at").dt.truncate("1mo")
    lazy = (
        scan(case, "messages")
        .filter(pl.col("kind").cast(pl.String) != "system", pl.col("sent_at").is_not_null())
        .group_by(pl.col("conversation").cast(pl.String), month)
        .len()
    )
    found: dict[str, dict[tuple[int, int], int]] = {}
    for conversation, at, count in collect(lazy).iter_rows():
        found.setdefault(conversation, {})[(at.year, at.month)] = count
    return found


def warnings(
    case: Case, *, kind: str | None = None, exhibits: Collection[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Warnings (columns of the warnings table, and the exhibit's `reference`), by exhibit and place.

    Raises `UsageError` for a kind that does not exist.
    """
    if kind is not None and kind not in warning_kinds():
        raise UsageError(f"{kind!r} is no kind of warning; the kinds are {', '.join(sorted(warning_kinds()))}")
    lazy = scan(case, "warnings")
    if kind is not None:
        lazy = lazy.filter(pl.col("kind") == kind)
    lazy = _about(lazy, exhibits)
    references = scan(case, "exhibits").select("exhibit", "reference")
    lazy = lazy.with_columns(pl.col("exhibit").cast(pl.String)).join(
        references, on="exhibit", how="left", maintain_order="left"
    )
    return (row for batch in batches(lazy) for row in batch.iter_rows(named=True))


def _about(lazy: pl.LazyFrame, exhibits: Collection[str] | None) -> pl.LazyFrame:
    if exhibits is None:
        return lazy
    return lazy.filter(pl.col("exhibit").cast(pl.String).is_in(list(exhibits)))


def _within(lazy: pl.LazyFrame, window: Window) -> pl.LazyFrame:
    if window.conversations is not None:
        # Comparisons of a category with a string are what prunes row groups; a membership test is not.
        lazy = lazy.filter(pl.any_horizontal(pl.col("conversation") == name for name in window.conversations))
    if window.since is not None:
        lazy = lazy.filter(pl.col("sent_at") >= _instant(window.since))
    if window.until is not None:
        lazy = lazy.filter(pl.col("sent_at") < _instant(window.until))
    return lazy


def _instant(at: datetime) -> pl.Expr:
    return pl.lit(at.astimezone(UTC)).cast(pl.Datetime("ms", "UTC"))


def _height(case: Case, name: str) -> int:
    return int(collect(scan(case, name).select(pl.len())).item())


def _exactly(found: list[dict[str, Any]], what: str, asked: str, look: str) -> list[dict[str, Any]]:
    if not found:
        raise UsageError(f"there is no {what} {asked!r} in the case; `{look}` shows those there are")
    if len(found) > 1:
        ids = ", ".join(row[what][:16] for row in found[:5])
        raise UsageError(f"{asked!r} is the beginning of {len(found)} {what}s ({ids}); give more of it")
    return found
