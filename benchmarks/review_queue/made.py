"""A haystack as short as chat, made of the texts of EDOS, with its threats at the end."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.review_certificate.sets import SETS

__all__ = ["haystack"]


def haystack(folder: Path, size: int) -> tuple[pl.Series, npt.NDArray[np.bool_]]:
    """`size` messages, the threats last, and which they are."""
    texts, relevant = SETS["EDOS threats"](folder)
    threats = texts.filter(pl.Series(relevant))
    made = pl.concat([_lines(texts.filter(pl.Series(~relevant)), size - len(threats)), threats])
    return made, np.arange(len(made)) >= len(made) - len(threats)


def _lines(texts: pl.Series, size: int) -> pl.Series:
    """Short lines as a chain of word pairs of the texts makes them; the same each time."""
    draw = np.random.default_rng(20_261_126)
    follows: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for before, word in pairwise(["", *text.split(), ""]):
            follows[before].append(word)
    chances = iter(draw.random(size * 14).tolist())
    lines = []
    for length in draw.integers(2, 14, size).tolist():
        line: list[str] = []
        word = ""
        for _ in range(length):
            after = follows[word]
            word = after[int(next(chances) * len(after))]
            if not word:
                break
            line.append(word)
        lines.append(" ".join(line))
    return pl.Series(lines)
