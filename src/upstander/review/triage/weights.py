"""The numbers of a model: what each n-gram adds to each head. Sums and reasons read them, and not each other."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from upstander.review.features import Recipe

__all__ = ["Weights"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """What a linear model of several heads adds up. Nothing about it changes after it is loaded."""

    #: What is scored, in the order of the columns of `score`.
    heads: tuple[str, ...]
    recipe: Recipe
    #: The hashed n-grams that count, in order.
    columns: npt.NDArray[np.uint32]
    #: For each of them and each head what it adds, and its part in the length of the text.
    weights: npt.NDArray[np.int8]
    lengths: npt.NDArray[np.uint8]
    #: For each head: what a weight of 1 is, and what a text with no n-gram has.
    scales: Floats
    biases: Floats
    #: Length that every text has, so that one short word does not weigh like a whole text.
    floor: float

    @cached_property
    def index(self) -> npt.NDArray[np.uint32]:
        """For each column its row in the weights; the row after the last where it has none."""
        index = np.full(self.recipe.columns, len(self.columns), np.uint32)
        index[self.columns] = np.arange(len(self.columns), dtype=np.uint32)
        return index

    @cached_property
    def packed(self) -> list[npt.NDArray[np.int64]]:
        """Weights and lengths as they are added."""
        return _packed(self.weights, self.lengths)


def _packed(weights: npt.NDArray[np.int8], lengths: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.int64]]:
    """The weights packed by threes, and the lengths alone, with a row of nothing after the last.

    Three sums of 21 bits go through one addition. A weight takes eight bits, so some 8,000 n-grams of a text may be
    added before one sum could run into the next; `_sum` cuts longer texts.
    """
    columns = [column.astype(np.int64) for column in (*weights.T, lengths)]
    tables = []
    for first in range(0, len(columns), 3):
        together = np.zeros(len(lengths) + 1, np.int64)
        for place, column in enumerate(columns[first : first + 3]):
            together[:-1] += column << (21 * place)
        tables.append(together)
    return tables
