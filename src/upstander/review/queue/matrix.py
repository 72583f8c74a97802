"""The features of every message, one number each: columns only, so that a million messages fit into a gigabyte.

An n-gram counts once for every time that it stands there, and a message is divided by the root of how many it has.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import Recipe, hashed

__all__ = ["RECIPE", "Matrix", "matrix"]

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

#: What ranked reading reads: words, pairs of words, and three to five characters.
RECIPE = Recipe(bits=20, words=2, characters=(3, 5))

#: N-grams that are scored at a time.
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Matrix:
    """Features of messages; those of message `i` are `columns[starts[i]:starts[i + 1]]`."""

    recipe: Recipe
    columns: npt.NDArray[np.uint32]
    starts: Indices

    def __len__(self) -> int:
        """Number of messages."""
        return len(self.starts) - 1

    def scores(self, weights: Floats) -> Floats:
        """The mean-like product of every message with `weights`, one for each column."""
        out = np.zeros(len(self), np.float32)
        counts = np.diff(self.starts)
        first = 0
        while first < len(self):
            # At least one message, and otherwise as many as fit the block.
            last = int(np.searchsorted(self.starts, self.starts[first] + _BLOCK, side="right")) - 1
            last = min(max(last, first + 1), len(self))
            begin, end = int(self.starts[first]), int(self.starts[last])
            if end > begin:
                taken = weights[self.columns[begin:end]]
                some = np.flatnonzero(counts[first:last])
                out[first + some] = np.add.reduceat(taken, self.starts[first + some] - begin)
            first = last
        return out / np.sqrt(np.maximum(counts, 1)).astype(np.float32)

    def rows(self, chosen: Indices) -> tuple[npt.NDArray[np.uint32], Indices]:
        """The columns of the chosen messages, one after the other, and how many each has."""
        counts = self.starts[chosen + 1] - self.starts[chosen]
        begins = np.repeat(self.starts[chosen] - (np.cumsum(counts) - counts), counts)
        return self.columns[begins + np.arange(int(counts.sum()))], counts


def matrix(texts: pl.Series, recipe: Recipe = RECIPE) -> Matrix:
    """The features of texts."""
    made = hashed(texts, recipe)
    return Matrix(recipe, made.columns, made.starts)
