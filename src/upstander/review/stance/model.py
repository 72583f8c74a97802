"""The model of stance: three linear scores of a reply and what it answers, calibrated together. CARD.md describes it.

Laughing along is not among its classes: no public set marks it. What is laughter alone is seen and not guessed.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.errors import ReviewError
from upstander.review.features import Recipe, hashed
from upstander.review.stance.own_words import LONGEST
from upstander.review.stance.pairs import Pairs, matrix, pairs
from upstander.review.stance.weights import held

__all__ = ["CLASSES", "WORDS", "Model", "bare", "shipped"]

Numbers = npt.NDArray[np.float32]

#: What it tells apart, in the order of its scores.
CLASSES = ("challenge", "approve", "move_on")

#: Single words, for the vocabulary.
WORDS = Recipe(bits=18, words=1, characters=(0, 0))

#: Pairs weighed at a time: some 100 MB of n-grams at most.
_BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class Model:
    """Weights. A reply's probabilities hold each class to be equally likely before the reply is read."""

    #: By column of the reply: how rare it is.
    rarity: Numbers
    #: Columns (reply, answered, cues) × classes, and what is added to each score.
    weights: Numbers
    intercepts: Numbers
    #: The calibration: scores × classes, and what is added.
    turn: Numbers
    shift: Numbers
    #: Which words the replies that it was fitted on have, by hash: packed bits.
    vocabulary: npt.NDArray[np.uint8]
    #: A stance is shown from this probability on.
    threshold: float

    def likelihoods(self, replies: pl.Series, parents: pl.Series) -> Numbers:
        """How likely each of `CLASSES` is, one row a reply: n × 3, rows sum to 1."""
        blocks = [
            self.weighed(pairs(replies.slice(first, _BLOCK), parents.slice(first, _BLOCK)))
            for first in range(0, len(replies), _BLOCK)
        ]
        return np.concatenate(blocks) if blocks else np.zeros((0, len(CLASSES)), np.float32)

    def speaks(self, replies: pl.Series) -> npt.NDArray[np.bool_]:
        """Whether each reply is of words that the model knows, two in three at least: others it can say nothing of."""
        made = hashed(bare(replies), WORDS)
        seen = np.unpackbits(self.vocabulary)[made.columns.astype(np.int64)]
        total = np.concatenate([[0], np.cumsum(seen, dtype=np.int64)])
        return np.asarray(3 * np.diff(total[made.starts]) >= 2 * np.maximum(np.diff(made.starts), 1))

    def weighed(self, made: Pairs) -> Numbers:
        """The same of pairs that are features already."""
        raw = np.asarray(matrix(made, self.rarity) @ self.weights) + self.intercepts
        turned = raw @ self.turn + self.shift
        grown = np.exp(turned - turned.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)

    def save(self, path: Path) -> None:
        """Write the weights, at half precision."""
        halves = {name: getattr(self, name).astype(np.float16) for name in ("rarity", "weights")}
        whole = {name: getattr(self, name) for name in ("intercepts", "turn", "shift")}
        whole["vocabulary"] = self.vocabulary
        np.savez_compressed(path, threshold=np.float32(self.threshold), **halves, **whole)

    @classmethod
    def load(cls, data: bytes) -> "Model":
        """Read what `save` wrote. Raises `ReviewError` where it is something else."""
        try:
            with np.load(BytesIO(data), allow_pickle=False) as stored:
                named = ("rarity", "weights", "intercepts", "turn", "shift")
                arrays = {name: np.asarray(stored[name], np.float32) for name in named}
                return cls(**arrays, vocabulary=stored["vocabulary"], threshold=float(stored["threshold"]))
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile) as problem:
            raise ReviewError(f"the weights of the stance model cannot be read: {problem}; install again") from problem


def bare(replies: pl.Series) -> pl.Series:
    """The beginnings of replies without punctuation: their words, as the vocabulary has them."""
    return replies.str.slice(0, LONGEST).str.replace_all(r"[^\w\s]", " ")


@cache
def shipped() -> Model:
    """The model that comes with the package. Raises `ReviewError` where it is damaged."""
    return Model.load(held().read_bytes())
