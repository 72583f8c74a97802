"""Rankings to stop: ranked reading as the program does it, kept in the user's cache by what made them."""

import hashlib
import sys
import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.review_certificate.sets import SETS

import upstander.review
from upstander.review.queue.matrix import Indices, Matrix, matrix
from upstander.review.queue.twins import twins
from upstander.review.queue.wordings import leaders, wordings
from upstander.review.simulation.replay import replay

__all__ = ["Labelled", "Ranking", "Rankings", "labelled", "made_by"]

#: What makes a ranking, beside the texts, their labels and the seed: these parts of the program, and libraries.
_PARTS = ("queue/*.py", "features/*.py", "folding.py", "simulation/replay.py")
_LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy")

_Flags = npt.NDArray[np.bool_]
_Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled set as a case has it: messages that have words, and for each its wording and whether it is relevant.

    Messages with the very same words have one label, for one reading decides them all: that which most of them have.
    """

    name: str
    texts: pl.Series
    wording: _Places
    relevant: _Flags
    #: Of the texts and their labels, so that other data are another ranking.
    digest: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """For each message the reading by rank that decides it, counted from 0, and whether it is relevant.

    One reading decides all messages with the same words, so that there are as many readings as wordings.
    """

    place: _Places
    relevant: _Flags


def labelled(name: str, data: Path) -> Labelled:
    """A set by its name."""
    texts, relevant = SETS[name](data)
    texts = texts.cast(pl.String).fill_null("")
    words = (texts.str.strip_chars() != "").to_numpy()
    texts, relevant = texts.filter(words), relevant[words]
    wording = wordings(texts)
    copies = np.bincount(wording)
    relevant = (2 * np.bincount(wording, weights=relevant) >= copies)[wording]
    digest = hashlib.sha256(relevant.tobytes())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return Labelled(name, texts, wording, relevant, digest.hexdigest()[:16])


@cache
def made_by() -> str:
    """Digest of the program's parts that make a ranking, of this file and of the libraries they use."""
    review = Path(upstander.review.__file__).parent
    files = sorted({Path(__file__), *(file for part in _PARTS for file in review.glob(part))})
    digest = hashlib.sha256(" ".join(version(library) for library in _LIBRARIES).encode())
    for file in files:
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


class Rankings:
    """The rankings of one set."""

    def __init__(self, of: Labelled, kept: Path) -> None:
        """Nothing is made before it is asked for."""
        self.of, self.kept = of, kept
        self._features: Matrix | None = None
        self._alike: Indices = np.zeros(0, np.int64)

    def __call__(self, seed: int) -> Ranking:
        """The ranking of a seed; from the cache where it is there."""
        path = self.kept / f"{self.of.name.replace(' ', '-')}-{seed}-{self.of.digest}-{made_by()}.npy"
        if not path.exists():
            begun = time.process_time()
            place = self._made(seed)
            self.kept.mkdir(parents=True, exist_ok=True)
            np.save(path, place)
            took = time.process_time() - begun
            print(f"{self.of.name}, ranking {seed}: {took:.0f} CPU s", file=sys.stderr, flush=True)
        return Ranking(np.load(path), self.of.relevant)

    def _made(self, seed: int) -> _Places:
        """The queue of a case, begun with one relevant message and one other, read until nothing relevant is left.

        It runs without the random stream: what that draws teaches nothing, so that the ranking is the same with any.
        The first ranking is left out, for its model has learnt from some of these sets. What is left in the end is
        irrelevant, and its order changes nothing that is measured: it is left by chance.
        """
        wording, relevant = self.of.wording, self.of.relevant
        first = leaders(wording)
        different = self.of.texts.gather(first)
        if self._features is None:
            self._features, self._alike = matrix(different), twins(different)
        draw = np.random.default_rng(seed)
        known = np.array([draw.choice(np.flatnonzero(relevant)), draw.choice(np.flatnonzero(~relevant))])
        total = int(relevant[first].sum())
        read = replay(
            self._features,
            relevant,
            seed=seed,
            rows=wording,
            twins=self._alike,
            every=0,
            first=known,
            watch=lambda state: int(relevant[state.read].sum()) == total,
        ).read
        order = wording[read]
        left = np.setdiff1d(np.arange(len(first)), order)
        place = np.empty(len(first), np.int32)
        place[np.concatenate([order, draw.permutation(left)])] = np.arange(len(first))
        return place[wording]
