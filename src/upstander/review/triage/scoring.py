"""Sums of weights over the n-grams of many texts: looked up and added run by run, each text that comes twice once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import hashed
from upstander.review.triage.weights import Weights

__all__ = ["Sums", "summed"]

#: Bytes of text that are hashed and summed at a time: what a run holds stays in some 100 MB.
RUN = 1 << 20


@dataclass(frozen=True, slots=True)
class Sums:
    """For each text the sums of its n-grams' weights, one a head, and of their lengths."""

    weights: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]


def summed(model: Weights, texts: pl.Series) -> Sums:
    """The sums of every text; one that is null is an empty one."""
    given = texts.cast(pl.String).fill_null("").rename("text")
    distinct = given.unique(maintain_order=True)
    weights = np.zeros((len(distinct), len(model.heads)), np.int64)
    lengths = np.zeros(len(distinct), np.int64)
    for first, last in _runs(distinct):
        _sum(model, distinct.slice(first, last - first), weights[first:last], lengths[first:last])
    if len(distinct) == len(given):
        return Sums(weights, lengths)
    places = given.to_frame().join(distinct.to_frame().with_row_index("place"), on="text", maintain_order="left")
    place = places["place"].to_numpy()
    return Sums(weights[place], lengths[place])


#: N-grams that are added before the packed sums are taken apart: 255 · 4,096 is less than 2^20.
_APIECE = 4096


def _sum(
    model: Weights,
    texts: pl.Series,
    weights: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
) -> None:
    """Fill in the sums of one run of texts."""
    found = hashed(texts, model.recipe)
    rows = model.index[found.columns]
    counts = np.diff(found.starts)
    pieces = -(-counts // _APIECE)
    owner = np.repeat(np.arange(len(texts)), pieces)
    if not len(owner):
        return
    before = np.cumsum(pieces) - pieces
    starts = found.starts[owner] + (np.arange(len(owner)) - before[owner]) * _APIECE
    sums = np.concatenate([_apart(np.add.reduceat(table[rows], starts)) for table in model.packed], axis=1)
    has = np.flatnonzero(pieces)
    if len(owner) > len(has):
        sums = np.add.reduceat(sums, before[has], axis=0)
    heads = weights.shape[1]
    weights[has] = sums[:, :heads]
    lengths[has] = sums[:, heads]


def _apart(packed: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The three sums in each packed one, lowest first."""
    half, mask = np.int64(1 << 20), np.int64((1 << 21) - 1)
    low = ((packed + half) & mask) - half
    rest = (packed - low) >> np.int64(21)
    middle = ((rest + half) & mask) - half
    return np.stack([low, middle, (rest - middle) >> np.int64(21)], axis=1)


def _runs(texts: pl.Series) -> list[tuple[int, int]]:
    """First and last of runs of texts of about `RUN` bytes; a longer text is a run of its own."""
    ends = texts.str.len_bytes().cum_sum().to_numpy()
    runs = []
    first = 0
    while first < len(texts):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + RUN, side="right")), first + 1)
        runs.append((first, last))
        first = last
    return runs
