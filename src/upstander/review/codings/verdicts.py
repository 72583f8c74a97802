"""Whether a code applies to each message that was coded, by all that is known: as read, or as settled."""

from collections.abc import Iterator

import polars as pl

from upstander.review.codings.coding import Via
from upstander.review.codings.standing import verdict
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["verdicts"]

_KEY = ("message", "code", "book")


def verdicts(case: Case) -> pl.DataFrame:
    """One row a message, code and codebook, whatever its version: `message`, `code`, `book`, `conversation`, `applies`.

    The last is what its readers agree on, else what settled it; null while they differ and nothing did. This is
    `Reading.applies`, of the snapshot of the codings.
    """
    settles = pl.col("via").cast(pl.String) == Via.SETTLED.value
    rows = (
        scan(case, "codings")
        .filter(pl.col("message").is_not_null())
        .select(
            "message",
            pl.col("code", "conversation", "by").cast(pl.String),
            pl.col("codebook").cast(pl.String).str.split("@").list.first().alias("book"),
            settles.alias("settles"),
            "applies",
            "stands",
            "sequence",
        )
    )
    applies = pl.col("applies")
    readings = collect(
        rows.filter(~pl.col("settles") & pl.col("stands"))
        .group_by(_KEY)
        .agg(pl.col("conversation").first(), applies.all().alias("all"), applies.any().alias("any"), "by")
    )
    words = collect(rows.filter("settles").sort("sequence"))
    agreed = readings.filter(pl.col("all") == pl.col("any")).select(*_KEY, "conversation", applies="all")
    disputed = readings.filter(pl.col("all") != pl.col("any"))
    # What somebody settled that nobody had read: their word is all that there is.
    alone = words.join(readings, on=_KEY, how="anti").group_by(_KEY).agg(pl.col("conversation", "applies").last())
    schema = {**dict.fromkeys(_KEY, pl.String), "conversation": pl.String, "applies": pl.Boolean}
    settled = pl.DataFrame(list(_settled(disputed, words)), schema=schema, orient="row")
    return pl.concat([agreed, settled, alone.select(agreed.columns)]).sort("conversation", *_KEY)


def _settled(disputed: pl.DataFrame, words: pl.DataFrame) -> Iterator[tuple[str, str, str, str, bool | None]]:
    """Each that its readers differ on, with what settled it."""
    spoken = {
        key: list(rows.select("by", "applies").iter_rows()) for key, rows in words.group_by(_KEY, maintain_order=True)
    }
    for *key, conversation, readers in disputed.select(*_KEY, "conversation", "by").iter_rows():
        told = spoken.get(tuple(key), [])
        place = verdict(readers, told)
        yield (*key, conversation, None if place is None else told[place][1])
