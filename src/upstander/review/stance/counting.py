"""How many challenged, approved or laughed along: what people confirmed, and how much nobody has looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from upstander.review.stance.kinds import ORDER
from upstander.review.stance.standing import standing
from upstander.storage import Case
from upstander.storage.scan import collect

__all__ = ["Counts", "challenging", "counts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts that may be published. Guesses are in none of them: they are the `unconfirmed`."""

    #: By stance: responses that somebody confirmed to be that.
    responses: Mapping[str, int]
    #: By stance: how many different people made them.
    people: Mapping[str, int]
    #: Responses that nobody has confirmed: by these the numbers above may be too low.
    unconfirmed: int

    def words(self) -> str:
        """The counts as a sentence that says what they leave out."""
        said = ", ".join(f"{self.responses[stance]:,} {stance.value.replace('_', ' ')}" for stance in ORDER)
        total = sum(self.responses.values())
        return f"{total:,} responses confirmed ({said}); {self.unconfirmed:,} more are not and are in no count."


def counts(case: Case, messages: Sequence[str] | None = None) -> Counts:
    """The counts over the responses to `messages` (reconciled ids), or to all that `stances` holds."""
    rows = standing(case)
    if messages is not None:
        rows = rows.filter(pl.col("message").is_in(list(messages)))
    told = collect(rows.select("person", "confirmed"))
    confirmed = told.drop_nulls("confirmed")
    per = confirmed.group_by("confirmed").agg(pl.len().alias("responses"), pl.col("person").n_unique().alias("people"))
    found = {row["confirmed"]: row for row in per.iter_rows(named=True)}
    return Counts(
        responses={stance: found.get(stance, {}).get("responses", 0) for stance in ORDER},
        people={stance: found.get(stance, {}).get("people", 0) for stance in ORDER},
        unconfirmed=told.height - confirmed.height,
    )


def challenging(case: Case) -> pl.LazyFrame:
    """Messages that challenge another: `message`, and whether that is `confirmed` or a guess.

    Whoever counts abuse leaves the confirmed ones out: they repeat words in order to object to them.
    """
    said = pl.coalesce("confirmed", "stance")
    return (
        standing(case)
        .filter(pl.col("response").is_not_null(), said == "challenge")
        .group_by(pl.col("response").alias("message"))
        .agg(pl.col("confirmed").is_not_null().any())
        .sort("message")
    )
