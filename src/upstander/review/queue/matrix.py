"""The features of every message without their values: columns only, so that a million messages fit into a gigabyte.

What an n-gram counts is the same wherever it stands, the rarer the more, and is kept once a column. Each message's
words and its characters are two halves that weigh the same, however many there are of each.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import Hashed, Recipe, hashed

__all__ = ["RECIPES", "WIDTH", "Floats", "Indices", "Matrix", "even", "kept", "matrix"]

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

#: What ranked reading reads: words and pairs of them, with signs and emoji as words of their own, and three to five
#: characters with the signs as they stand.
RECIPES = (Recipe(words=2, characters=(0, 0), apart=True), Recipe(words=0, characters=(3, 5)))
#: Columns, which both share: their hashes are as good as never the same.
WIDTH = RECIPES[0].columns

#: N-grams that are worked on at a time.
_BLOCK = 1 << 22
#: Messages that are worked on at a time.
_RUN = 1 << 15


@dataclass(frozen=True, slots=True)
class Matrix:
    """Features of messages: the words of message `i` are `columns[bounds[2i]:bounds[2i+1]]`, then its characters."""

    columns: npt.NDArray[np.uint32]
    bounds: Indices
    #: What an n-gram of each column counts.
    rarity: Floats
    #: What each half of each message is multiplied by.
    scale: Floats

    def __len__(self) -> int:
        """Number of messages."""
        return len(self.bounds) // 2

    def scores(self, weights: Floats) -> Floats:
        """The product of every message with `weights`, one for each column."""
        halves: Floats = _summed(self.columns, self.bounds, weights * self.rarity) * self.scale
        return halves[0::2] + halves[1::2]

    def rows(self, chosen: Indices) -> tuple[npt.NDArray[np.uint32], Floats, Indices]:
        """The columns of the chosen messages one after the other, their values, and how many each message has."""
        halves = np.stack([2 * chosen, 2 * chosen + 1], axis=1).ravel()
        counts = self.bounds[halves + 1] - self.bounds[halves]
        places = np.repeat(self.bounds[halves] - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        columns = self.columns[places]
        return columns, self.rarity[columns] * np.repeat(self.scale[halves], counts), counts.reshape(-1, 2).sum(axis=1)


def matrix(texts: pl.Series) -> Matrix:
    """The features of texts."""
    words, characters = (hashed(texts, recipe) for recipe in RECIPES)
    columns, bounds = _woven(words, characters)
    often = np.bincount(columns, minlength=WIDTH) if len(columns) else np.zeros(WIDTH)
    rarity = (np.log((1 + len(texts)) / (1 + np.minimum(often, len(texts)))) + 1).astype(np.float32)
    squares = _summed(columns, bounds, rarity * rarity)
    return Matrix(columns, bounds, rarity, (1 / np.sqrt(np.maximum(squares, 1e-6))).astype(np.float32))


def even(scores: npt.NDArray[Any]) -> Floats:
    """Scores with a middle of 0 and a spread of 1, so that a first ranking counts the same whoever made it."""
    if not len(scores):
        return np.zeros(0, np.float32)
    made: Floats = ((scores - scores.mean()) / max(float(scores.std()), 1e-6)).astype(np.float32)
    return made


def kept(folder: Path, texts: pl.Series, digest: str) -> Matrix:
    """The features of texts, read from `folder` where they were made before from what `digest` names."""
    names = ("columns", "bounds", "rarity", "scale")
    whole = folder / digest
    if not (whole / "whole").exists():
        made = matrix(texts)
        whole.mkdir(parents=True, exist_ok=True)
        for name in names:
            np.save(whole / f"{name}.npy", getattr(made, name))
        (whole / "whole").touch()
    return Matrix(*(np.load(whole / f"{name}.npy", mmap_mode="r") for name in names))


def _woven(words: Hashed, characters: Hashed) -> tuple[npt.NDArray[np.uint32], Indices]:
    """The columns of every message's words and then its characters, and the bounds of each half."""
    counts = [np.diff(half.starts) for half in (words, characters)]
    bounds = np.zeros(2 * len(words) + 1, np.int64)
    np.cumsum(np.stack(counts, axis=1).ravel(), out=bounds[1:])
    out = np.empty(int(bounds[-1]), np.uint32)
    for half, each, begins in zip((words, characters), counts, (bounds[:-1:2], bounds[1::2]), strict=True):
        # A run of messages at a time, for a place is eight bytes.
        for first in range(0, len(each), _RUN):
            run = slice(first, first + _RUN)
            begin, end = int(half.starts[first]), int(half.starts[min(first + _RUN, len(each))])
            out[np.arange(begin, end) + np.repeat(begins[run] - half.starts[:-1][run], each[run])] = half.columns[
                begin:end
            ]
    return out, bounds


def _summed(columns: npt.NDArray[np.uint32], bounds: Indices, weights: Floats) -> Floats:
    """For every stretch between two bounds the sum of its columns' weights, in float32 and in their order."""
    # A sparse matrix of ones does this twice as fast as gathering and adding; one block of ones serves all blocks.
    from scipy.sparse import csr_matrix

    out = np.zeros(len(bounds) - 1, np.float32)
    longest = int(np.diff(bounds).max(initial=0))
    ones = np.ones(min(len(columns), max(_BLOCK, longest)), np.float32)
    first = 0
    while first < len(out):
        # At least one stretch, and otherwise as many as fit the block.
        last = int(np.searchsorted(bounds, bounds[first] + _BLOCK, side="right")) - 1
        last = min(max(last, first + 1), len(out))
        begin, end = int(bounds[first]), int(bounds[last])
        starts = (bounds[first : last + 1] - begin).astype(np.int32)
        block = csr_matrix(
            (ones[: end - begin], columns[begin:end].view(np.int32), starts), shape=(last - first, len(weights))
        )
        out[first:last] = block @ weights
        first = last
    return out
