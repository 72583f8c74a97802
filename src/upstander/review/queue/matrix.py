"""The features of every message without their values: columns only, so that a million messages fit into a gigabyte.

What an n-gram counts is the same wherever it stands, the rarer the more, and is kept once a column. Each message's
words and its characters are two halves that weigh the same, however many there are of each.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import Recipe, hashed
from upstander.review.folding import folded

__all__ = ["RECIPE", "Floats", "Indices", "Matrix", "bare", "bare_in_place", "even", "kept", "matrix"]

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

#: What ranked reading reads: words, pairs of words, and three to five characters.
RECIPE = Recipe(bits=20, words=2, characters=(3, 5))

#: N-grams that are worked on at a time.
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Matrix:
    """Features of messages: the words of message `i` are `columns[bounds[2i]:bounds[2i+1]]`, then its characters."""

    columns: npt.NDArray[np.uint32]
    bounds: Indices
    #: What an n-gram of each column counts.
    rarity: Floats
    #: What each half of each message is multiplied by.
    scale: Floats

    def __len__(self) -> int:
        """Number of messages."""
        return len(self.bounds) // 2

    def scores(self, weights: Floats) -> Floats:
        """The product of every message with `weights`, one for each column."""
        halves: Floats = _summed(self.columns, self.bounds, weights * self.rarity) * self.scale
        return halves[0::2] + halves[1::2]

    def rows(self, chosen: Indices) -> tuple[npt.NDArray[np.uint32], Floats, Indices]:
        """The columns of the chosen messages one after the other, their values, and how many each message has."""
        halves = np.stack([2 * chosen, 2 * chosen + 1], axis=1).ravel()
        counts = self.bounds[halves + 1] - self.bounds[halves]
        places = np.repeat(self.bounds[halves] - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        columns = self.columns[places]
        return columns, self.rarity[columns] * np.repeat(self.scale[halves], counts), counts.reshape(-1, 2).sum(axis=1)


#: Signs that part words, and signs that may mask a letter and are no part of a word at its ends.
_PARTS = r"""[,;:!?/\\|()\[\]{}<>"“”…—]"""
_ENDS = r"[.*_\-#'’@$~^+=&%`]+"
_AFTER, _BEFORE = rf"{_ENDS}(\s|$)", rf"(^|\s){_ENDS}"


def bare(texts: pl.Series) -> pl.Series:
    """The texts without the signs around their words: `women.` and `women` are one. Masked words stay as they are."""
    return texts.fill_null("").str.replace_all(_PARTS, " ").str.replace_all(_AFTER, " ").str.replace_all(_BEFORE, " ")


def bare_in_place(text: str) -> str:
    """The same of one text, with every sign that is taken off as a space, so that each character keeps its place."""
    for pattern in (_PARTS, _AFTER, _BEFORE):
        text = re.sub(pattern, lambda found: " " * len(found[0]), text)
    return text


def matrix(texts: pl.Series, recipe: Recipe = RECIPE) -> Matrix:
    """The features of texts."""
    texts = bare(texts)
    made = hashed(texts, recipe)
    words = folded(texts).str.count_matches(r"\S+").to_numpy().astype(np.int64)
    # Words, pairs of them, threes: one less of each.
    lead = sum(np.maximum(words - less, 0) for less in range(recipe.words))
    bounds = np.empty(2 * len(texts) + 1, np.int64)
    bounds[0::2] = made.starts
    bounds[1::2] = made.starts[:-1] + lead
    often = np.bincount(made.columns, minlength=recipe.columns) if len(made.columns) else np.zeros(recipe.columns)
    rarity = (np.log((1 + len(texts)) / (1 + np.minimum(often, len(texts)))) + 1).astype(np.float32)
    squares = _summed(made.columns, bounds, rarity * rarity)
    return Matrix(made.columns, bounds, rarity, (1 / np.sqrt(np.maximum(squares, 1e-6))).astype(np.float32))


def even(scores: npt.NDArray[Any]) -> Floats:
    """Scores with a middle of 0 and a spread of 1, so that a first ranking counts the same whoever made it."""
    if not len(scores):
        return np.zeros(0, np.float32)
    made: Floats = ((scores - scores.mean()) / max(float(scores.std()), 1e-6)).astype(np.float32)
    return made


def kept(folder: Path, texts: pl.Series, digest: str) -> Matrix:
    """The features of texts, read from `folder` where they were made before from what `digest` names."""
    names = ("columns", "bounds", "rarity", "scale")
    whole = folder / digest
    if not (whole / "whole").exists():
        made = matrix(texts)
        whole.mkdir(parents=True, exist_ok=True)
        for name in names:
            np.save(whole / f"{name}.npy", getattr(made, name))
        (whole / "whole").touch()
    return Matrix(*(np.load(whole / f"{name}.npy", mmap_mode="r") for name in names))


def _summed(columns: npt.NDArray[np.uint32], bounds: Indices, weights: Floats) -> Floats:
    """For every stretch between two bounds the sum of its columns' weights."""
    out = np.zeros(len(bounds) - 1, np.float32)
    first = 0
    while first < len(out):
        # At least one stretch, and otherwise as many as fit the block.
        last = int(np.searchsorted(bounds, bounds[first] + _BLOCK, side="right")) - 1
        last = min(max(last, first + 1), len(out))
        begin, end = int(bounds[first]), int(bounds[last])
        if end > begin:
            some = np.flatnonzero(bounds[first + 1 : last + 1] > bounds[first:last])
            out[first + some] = np.add.reduceat(weights[columns[begin:end]], bounds[first + some] - begin)
        first = last
    return out
