"""The plain linear model that the first ranking is measured beside: the same n-grams and sets, trained the naive way.

No log-count ratios, no neutral sentences about groups, nothing masked, no calibration: a balanced logistic regression
on tf-idf, and its one half as the threshold.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.triage_training.fit import Features, Fitted, Settings, features, fit, matrix, valued
from benchmarks.triage_training.heads import HEAD_SETTINGS
from benchmarks.triage_training.sets import HEADS, rows
from benchmarks.triage_training.train import training_rows

__all__ = ["Naive", "naive"]

_SETTINGS = Settings(words=1.0, fits=((0.0, 1.0),), floor=0.0)

Floats = npt.NDArray[np.float64]


class Naive:
    """Scores like the model's, without a calibration."""

    def __init__(self, heads: tuple[str, ...], chosen: Features, fitted: list[Fitted]) -> None:
        """As many fits as heads."""
        self.heads, self._chosen, self._fitted = heads, chosen, fitted
        self.thresholds = np.full(len(fitted), 0.5)

    def score(self, texts: pl.Series) -> Floats:
        """What balanced logistic regression takes for a probability."""
        values, _ = valued(matrix(texts.fill_null("").to_list()), self._chosen, _SETTINGS)
        raw = np.stack([head.raw(values) for head in self._fitted], axis=1)
        return np.asarray(1 / (1 + np.exp(-raw)))


def naive(data: Path, wanted: tuple[str, ...] = HEADS, *, home_only: bool = False) -> Naive:
    """Train it on every set of real texts that a head of the shipped model learns from, or on its home sets alone."""
    every = [row for row in training_rows(rows(data)) if row.origin not in ("madlibs", "statements", "contrasts")]
    texts = [row.text for row in every]
    counts = matrix(texts)
    chosen = features(counts, texts, _SETTINGS)
    values, worth = valued(counts, chosen, _SETTINGS)
    origin = np.array([row.origin for row in every])
    fitted = []
    for head in wanted:
        label = np.array([row.labels.get(head, -1) for row in every])
        how = HEAD_SETTINGS[head]
        own = np.flatnonzero((label >= 0) & np.isin(origin, how.home if home_only else [*how.home, *how.also]))
        fitted.append(fit(values[own], worth, label[own] == 1, _SETTINGS, scaled=False))
    return Naive(wanted, chosen, fitted)
