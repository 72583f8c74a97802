"""Fits the heads: log-count ratios, a linear model on them, folds for calibration, and the file that ships.

An n-gram's value in a text is `√idf` (twice that for words and pairs of words), over the length of the text in these
values; times a power of its log-count ratio for the head, in the sense of NB-SVM; and logistic regression finds what
each adds. Two powers are averaged. Everything multiplies out into one number an n-gram and head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import scipy.sparse as sp
from benchmarks.triage_training.identities import identity_columns
from sklearn.linear_model import LogisticRegression

from upstander.review.features import Recipe, hashed
from upstander.review.features.hashing import streams
from upstander.review.folding import folded

__all__ = ["RECIPE", "Features", "Fitted", "Settings", "features", "fit", "matrix"]

#: What is taken from a text.
RECIPE = Recipe(bits=22, words=2, characters=(3, 5), apart=True, spelt=True)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the recipe may be told."""

    #: Texts that an n-gram is in, at least.
    seen: int = 3
    #: How much a word counts beside a run of characters.
    words: float = 2.0
    #: Fits that are averaged: the power of the log-count ratio, and the strength of the fit (less is smoother).
    fits: tuple[tuple[float, float], ...] = ((0.5, 4.0), (1.0, 2.0))
    #: Length that every text has, in the units of `lengths`.
    floor: float = 4000.0


@dataclass(frozen=True, slots=True)
class Features:
    """The n-grams that count, and the length of each, in quarters."""

    columns: npt.NDArray[np.uint32]
    lengths: npt.NDArray[np.uint8]


def matrix(texts: Sequence[str], recipe: Recipe = RECIPE) -> Any:
    """Counts of n-grams, one row a text, as CSR."""
    found = hashed(pl.Series(texts, dtype=pl.String), recipe)
    counts = sp.csr_matrix(
        (np.ones(len(found.columns)), found.columns.astype(np.int64), found.starts),
        shape=(len(texts), recipe.columns),
    )
    counts.sum_duplicates()
    return counts


def features(counts: Any, texts: Sequence[str], settings: Settings) -> Features:
    """The n-grams seen often enough in these texts."""
    seen = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.flatnonzero(seen >= settings.seen).astype(np.uint32)
    squared = np.log((1 + counts.shape[0]) / (1 + seen[columns])) + 1
    squared[np.isin(columns, _words(texts))] *= settings.words**2
    return Features(columns, np.minimum(np.rint(4 * squared), 255).astype(np.uint8))


def _words(texts: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Columns of words and pairs of words."""
    only = Recipe(bits=RECIPE.bits, words=RECIPE.words, characters=(0, 0), apart=RECIPE.apart, spelt=RECIPE.spelt)
    return np.unique(np.concatenate([found for found, _ in streams(folded(pl.Series(texts)), only)]))


@dataclass(frozen=True, slots=True)
class Fitted:
    """One head: what each n-gram adds, and what a text without any has."""

    weights: Floats
    bias: float

    def raw(self, values: Any) -> Floats:
        """Raw scores of rows of `valued`."""
        return np.asarray(values @ self.weights + self.bias)


def valued(counts: Any, chosen: Features, settings: Settings) -> tuple[Any, Floats]:
    """Counts of the chosen n-grams over the length of their text; and the value of each n-gram."""
    own = counts[:, chosen.columns.astype(np.int64)]
    length = np.sqrt(settings.floor + own @ chosen.lengths.astype(np.float64))
    length[length == 0] = 1
    return (sp.diags(1 / length) @ own).tocsr(), np.sqrt(chosen.lengths.astype(np.float64))


def fit(
    values: Any,
    worth: Floats,
    positive: npt.NDArray[np.bool_],
    settings: Settings,
    *,
    counts: Floats | None = None,
    masked: npt.NDArray[np.bool_] | None = None,
    left: float = 0.0,
    scaled: bool = True,
) -> Fitted:
    """Fit one head on rows of `valued`; of n-grams that are `masked` only so much is left.

    With `counts` a row counts so much beside the others.
    """
    present = values.copy()
    present.data = np.ones_like(present.data)
    hits, misses = int(positive.sum()), int((~positive).sum())
    within = (np.asarray(present[positive].sum(0)).ravel() + 1) / (hits + 2)
    without = (np.asarray(present[~positive].sum(0)).ravel() + 1) / (misses + 2)
    ratio = np.log(within / without)
    total = Fitted(np.zeros(len(worth)), 0.0)
    for power, strength in settings.fits:
        factor = np.sign(ratio) * np.abs(ratio) ** power * worth if power else (ratio != 0) * worth
        if masked is not None:
            factor[masked] *= left
        linear = LogisticRegression(C=strength, solver="liblinear", tol=1e-3, class_weight="balanced", random_state=1)
        linear.fit(values @ sp.diags(factor), positive, sample_weight=counts)
        one = Fitted(linear.coef_.ravel() * factor, float(linear.intercept_[0]))
        # Each counts as much as the others, however far its scores are spread.
        spread = (float(np.std(one.raw(values))) if scaled else 1.0) * len(settings.fits)
        total = Fitted(total.weights + one.weights / spread, total.bias + one.bias / spread)
    return total


def masked(chosen: Features, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which of the n-grams are those of a word that only names a group."""
    return np.isin(chosen.columns, identity_columns(RECIPE, pl.Series(texts)))
