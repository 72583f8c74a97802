"""What ranks highest by the linear stage, put into a new order by an encoder.

For each head that the encoder knows: of the distinct texts, those that rank highest by the linear stage and make the
given share of the messages are read by the encoder. Among them the new order is that of

    linear's part · log-odds of the linear score + encoder's part · log-odds of the encoder

and the text that comes first takes the highest linear score that there was among them, the second the next, and so on.
So scores only change places: what is below the share stays where it was and below it, as many texts reach a threshold
as did before, and no calibration of the encoder is trusted. Texts that say the same have the same score.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.encoder.folder import Folder

__all__ = ["SHARE", "Second", "places", "second"]

#: Share of the messages that an encoder reads where nobody says another.
SHARE = 0.05

Scores = npt.NDArray[np.float32]


class Reads(Protocol):
    """What gives log-odds of texts: an `Encoder`."""

    @property
    def folder(self) -> Folder:
        """Which labels it knows, and how they are mixed."""

    def odds(
        self, texts: Sequence[str], progress: Callable[[int, int], None] = ...
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Log-odds of each text for each of the folder's heads; and which texts were cut."""


@dataclass(frozen=True, slots=True)
class Second:
    """Scores of every message after the second stage; columns are the heads of the first ranking."""

    score: Scores
    #: The probability that the encoder gave, as it gave it; not a number where it did not read the message.
    encoder: Scores
    #: Texts that were read, and of these the ones that were longer than what was read of them.
    texts: int
    longer: int
    #: For each head that the encoder knows, messages that it put into a new order.
    messages: dict[str, int]


def second(
    heads: Sequence[str],
    own: Scores,
    texts: pl.Series,
    encoder: Reads,
    share: float,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Second:
    """The scores `own`, one row a text and one column a head, after the encoder. Raises `BadModel`.

    `share` is of the texts that have words, from 0 to 1. Null and blank texts are never read.
    """
    given = texts.cast(pl.String).fill_null("").to_frame("text").with_row_index("row")
    worded = given.filter(pl.col("text").str.strip_chars() != "")
    distinct = worded.group_by("text").agg(pl.col("row").min(), pl.len().alias("times")).sort("text")
    at = distinct["row"].to_numpy().astype(np.int64)
    least = share * worded.height
    chosen = {
        head: places(own[at, heads.index(head)], distinct["times"].to_numpy(), least) for head in encoder.folder.mapped
    }
    read = np.unique(np.concatenate([*chosen.values(), np.zeros(0, np.int64)]))
    odds, longer = encoder.odds(distinct["text"].gather(read).to_list(), progress)
    row_of = np.full(len(distinct), -1, np.int64)
    row_of[read] = np.arange(len(read))
    place = given.join(distinct.select("text").with_row_index("place"), on="text", how="left", maintain_order="left")
    where = place["place"].cast(pl.Int64).fill_null(-1).to_numpy()
    score, said = own.copy(), np.full(own.shape, np.nan, np.float32)
    messages = {}
    for number, head in enumerate(encoder.folder.mapped):
        column, picked = heads.index(head), chosen[head]
        linear, encoded = own[at[picked], column], odds[row_of[picked], number]
        new = np.full(len(distinct), np.nan, np.float32)
        new[picked] = _exchanged(linear, encoded, encoder.folder.mix[head])
        raw = np.full(len(distinct), np.nan, np.float32)
        raw[picked] = 1 / (1 + np.exp(-encoded))
        rows = np.flatnonzero(where >= 0)
        rows = rows[~np.isnan(new[where[rows]])]
        score[rows, column], said[rows, column] = new[where[rows]], raw[where[rows]]
        messages[head] = len(rows)
    return Second(score, said, len(read), int(longer.sum()), messages)


def places(linear: Scores, times: npt.NDArray[np.uint32], least: float) -> npt.NDArray[np.int64]:
    """Places of the texts that rank highest and come `least` times together, or just more; none for 0.

    Of texts that rank the same, those that stand first: they are sorted, so it is the same ones whatever the case.
    """
    order = np.argsort(-linear, kind="stable")
    before = np.cumsum(times[order]) - times[order]
    return np.sort(order[before < math.ceil(round(least, 6))])


def _exchanged(linear: Scores, encoded: npt.NDArray[np.float64], parts: tuple[float, float]) -> Scores:
    """The linear scores, handed out anew: the highest to whatever comes first by both."""
    sure = np.clip(linear.astype(np.float64), 1e-9, 1 - 1e-9)
    mixed = parts[0] * np.log(sure / (1 - sure)) + parts[1] * encoded
    order = np.lexsort((-linear, -mixed))
    new = np.empty_like(linear)
    new[order] = np.sort(linear)[::-1]
    return new
