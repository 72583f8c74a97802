"""Rankings to stop: continuous active learning by a plain linear model, kept in the user's cache by set and seed."""

import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.review_certificate.sets import SETS
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from upstander.review.features import Recipe, hashed

__all__ = ["features", "ranking"]

#: Messages that are presumed irrelevant while there is little to learn from.
_PRESUMED = 100
#: A batch grows by a tenth, up to this.
_BATCH = 1000
#: Messages after which it learns no more, and the last model orders the rest: only the largest sets have so many.
_LEARNT = 25_000

_Order = npt.NDArray[np.int32]


def features(texts: pl.Series, recipe: Recipe) -> sparse.csr_matrix:
    """Hashed n-grams of every text, those of one text only left out, weighed by rarity, each row of length one."""
    grams = hashed(texts, recipe)
    columns, places = np.unique(grams.columns, return_inverse=True)
    ones = np.ones(len(places), np.float32)
    made = sparse.csr_matrix((ones, places.astype(np.int32), grams.starts), shape=(len(grams), len(columns)))
    made.sum_duplicates()
    seen = np.bincount(made.indices, minlength=len(columns))
    made = made[:, seen > 1].tocsr()
    rarity = np.log((1 + len(grams)) / (1 + seen[seen > 1])) + 1
    made.data = ((1 + np.log(made.data)) * rarity[made.indices]).astype(np.float32)
    length = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(length, 1e-9)).astype(np.float32) @ made).tocsr()


def ranking(name: str, seed: int, kept: Path, data: Path, made: dict[str, sparse.csr_matrix]) -> npt.NDArray[np.bool_]:
    """Which messages are relevant, in the order in which the ranking shows them; from the cache where it is there."""
    path = kept / f"{name.replace(' ', '-')}-{seed}.npy"
    if not path.exists():
        texts, relevant = SETS[name](data)
        if name not in made:
            made.clear()
            made[name] = features(texts, Recipe())
        begun = time.process_time()
        order = _order(made[name], relevant, np.random.default_rng(seed))
        kept.mkdir(parents=True, exist_ok=True)
        np.save(path, relevant[order])
        print(f"{name}, ranking {seed}: {time.process_time() - begun:.0f} CPU s", file=sys.stderr, flush=True)
    shown: npt.NDArray[np.bool_] = np.load(path)
    return shown


def _order(rows: sparse.csr_matrix, relevant: npt.NDArray[np.bool_], draw: np.random.Generator) -> _Order:
    """Every message in the order of its showing; one relevant message is known at the beginning.

    Once all relevant ones are shown the order of the others changes nothing that is measured, and is left by chance.
    """
    count = len(relevant)
    shown = np.zeros(count, bool)
    order = [int(draw.choice(np.flatnonzero(relevant)))]
    shown[order[0]] = True
    batch = 1.0
    while relevant[~shown].any():
        scores = _scores(rows, relevant, shown, order, draw)
        scores[shown] = -np.inf
        if len(order) > _LEARNT:
            return np.concatenate([order, np.argsort(-scores, kind="stable")[: count - len(order)]]).astype(np.int32)
        size = min(int(batch), count - len(order))
        best = np.argpartition(-scores, size - 1)[:size]
        best = best[np.argsort(-scores[best], kind="stable")]
        order += best.tolist()
        shown[best] = True
        batch = min(_BATCH, batch + np.ceil(batch / 10))
    return np.concatenate([order, draw.permutation(np.flatnonzero(~shown))]).astype(np.int32)


def _scores(
    rows: sparse.csr_matrix,
    relevant: npt.NDArray[np.bool_],
    shown: npt.NDArray[np.bool_],
    order: list[int],
    draw: np.random.Generator,
) -> npt.NDArray[np.float32]:
    unseen = np.flatnonzero(~shown)
    presumed = draw.choice(unseen, min(_PRESUMED, len(unseen)), replace=False)
    learnt = np.concatenate([order, presumed]).astype(np.int64)
    labels = np.concatenate([relevant[order], np.zeros(len(presumed), bool)])
    part = rows[learnt]
    used = np.flatnonzero(np.bincount(part.indices, minlength=rows.shape[1]))
    place = np.zeros(rows.shape[1], np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    small = sparse.csr_matrix((part.data, place[part.indices], part.indptr), shape=(len(learnt), len(used)))
    model = LogisticRegression(solver="liblinear", dual=True, class_weight="balanced", C=1.0, tol=0.01, max_iter=200)
    model.fit(small, labels)
    weights = np.zeros(rows.shape[1], np.float32)
    weights[used] = model.coef_[0].astype(np.float32)
    return np.asarray(rows @ weights)
