"""A reply and what it answers as numbers: hashed n-grams of the reply, words of what it answers apart, and cues."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse

from upstander.review.features import Recipe, hashed
from upstander.review.stance.cues import CUES, cues
from upstander.review.stance.own_words import LONGEST, own_words

__all__ = ["ANSWERED", "REPLY", "Pairs", "matrix", "pairs", "present"]

#: n-grams of the reply, and words of the answered message: columns of their own, so that no word means both.
REPLY = Recipe(bits=16, words=2, characters=(2, 5))
ANSWERED = Recipe(bits=13, words=1, characters=(0, 0))

#: How much the answered message's words, and the cues, weigh beside the reply's n-grams, whose norm is 1.
ANSWERED_WEIGHT = 0.5
CUES_WEIGHT = 6 / float(np.sqrt(len(CUES)))

#: Sparse matrices, which SciPy has no types for.
Matrix = Any


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs before they are weighted: which columns are there, and the cues."""

    reply: Matrix
    answered: Matrix
    cues: npt.NDArray[np.float32]

    def take(self, rows: npt.NDArray[np.int64]) -> "Pairs":
        """The pairs at `rows`."""
        return Pairs(self.reply[rows], self.answered[rows], self.cues[rows])


def pairs(replies: pl.Series, parents: pl.Series) -> Pairs:
    """The pairs of each reply and what it answers, position by position; null is no text."""
    answered = parents.fill_null("").str.slice(0, LONGEST)
    own = pl.Series(
        [own_words(reply, parent) for reply, parent in zip(replies.fill_null(""), answered, strict=True)],
        dtype=pl.String,
    )
    return Pairs(present(own, REPLY), present(answered, ANSWERED), cues(own, answered))


def present(texts: pl.Series, recipe: Recipe) -> Matrix:
    """Which columns of `recipe` each text has, as a sparse matrix of ones."""
    made = hashed(texts, recipe)
    ones = np.ones(len(made.columns), np.float32)
    found = sparse.csr_matrix(
        (ones, made.columns.astype(np.int32), made.starts), shape=(len(made), recipe.columns), dtype=np.float32
    )
    found.sum_duplicates()
    found.data[:] = 1
    return found


def matrix(made: Pairs, rarity: npt.NDArray[np.float32]) -> Matrix:
    """Pairs as the model weighs them: the reply's columns by `rarity`, each block of a text of length 1."""
    return sparse.hstack(
        [
            _unit(made.reply @ sparse.diags_array(rarity.astype(np.float32))),
            _unit(made.answered) * np.float32(ANSWERED_WEIGHT),
            sparse.csr_matrix(made.cues * np.float32(CUES_WEIGHT)),
        ],
        format="csr",
    )


def _unit(rows: Matrix) -> Matrix:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel()
    lengths[lengths == 0] = 1
    return sparse.diags_array((1 / lengths).astype(np.float32)) @ rows
