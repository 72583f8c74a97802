"""The messages that a review reads: each reconciled message once, by the sighting that stands for it."""

import polars as pl

from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["collection", "ids_of", "known_as", "replies", "standing_for", "words"]

#: A sign that is more than a blank, a mark of direction or the place of a file.
_SIGN = r"[^\s\p{Cf}\x{fffc}]"


def words() -> pl.Expr:
    """Of rows of the table `messages`, the `text` where somebody's words stand in it; null where there are none.

    What the app or the export wrote in place of a message (`<Media omitted>`, `This message was deleted`) is nobody's
    words: the source that read it says so, in the column `placeholder`. A caption is words, with all that stands beside
    it. This is the one place in a review where it is decided.
    """
    there = ~pl.col("placeholder").fill_null(value=False) & pl.col("text").str.contains(_SIGN)
    return pl.when(there).then(pl.col("text")).alias("text")


def collection(case: Case) -> pl.LazyFrame:
    """One row a reconciled message that somebody wrote, in the order conversation, ordinal.

    Columns: `message` (its id), `conversation` (reconciled), `ordinal`, `at` (UTC, null where undated), `exhibit` and
    `capture` of the sighting that stands for it, `author` (handle there), `person` and `label` (who that is, null where
    nobody knows), `kind`, `text` (null where it has no words, as `words` says). Categories come as strings.
    """
    told = scan(case, "messages").select(
        pl.col("message").alias("sighting"), pl.col("author").cast(pl.String), pl.col("kind").cast(pl.String), words()
    )
    persons = scan(case, "persons").select(
        pl.col("capture").cast(pl.String), pl.col("handle").alias("author"), "person", "label"
    )
    return (
        standing_for(case)
        .select(
            "message",
            pl.col("conversation").cast(pl.String),
            "ordinal",
            "at",
            pl.col("exhibit").cast(pl.String),
            pl.col("capture").cast(pl.String),
            "sighting",
        )
        .join(told, on="sighting", how="left")
        .join(persons.unique(["capture", "author"], keep="first"), on=["capture", "author"], how="left")
        .drop("sighting")
        .sort("conversation", "ordinal")
    )


def standing_for(case: Case) -> pl.LazyFrame:
    """The rows of `sightings` that stand for a message of the collection: one each, as they lie."""
    return scan(case, "sightings").filter(pl.col("lead") & ~pl.col("notice"))


def known_as(case: Case) -> pl.LazyFrame:
    """Every id that names a message: `sighting`, and the reconciled `message`, `conversation`, `ordinal` it is of."""
    return scan(case, "sightings").select("sighting", "message", pl.col("conversation").cast(pl.String), "ordinal")


def ids_of(case: Case, message: str) -> set[str]:
    """Every id that names the reconciled `message`: those of its sightings."""
    return set(collect(known_as(case).filter(pl.col("message") == message).select("sighting"))["sighting"])


def replies(case: Case) -> pl.LazyFrame:
    """Which message answers or quotes which: `message` and `answered`, both reconciled, by the platform's key."""
    keys = scan(case, "messages").select(pl.col("message").alias("sighting"), "platform_key", "reply_to")
    seen = known_as(case).join(keys, on="sighting")
    targets = seen.filter(pl.col("platform_key").is_not_null()).select(
        "conversation", pl.col("platform_key").alias("reply_to"), pl.col("message").alias("answered")
    )
    return (
        seen.filter(pl.col("reply_to").is_not_null())
        .join(targets, on=["conversation", "reply_to"])
        .select("message", "answered")
        .unique()
        .sort("message", "answered")
    )
