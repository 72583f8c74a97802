"""What stands of many codings: each reviewer's own last word, and what was settled where they differ.

A coding that settles is nobody's reading: it decides the message and leaves both readings as they were, so that how far
reviewers agreed can be measured for ever.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from upstander.review.codings.coding import Coding, Via

__all__ = ["Reading", "readings", "stands", "verdict"]


@dataclass(slots=True)
class Reading:
    """All that was decided about one message and code, in order."""

    message: str
    code: str
    book: str
    #: Each reviewer's last own reading.
    own: dict[str, Coding] = field(default_factory=dict)
    #: What was said to settle it, in order.
    settling: list[Coding] = field(default_factory=list)

    @property
    def disputed(self) -> bool:
        """Whether reviewers read it differently."""
        return len({coding.applies for coding in self.own.values()}) > 1

    @property
    def settled(self) -> Coding | None:
        """The coding that settled it: the last by somebody else, or by all its readers at one; None while open.

        One of its readers alone settles nothing: the word waits for those of the others.
        """
        if not self.disputed:
            return None
        place = verdict(self.own, [(coding.by, coding.applies) for coding in self.settling])
        return None if place is None else self.settling[place]

    @property
    def applies(self) -> bool | None:
        """Whether the code applies, by all that is known: as read where all agree, as settled else; None while open."""
        if self.disputed:
            settled = self.settled
            return None if settled is None else settled.applies
        last = next(reversed(self.own.values()), None) or (self.settling[-1] if self.settling else None)
        return None if last is None else last.applies


def readings(made: Iterable[tuple[str, Coding]]) -> dict[tuple[str, str, str], Reading]:
    """Codings with the messages that they are about, put together by message, code and name of the codebook."""
    found: dict[tuple[str, str, str], Reading] = {}
    for message, coding in made:
        key = (message, coding.code, coding.book)
        if key not in found:
            found[key] = Reading(*key)
        if coding.via is Via.SETTLED:
            found[key].settling.append(coding)
        else:
            # Taken out first, so that the order is that of the words that stand.
            found[key].own.pop(coding.by, None)
            found[key].own[coding.by] = coding
    return found


def verdict(readers: Collection[str], words: Sequence[tuple[str, bool]]) -> int | None:
    """The place among `words`, who said what to settle it, of the one that did; None while it is open.

    Somebody who is none of the `readers` settles it alone; they themselves when all of them have said the same.
    """
    found: int | None = None
    said: dict[str, bool] = {}
    for place, (by, applies) in enumerate(words):
        if by not in readers:
            found = place
            continue
        said[by] = applies
        if len(said) == len(readers) and len(set(said.values())) == 1:
            found = place
    return found


def stands() -> pl.Expr:
    """Of rows of `codings`: whether each is its reviewer's last word on its message and code, as text columns say.

    A code is one through every version of its codebook. A word that settles takes the place of no reading: the
    reader's own word stands beside it.
    """
    message = pl.coalesce("message", "sighting").alias("about")
    book = pl.col("codebook").str.split("@").list.first().alias("book")
    settles = (pl.col("via") == Via.SETTLED.value).alias("settles")
    return (pl.col("sequence") == pl.col("sequence").max().over(message, "code", book, "by", settles)).alias("stands")
