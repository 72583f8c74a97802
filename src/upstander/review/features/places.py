"""Where in a text as received each of its n-grams stands: what a score shows as its reasons."""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from upstander.review.features.hashing import APART, Recipe, hashed
from upstander.review.features.spelling import exclaimed_one
from upstander.review.folding import fold_map

__all__ = ["Place", "places"]


_ALONE = re.compile(APART)

#: What Python calls white space and Unicode, and so the hashing, does not.
_SEPARATORS = "\x1c\x1d\x1e\x1f"


@dataclass(frozen=True, slots=True)
class Place:
    """One n-gram: its column, and the characters of the text that it covers."""

    column: int
    start: int
    end: int


def places(text: str, recipe: Recipe) -> list[Place]:
    """The n-grams of `text` in the order of `hashed`, each with the characters of `text` that it covers."""
    whole, origin = fold_map(text)
    if recipe.spelt:
        whole = exclaimed_one(whole)
    squeezed, kept = _squeezed(*_apart(whole) if recipe.apart else (whole, list(range(len(whole)))))
    # Bytes of the squeezed text with a space before and after, each with the character of `text` that it comes from.
    before = [origin[place] for place in kept]
    source = [before[0] if before else 0]
    for character, place in zip(squeezed, before, strict=True):
        source.extend([place] * len(character.encode()))
    source.append(before[-1] if before else 0)
    data = b" " + squeezed.encode() + b" "
    found: list[tuple[int, int]] = []
    words = _words(data)
    for n in range(1, recipe.words + 1):
        found += [(words[at][0], words[at + n - 1][1]) for at in range(len(words) - n + 1)]
    shortest, longest = recipe.characters
    for n in range(shortest, longest + 1 if longest else 0):
        found += [(at, at + n) for at in range(len(data) - n + 1) if b" " not in data[at + 1 : at + n - 1]]
    columns = hashed(pl.Series([text]), recipe).columns
    return [
        Place(int(column), source[start], source[end - 1] + 1)
        for column, (start, end) in zip(columns.astype(np.int64), found, strict=True)
    ]


def _apart(text: str) -> tuple[str, list[int]]:
    """The text with spaces around what stands apart, and where each character stood."""
    shown: list[str] = []
    stood: list[int] = []
    for place, character in enumerate(text):
        taken = f" {character} " if _ALONE.match(character) else character
        shown.append(taken)
        stood += [place] * len(taken)
    return "".join(shown), stood


def _squeezed(text: str, stood: list[int]) -> tuple[str, list[int]]:
    """The text with each run of white space as one space and none at the ends, and where each character stood."""
    kept: list[int] = []
    shown: list[str] = []
    for place, character in zip(stood, text, strict=True):
        if not character.isspace() or character in _SEPARATORS:
            shown.append(character)
            kept.append(place)
        elif shown and shown[-1] != " ":
            shown.append(" ")
            kept.append(place)
    if shown and shown[-1] == " ":
        shown.pop()
        kept.pop()
    return "".join(shown), kept


def _words(data: bytes) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = None
    for at, byte in enumerate(data):
        if byte == 0x20:
            if start is not None:
                found.append((start, at))
            start = None
        elif start is None:
            start = at
    return found
