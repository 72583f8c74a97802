"""What the text index is made of: the messages of a review, which exhibits hold each, and where it was deleted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from upstander.review.collection import collection, standing_for
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["TABLES", "Names", "messages", "named", "shown_as_deleted"]

#: The tables that the index is made of. Codings are none: they change while people read, and are looked up.
TABLES = ("sightings", "messages", "persons", "gaps", "captures", "conversations", "exhibits")


def messages(case: Case) -> pl.LazyFrame:
    """The collection, with `holders` and `deleted`: the exhibits that hold each message, and that show it deleted."""
    held = scan(case, "sightings").group_by("message").agg(_exhibit().unique().sort().alias("holders"))
    gone = _gone(case).group_by("message").agg(pl.col("exhibit").unique().sort().alias("deleted"))
    found = collection(case).join(held, on="message", how="left", maintain_order="left")
    return found.join(gone, on="message", how="left", maintain_order="left")


def shown_as_deleted(case: Case) -> int:
    """How many messages any exhibit shows as deleted: those that `deleted:*` finds."""
    # Few of many: neither put in order nor told who wrote them.
    gone = collect(_gone(case).select("message").unique()).lazy()
    return int(collect(standing_for(case).join(gone, on="message", how="semi").select(pl.len())).item())


def _gone(case: Case) -> pl.LazyFrame:
    """`message` and `exhibit`, where one shows the other as deleted.

    It does where it has a tombstone or says so of it, and where the phone must once have held it and does not. The
    message itself may stand in another.
    """
    lacking = (pl.col("reason").cast(pl.String) == "deleted_on_phone") & pl.col("message").is_not_null()
    marked = (
        scan(case, "messages")
        .filter(pl.col("deleted").is_not_null() | (pl.col("kind").cast(pl.String) == "deleted"))
        .select(pl.col("message").alias("sighting"))
    )
    shown = scan(case, "sightings").join(marked, on="sighting", how="semi")
    return pl.concat(told.select("message", _exhibit()) for told in (scan(case, "gaps").filter(lacking), shown))


def _exhibit() -> pl.Expr:
    return pl.col("exhibit").cast(pl.String)


@dataclass(slots=True)
class Names:
    """What the numbers in the index stand for; a value's place in its list is its number."""

    #: Ids of reconciled conversations, and the titles that captures have for each.
    conversations: list[str] = field(default_factory=list)
    titles: dict[str, list[str]] = field(default_factory=dict)
    #: Persons, or handles that are no person's; and by each what else it is called, the label first.
    authors: list[str] = field(default_factory=list)
    called: dict[str, list[str]] = field(default_factory=dict)
    #: By person of several handles, the ids (`capture/handle`) of those that are not the person's own id.
    handles: dict[str, list[str]] = field(default_factory=dict)
    #: SHA-256 of exhibits, and by each its reference and custodian.
    exhibits: list[str] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    custodians: dict[str, str | None] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """The names as JSON has them."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Names":
        """The names that `plain` gave."""
        return cls(**plain)


def named(case: Case) -> Names:
    """The names of exhibits and conversations; authors and kinds are met while the messages are read."""
    exhibits = collect(scan(case, "exhibits").select("exhibit", "reference", "custodian").sort("exhibit")).rows()
    own = scan(case, "conversations").select(pl.col("conversation").cast(pl.String).alias("capture"), "title")
    titles = collect(
        scan(case, "captures")
        .select(pl.col("capture").cast(pl.String), pl.col("conversation").cast(pl.String))
        .join(own, on="capture")
        .filter(pl.col("title").is_not_null())
        .group_by("conversation")
        .agg(pl.col("title").unique().sort())
    )
    return Names(
        titles={row[0]: row[1] for row in titles.rows()},
        handles=_handles(case),
        exhibits=[row[0] for row in exhibits],
        references={row[0]: row[1] for row in exhibits},
        custodians={row[0]: row[2] for row in exhibits},
    )


def _handles(case: Case) -> dict[str, list[str]]:
    """What else each person may be named by: whoever kept an id of theirs before a merge means them still."""
    handle = pl.concat_str(pl.col("capture").cast(pl.String), pl.lit("/"), pl.col("handle").cast(pl.String))
    rows = scan(case, "persons").select(pl.col("person").cast(pl.String), handle.alias("id"))
    others = rows.filter(pl.col("id") != pl.col("person"))
    return dict(collect(others.group_by("person").agg(pl.col("id").sort()).sort("person")).rows())
