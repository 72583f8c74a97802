"""Of which messages a certificate speaks: all that have text, or a narrower population that is cheaper to certify."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from upstander.review.folding import folded

__all__ = ["Scope", "units", "within"]


@dataclass(frozen=True, slots=True)
class Scope:
    """A population, as it was asked for."""

    #: As it is written: what a final sample's line in the decision file is known by.
    written: str = "all"
    #: Messages that say the same words are one.
    unique: bool = False
    conversations: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


def within(messages: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """The rows of `collection` in scope, with text or without. An undated message is in no period."""
    inside = messages
    if scope.conversations is not None:
        inside = inside.filter(pl.col("conversation").is_in(scope.conversations))
    if scope.since is not None:
        inside = inside.filter(pl.col("at") >= scope.since)
    if scope.until is not None:
        inside = inside.filter(pl.col("at") < scope.until)
    return inside


def units(messages: pl.DataFrame, scope: Scope) -> tuple[pl.DataFrame, int]:
    """The messages in scope that have text: `message` and the `unit` that it is; and how many there have none.

    `messages` has the columns of `collection`. A unit is the message, or, where the same words count once, the first
    message that says them.
    """
    inside = within(messages, scope)
    told = inside.filter(pl.col("text").is_not_null())
    silent = inside.height - told.height
    if not scope.unique:
        return told.select("message", pl.col("message").alias("unit")), silent
    words = told.select("message", folded(told["text"]).str.strip_chars().alias("words"))
    return words.select("message", pl.col("message").first().over("words").alias("unit")), silent
