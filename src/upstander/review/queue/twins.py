"""Messages that say the same: read once. The same words whatever their case and signs, or nearly so if they are long.

Near ones are found by MinHash on words and pairs: the same smallest hashes in one of several bands, and then most of
their n-grams in common. A short message is the same only where every word is: one word may turn its sense.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import Recipe, hashed
from upstander.review.folding import folded
from upstander.review.queue.matrix import Indices

__all__ = ["same", "twins"]

#: Words from which on a message may be nearly the same as another, and the share of n-grams they must have in common.
LONG, ALIKE = 12, 0.85

_BANDS, _EACH = 8, 3
_RECIPE = Recipe(bits=31, words=2, characters=(0, 0))


def same(texts: pl.Series) -> Indices:
    """For each text the place of the first one with the same words; a text without words is like itself only."""
    bare = folded(texts).str.replace_all(r"[\p{P}\s]+", " ").str.strip_chars(" ")
    frame = pl.DataFrame({"bare": bare}).with_row_index("place")
    first = frame.select(
        pl.when(pl.col("bare") == "").then("place").otherwise(pl.col("place").min().over("bare")).alias("first")
    )
    return first["first"].to_numpy().astype(np.int64)


def twins(texts: pl.Series) -> Indices:
    """For each text the place of the first that says the same or, where it is long, nearly the same."""
    first = same(texts)
    own = np.flatnonzero(first == np.arange(len(first)))
    words = folded(texts.gather(own)).str.count_matches(r"\S+").to_numpy()
    long = own[words >= LONG]
    if len(long) < 2:
        return first
    made = hashed(texts.gather(long), _RECIPE)
    sets = [np.unique(made.columns[a:b]) for a, b in zip(made.starts[:-1], made.starts[1:], strict=True)]
    for left, right in _candidates(made.columns, made.starts):
        if first[long[right]] != long[right]:
            continue
        common = len(np.intersect1d(sets[left], sets[right], assume_unique=True))
        if common >= ALIKE * (len(sets[left]) + len(sets[right]) - common):
            first[long[right]] = first[long[left]]
    return first[first]


def _candidates(columns: npt.NDArray[np.uint32], starts: Indices) -> Iterable[tuple[int, int]]:
    """Pairs (earlier, later) that share a band of smallest hashes; each later one with the first of its bucket."""
    chance = np.random.default_rng(0)
    found: set[tuple[int, int]] = set()
    for _ in range(_BANDS):
        band = np.zeros(len(starts) - 1, np.uint64)
        for _ in range(_EACH):
            factor = np.uint64(int(chance.integers(1, 1 << 62)) * 2 + 1)
            mixed = (columns.astype(np.uint64) + np.uint64(1)) * factor
            mixed ^= mixed >> np.uint64(29)
            least = np.minimum.reduceat(mixed * factor, starts[:-1])
            band = band * np.uint64(0x9E3779B97F4A7C15) ^ least
        _, leader, which = np.unique(band, return_index=True, return_inverse=True)
        later = np.flatnonzero(leader[which] != np.arange(len(band)))
        found.update(zip(leader[which][later].tolist(), later.tolist(), strict=True))
    return sorted(found, key=lambda pair: (pair[1], pair[0]))
