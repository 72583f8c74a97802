"""Fitting the stance model: rarity, three one-against-the-rest scores, calibration on threads not seen."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.stance_training.sets import Reply
from sklearn.linear_model import LogisticRegression

from upstander.review.stance.model import CLASSES, WORDS, Model, bare
from upstander.review.stance.pairs import Pairs, matrix, pairs, present

__all__ = ["features", "fit", "folds", "stances"]

Rows = npt.NDArray[np.int64]
Likely = npt.NDArray[np.float32]


def features(replies: Sequence[Reply]) -> Pairs:
    """The features of replies."""
    return pairs(pl.Series([row.reply for row in replies]), pl.Series([row.parent for row in replies]))


def stances(replies: Sequence[Reply]) -> Rows:
    """Their stances."""
    return np.array([row.stance for row in replies], np.int64)


def folds(replies: Sequence[Reply], count: int, seed: int) -> Rows:
    """A fold for each reply; a thread stays in one."""
    threads = sorted({row.thread for row in replies})
    drawn = np.random.default_rng(seed).permutation(len(threads)) % count
    fold = dict(zip(threads, drawn.tolist(), strict=True))
    return np.array([fold[row.thread] for row in replies], np.int64)


def fit(replies: Sequence[Reply], *, strength: float = 0.3, parts: int = 5, seed: int = 0) -> tuple[Model, Likely]:
    """A model of `replies`, and what it holds of each of them where neither scores nor calibration saw its thread.

    Calibrated where it is used, on what people answered to what offends, each class as likely as the others.
    """
    made, told = features(replies), stances(replies)
    weight = np.array([row.weight for row in replies])
    judged = np.array([row.calibrates for row in replies])
    fold = folds(replies, parts, seed)
    held = np.zeros((len(replies), len(CLASSES)))
    for part in range(parts):
        inside, outside = np.flatnonzero(fold != part), np.flatnonzero(fold == part)
        rarity, weights, intercepts = _scores(made.take(inside), told[inside], weight[inside], strength)
        held[outside] = matrix(made.take(outside), rarity) @ weights + intercepts
    likely = np.zeros((len(replies), len(CLASSES)), np.float32)
    for part in range(parts):
        others = np.where(fold != part, judged, 0)
        likely[fold == part] = _calibration(held, told, others).predict_proba(held[fold == part])
    calibration = _calibration(held, told, judged)
    rarity, weights, intercepts = _scores(made, told, weight, strength)
    model = Model(
        rarity=rarity.astype(np.float32),
        weights=weights.astype(np.float32),
        intercepts=intercepts.astype(np.float32),
        turn=calibration.coef_.T.astype(np.float32),
        shift=calibration.intercept_.astype(np.float32),
        vocabulary=_vocabulary(replies),
        threshold=0.0,
    )
    return model, likely


def _calibration(scores: npt.NDArray[np.float64], told: Rows, judged: npt.NDArray[np.float64]) -> LogisticRegression:
    """From scores to probabilities, each class as heavy as the others."""
    each = np.bincount(told, weights=judged, minlength=len(CLASSES))
    weight = judged / np.maximum(each, 1)[told]
    used = weight > 0
    weight *= used.sum() / weight.sum()
    return LogisticRegression(C=0.01, max_iter=1000).fit(scores[used], told[used], sample_weight=weight[used])


def _vocabulary(replies: Sequence[Reply]) -> npt.NDArray[np.uint8]:
    """The words of the replies, each in three of them at least: a thread in another language teaches none."""
    # A reply is here once for each turn before it.
    texts = pl.Series(sorted({row.reply for row in replies}))
    times = np.asarray(present(bare(texts), WORDS).sum(axis=0)).ravel()
    return np.packbits(times > 2)


def _scores(
    made: Pairs, told: Rows, weight: npt.NDArray[np.float64], strength: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Rarity of the reply's columns, weights and intercepts of one class against the rest."""
    rows = made.reply.shape[0]
    seen = np.asarray(made.reply.sum(axis=0)).ravel()
    rarity = (np.log((1 + rows) / (1 + seen)) + 1).astype(np.float32)
    # A column that no reply of the set has is no evidence: hashed words of another language stay silent.
    rarity[seen == 0] = 0
    columns = matrix(made, rarity)
    weights = np.zeros((columns.shape[1], len(CLASSES)))
    intercepts = np.zeros(len(CLASSES))
    for place in range(len(CLASSES)):
        one = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", max_iter=300)
        one.fit(columns, told == place, sample_weight=weight)
        weights[:, place], intercepts[place] = one.coef_[0], one.intercept_[0]
    return rarity, weights, intercepts
