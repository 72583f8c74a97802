"""Which message somebody means: the review's own way of asking, from the tables alone."""

from dataclasses import dataclass

import polars as pl

from upstander.errors import UsageError
from upstander.review.collection import words
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["BEGINNING", "Named", "named"]

#: Characters of an id that are enough to look for it by its beginning.
BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A message, by the sighting that was asked for or that stands for it."""

    sighting: str
    message: str
    conversation: str
    ordinal: int
    #: The words that it shows; None where it has none.
    text: str | None
    #: Ids of all its sightings, where they are known already.
    ids: frozenset[str] = frozenset()


def named(case: Case, asked: str) -> Named:
    """The message of that sighting's id, beginning of an id, or platform key. Raises `UsageError` unless it is one.

    A whole id of a sighting means the words of that sighting, where it has any; anything else those of the one that
    stands for the message.
    """
    seen = scan(case, "sightings").select(
        pl.col("sighting").cast(pl.String), "message", pl.col("conversation").cast(pl.String), "ordinal", "lead"
    )
    found = collect(seen.filter(pl.col("sighting") == asked))
    if found.is_empty():
        keyed = (
            scan(case, "messages").filter(pl.col("platform_key") == asked).select(pl.col("message").alias("sighting"))
        )
        messages = collect(keyed.join(seen, on="sighting").select("message").unique().head(2))
        if messages.is_empty() and len(asked) >= BEGINNING:
            begun = seen.filter(pl.col("sighting").str.starts_with(asked)).select("message").unique().head(2)
            messages = collect(begun)
        if messages.height > 1:
            raise UsageError(f"{asked!r} fits more than one message of case {case.path.name}; give more of it")
        if messages.height == 1:
            found = collect(seen.filter(pl.col("lead"), pl.col("message") == messages.item()))
    if found.is_empty():
        raise UsageError(
            f"case {case.path.name} has no message {asked!r}; give an id as `upstander messages --json` shows it, the"
            " beginning of exactly one, or a platform key"
        )
    row = found.row(0, named=True)
    sighting, text = row["sighting"], _words(case, row["sighting"])
    if text is None and not row["lead"]:
        # A tombstone, or a picture without its caption: what stands for the message may have its words.
        lead = collect(seen.filter(pl.col("lead"), pl.col("message") == row["message"]).select("sighting"))["sighting"]
        text = _words(case, lead[0]) if len(lead) else None
        sighting = sighting if text is None else lead[0]
    return Named(sighting, row["message"], row["conversation"], row["ordinal"], text)


def _words(case: Case, sighting: str) -> str | None:
    told = scan(case, "messages").filter(pl.col("message").cast(pl.String) == sighting).select(words())
    return next(iter(collect(told)["text"]), None)
