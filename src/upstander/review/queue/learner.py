"""What the queue learns from what was read: a logistic regression, trained on the columns that were seen."""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.review.queue.matrix import Floats, Indices, Matrix

__all__ = ["Learned", "learn", "warm"]

#: How little the weights are held back, and how exact they are worked out: an order needs no more.
_STRENGTH, _EXACT = 1.0, 0.1


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights of columns, and of the first ranking."""

    weights: Floats
    prior: float

    def scores(self, matrix: Matrix) -> Floats:
        """The score of every row without the first ranking: an order, no probability."""
        return matrix.scores(self.weights)


def learn(matrix: Matrix, chosen: Indices, relevant: npt.NDArray[np.bool_], prior: Floats | None) -> Learned:
    """Weights that tell the relevant of the chosen rows from the rest; both kinds must be there.

    `prior` is the first ranking of the chosen.
    """
    # Loaded where something is learnt: a queue that has nothing to learn from yet opens without it.
    from scipy.sparse import csr_matrix, hstack
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    columns, values, counts = matrix.rows(chosen)
    # Columns that were seen, in order, and for each n-gram which of them it is: a table is faster than sorting.
    there = np.zeros(len(matrix.rarity), np.bool_)
    there[columns] = True
    seen = np.flatnonzero(there)
    number = np.zeros(len(there), np.int32)
    number[seen] = np.arange(len(seen), dtype=np.int32)
    compact = number[columns]
    if not len(seen):
        # Messages without anything to learn from: all are alike.
        return Learned(np.zeros(len(matrix.rarity), np.float32), 0.0 if prior is None else 1.0)
    starts = np.concatenate([[0], np.cumsum(counts)])
    rows = csr_matrix((values.astype(np.float64), compact, starts), shape=(len(chosen), len(seen)))
    rows.sum_duplicates()
    if prior is not None:
        rows = hstack([rows, csr_matrix(prior.reshape(-1, 1).astype(np.float64))], format="csr")
    model = LogisticRegression(
        solver="liblinear", dual=True, C=_STRENGTH, class_weight="balanced", random_state=0, tol=_EXACT, max_iter=200
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, relevant)
    found = model.coef_[0]
    weights = np.zeros(len(matrix.rarity), np.float32)
    weights[seen] = found[: len(seen)]
    return Learned(weights, 0.0 if prior is None else float(found[-1]))


def warm() -> None:
    """Load what learns, and learn once from two rows, so that no ranking is timed with the loading in it."""
    few = Matrix(np.array([0, 1], np.uint32), np.array([0, 1, 1, 2, 2]), np.ones(2, np.float32), np.ones(4, np.float32))
    learn(few, np.array([0, 1]), np.array([True, False]), None).scores(few)
