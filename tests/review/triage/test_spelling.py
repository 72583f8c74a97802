"""Words spelt with digits and signs: read as the words they stand for, and everything else as it is."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.review.features import Hashed, Recipe, hashed, places
from upstander.review.features.spelling import exclaimed, exclaimed_one, spelt

RECIPE = Recipe(apart=True, spelt=True)


def _read(text: str) -> str:
    padded = f" {exclaimed_one(text)} ".encode()
    return spelt(np.frombuffer(padded, np.uint8)).tobytes().decode()[1:-1]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("f4lse", "false"),
        ("f@l$e", "false"),
        ("cl0wn", "clown"),
        ("cl!p", "clip"),
        ("b00t", "boot"),
        ("fal5e", "false"),
        ("$lip", "slip"),
        ("loc0", "loco"),
        ("f#lse f_lse f__se", "f*lse f*lse f**se"),
        ("f*lse", "f*lse"),
    ],
)
def test_what_passes_for_letters(written: str, read: str) -> None:
    """Between letters, and at an edge beside three."""
    assert _read(written) == read


@pytest.mark.parametrize(
    "text", ["5pm", "2nd", "mp3", "100", "@mention", "#tag", "_so_", "covid19", "4", "$100", "!", ""]
)
def test_what_is_a_number_stays(text: str) -> None:
    """Times, places in a row, mentions, tags and stress are none of it."""
    assert _read(text) == text


@given(st.text(alphabet="ab !43@$#_*é\u00a0", max_size=30))
def test_nothing_moves(text: str) -> None:
    """Nothing becomes longer or shorter, one text at a time or many; and each n-gram is found where it stands."""
    assert exclaimed(pl.Series([text], dtype=pl.String))[0] == exclaimed_one(text)
    assert len(_read(text).encode()) == len(text.encode())
    found = places(text, RECIPE)
    assert [place.column for place in found] == hashed(pl.Series([text]), RECIPE).columns.tolist()
    assert all(0 <= place.start < place.end <= len(text) for place in found)


def test_the_same_word_is_the_same_n_grams() -> None:
    """A word with a digit in it is its columns; with the plain recipe it is not."""
    pair = pl.Series(["a false clip", "a f4lse cl!p"])
    told = [[found.columns[a:b].tolist() for a, b in pairwise(found.starts)] for found in _both(pair)]
    assert told[0][0] == told[0][1]
    assert told[1][0] != told[1][1]


def _both(texts: pl.Series) -> list[Hashed]:
    return [hashed(texts, recipe) for recipe in (RECIPE, Recipe(apart=True))]
