"""Hashed n-grams of many texts at once, in NumPy: a sum over powers makes every n-gram's hash a difference.

With `S[i]` the sum of `byte[j] · B^j` over `j < i` (modulo 2^64), bytes `i … i+n` hash to `(S[i+n] - S[i]) · B^-i`,
whatever `n`: a word as well as a run of three. Work and memory grow with the bytes of the text and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features.spelling import exclaimed, spelt
from upstander.review.folding import folded

__all__ = ["Hashed", "Recipe", "hashed", "streams"]

Hashes = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
_Words = npt.NDArray[np.uint64]

#: Bytes of text that are worked on at a time: their 64-bit sums stay some 64 MB.
CHUNK = 1 << 21

#: What may be a word of its own: punctuation, symbols and emoji, by ranges that every regular expression reads alike.
APART = (
    r"[.,;:!?\"()\[\]{}<>/\\|~^=\u2013\u2014\u2018\u201c-\u201e\u2026"
    r"\u2190-\u2bff\u3000-\u303f\U0001f000-\U0001faff]"
)

_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = 0xD6E8FEB86659FD93
_SPACE = 0x20


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which n-grams are taken, and into how many columns they are hashed."""

    #: Columns are 2^bits.
    bits: int = 20
    #: Words, and runs of up to so many words.
    words: int = 2
    #: Runs of characters (bytes of UTF-8) within a word and the spaces around it: from, to; none where both are 0.
    characters: tuple[int, int] = (3, 5)
    #: Whether punctuation and emoji are words of their own; signs that mask a word or tag one stay in it.
    apart: bool = False
    #: Whether digits and signs within a word are read as the letters that they pass for (`spelling.spelt`).
    spelt: bool = False

    @property
    def columns(self) -> int:
        """Number of columns."""
        return 1 << self.bits


@dataclass(frozen=True, slots=True)
class Hashed:
    """The n-grams of texts: those of text `i` are `columns[starts[i]:starts[i + 1]]`, one that comes twice is twice."""

    recipe: Recipe
    columns: Hashes
    starts: Counts

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.starts) - 1


def hashed(texts: pl.Series, recipe: Recipe) -> Hashed:
    """The n-grams of every text, in the order words, pairs, then runs of characters from short to long."""
    columns: list[Hashes] = []
    counts: list[Counts] = []
    for block in _chunks(folded(texts)):
        found, each = _hashed(block, recipe)
        columns.append(found)
        counts.append(each)
    starts = np.zeros(len(texts) + 1, np.int64)
    if counts:
        np.cumsum(np.concatenate(counts), out=starts[1:])
    return Hashed(recipe, np.concatenate(columns) if columns else np.zeros(0, np.uint32), starts)


def _chunks(texts: pl.Series) -> Iterator[pl.Series]:
    """Runs of texts of about `CHUNK` bytes; a longer text is a run of its own."""
    ends = texts.str.len_bytes().cum_sum().to_numpy()
    first = 0
    while first < len(texts):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + CHUNK, side="right")), first + 1)
        yield texts.slice(first, last - first)
        first = last


def _hashed(texts: pl.Series, recipe: Recipe) -> tuple[Hashes, Counts]:
    """Columns of one run of texts, text by text, and how many each has."""
    made = list(streams(texts, recipe))
    lengths = [counts for _, counts in made]
    each: Counts = np.asarray(np.sum(lengths, axis=0, dtype=np.int64)).reshape(-1)
    starts = np.concatenate([[0], np.cumsum(each)])
    out = np.empty(int(starts[-1]), np.uint32)
    at = starts[:-1].copy()
    for columns, counts in made:
        own = np.cumsum(counts) - counts
        out[np.arange(len(columns)) + np.repeat(at - own, counts)] = columns
        at += counts
    return out, each


def streams(texts: pl.Series, recipe: Recipe) -> Iterator[tuple[Hashes, Counts]]:
    """For each kind of n-gram its columns, text after text, and how many each of the folded `texts` has."""
    if recipe.spelt:
        texts = exclaimed(texts)
    if recipe.apart:
        texts = texts.str.replace_all(f"({APART})", " $1 ")
    joined = (" " + texts.str.replace_all(r"\s+", " ").str.strip_chars(" ") + " ").rechunk()
    lengths = joined.str.len_bytes().to_numpy().astype(np.int64)
    data = np.frombuffer("".join(joined.to_list()).encode(), np.uint8)
    if recipe.spelt:
        data = spelt(data)
    ends = np.cumsum(lengths)
    powers, inverses = _powers(len(data) + 1)
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum((data.astype(np.uint64) + np.uint64(1)) * powers[:-1], out=sums[1:])
    space = data == _SPACE
    for n in range(1, recipe.words + 1):
        begins, finishes = _words(space, n, ends)
        yield _column(sums, inverses, begins, finishes, n, recipe.bits), _counted(begins, ends)
    shortest, longest = recipe.characters
    for n in range(shortest, longest + 1 if longest else 0):
        begins = _runs(space, n)
        yield _column(sums, inverses, begins, begins + n, 16 + n, recipe.bits), _counted(begins, ends)


def _powers(size: int) -> tuple[_Words, _Words]:
    powers = np.full(size, _BASE, np.uint64)
    inverses = np.full(size, _INVERSE, np.uint64)
    powers[0] = inverses[0] = 1
    np.multiply.accumulate(powers, out=powers)
    np.multiply.accumulate(inverses, out=inverses)
    return powers, inverses


def _words(space: npt.NDArray[np.bool_], n: int, ends: Counts) -> tuple[Counts, Counts]:
    """Begin and end of every run of `n` words that lies within one text."""
    begins = np.flatnonzero(space[:-1] & ~space[1:]) + 1
    finishes = np.flatnonzero(~space[:-1] & space[1:]) + 1
    begins, finishes = begins[: len(begins) - n + 1], finishes[n - 1 :]
    if n > 1:
        within = np.searchsorted(ends, begins, side="right") == np.searchsorted(ends, finishes, side="right")
        begins, finishes = begins[within], finishes[within]
    return begins, finishes


def _runs(space: npt.NDArray[np.bool_], n: int) -> Counts:
    """Begin of every run of `n` bytes with no space inside: two spaces part the texts, so none crosses."""
    count = len(space) - n + 1
    if count <= 0:
        return np.zeros(0, np.int64)
    clear = ~space[1 : 1 + count]
    for inner in range(2, n - 1):
        clear &= ~space[inner : inner + count]
    return np.flatnonzero(clear)


def _column(sums: _Words, inverses: _Words, begins: Counts, finishes: Counts, salt: int, bits: int) -> Hashes:
    """The columns of n-grams of one kind."""
    mixed = (sums[finishes] - sums[begins]) * inverses[begins]
    mixed += np.uint64((salt * _MIX) % (1 << 64))
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(_MIX)
    return (mixed >> np.uint64(64 - bits)).astype(np.uint32)


def _counted(begins: Counts, ends: Counts) -> Counts:
    """How many of the sorted `begins` lie in each text."""
    return np.diff(np.searchsorted(begins, np.concatenate([[0], ends]), side="left"))
