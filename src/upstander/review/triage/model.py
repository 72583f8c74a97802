"""The model: what each n-gram adds to each head, and how a sum becomes a calibrated score.

The raw score of a text for a head is `bias + scale · Σ weight / √(floor + Σ value²)`, over its n-grams; `weight` and
`value²` are whole numbers, so that sums are exact and the same on every machine.
"""

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.errors import BadModel
from upstander.review.features import Recipe
from upstander.review.triage import reasons
from upstander.review.triage.calibration import calibrated
from upstander.review.triage.scoring import Sums, summed
from upstander.review.triage.weights import Weights

__all__ = ["WEIGHTS", "Model", "load", "shipped"]

#: The file of the model that travels with the package.
WEIGHTS = "weights.npz"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Model(Weights):
    """A linear model of several heads. Nothing about it changes after it is loaded."""

    #: For each head the raw scores and the log-odds that its calibration runs through.
    knots: Floats
    odds: Floats
    #: For each head the score from which a message counts as flagged, where something is counted.
    thresholds: Floats
    #: SHA-256 of the file it came from.
    digest: str

    def score(self, texts: pl.Series) -> npt.NDArray[np.float32]:
        """The calibrated score of every text for every head, from 0 to 1."""
        return calibrated(self.raw(texts), self.knots, self.odds)

    def raw(self, texts: pl.Series) -> Floats:
        """The sum behind the score of every text for every head."""
        return self.weighed(summed(self, texts))

    def weighed(self, sums: Sums) -> Floats:
        """Raw scores from the sums of weights and of lengths."""
        length = np.sqrt(self.floor + sums.lengths)
        return np.asarray(self.biases + self.scales * sums.weights / length[:, None])

    def reasons(self, text: str, head: str) -> list[reasons.Span]:
        """The spans of `text` that made its raw score for `head`, and how much each added. Raises `BadModel`."""
        return reasons.spans(self, text, self.column(head))

    def column(self, head: str) -> int:
        """Place of the head called so. Raises `BadModel`."""
        if head not in self.heads:
            raise BadModel(f"the model has no head {head}; it has {', '.join(self.heads)}")
        return self.heads.index(head)


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model that travels with the package."""
    return _read(files("upstander.review.triage").joinpath(WEIGHTS).read_bytes(), WEIGHTS)


def load(path: Path) -> Model:
    """The model in a file that the recipe of training wrote. Raises `BadModel`."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BadModel(f"the model {path} cannot be read ({problem.strerror}); train one or leave it out") from problem
    return _read(content, path.name)


def _read(content: bytes, name: str) -> Model:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            made = {key: held[key] for key in held.files}
        bits, words, shortest, longest, apart, spelt = (int(value) for value in made["recipe"])
        model = Model(
            heads=tuple(str(head) for head in made["heads"]),
            recipe=Recipe(bits=bits, words=words, characters=(shortest, longest), apart=bool(apart), spelt=bool(spelt)),
            columns=np.cumsum(made["steps"], dtype=np.uint32),
            weights=np.ascontiguousarray(made["weights"].T),
            lengths=made["lengths"],
            scales=made["scales"],
            biases=made["biases"],
            floor=float(made["floor"]),
            knots=made["knots"],
            odds=made["odds"],
            thresholds=made["thresholds"],
            digest=hashlib.sha256(content).hexdigest(),
        )
        _check(model)
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile, zlib.error) as problem:
        raise BadModel(f"{name} is no model that this version reads ({problem}); train it again") from problem
    return model


def _check(model: Model) -> None:
    """Raise `ValueError` where the parts of a model do not fit each other."""
    heads, columns = len(model.heads), len(model.columns)
    each = (model.scales, model.biases, model.thresholds, model.knots, model.odds)
    if (
        model.weights.shape != (columns, heads)
        or len(model.lengths) != columns
        or {len(part) for part in each} != {heads}
    ):
        raise ValueError("its parts are of different sizes")
    if not 1 <= model.recipe.bits <= 26 or (np.diff(model.columns.astype(np.int64)) <= 0).any():
        raise ValueError("its n-grams are out of order")
    if columns and model.columns[-1] >= model.recipe.columns:
        raise ValueError("it has n-grams beyond its own number")
    if model.floor <= 0 or model.knots.shape != model.odds.shape or (np.diff(model.knots, axis=1) <= 0).any():
        raise ValueError("its calibration does not rise")
