"""Hashed n-grams: the same one by one as together, and each led back to the characters that it covers."""

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from upstander.review.features import Recipe, hashed, hashing, places
from upstander.review.folding import fold, fold_map, folded, unmasked

RECIPE = Recipe(bits=20)
TEXTS = st.lists(st.text(max_size=30), min_size=1, max_size=6)


@given(TEXTS)
def test_together_as_one_by_one(texts: list[str]) -> None:
    """A text's n-grams do not depend on what stands beside it."""
    together = hashed(pl.Series(texts, dtype=pl.String), RECIPE)
    for place, text in enumerate(texts):
        own = together.columns[together.starts[place] : together.starts[place + 1]]
        assert own.tolist() == hashed(pl.Series([text]), RECIPE).columns.tolist()


@pytest.mark.parametrize("recipe", [RECIPE, Recipe(bits=20, apart=True)])
@given(text=st.text(max_size=40))
def test_places_cover_what_was_hashed(recipe: Recipe, text: str) -> None:
    """Every n-gram has a place in the text, in the same order."""
    found = places(text, recipe)
    assert [place.column for place in found] == hashed(pl.Series([text]), recipe).columns.tolist()
    assert all(0 <= place.start < place.end <= len(text) for place in found)


def test_what_stands_apart() -> None:
    """Punctuation and emoji are words of their own where the recipe says so; a mask and an apostrophe stay."""
    recipe = Recipe(words=1, characters=(0, 0), apart=True)
    text = "no, d*n't😂😂 (it's)"
    covered = [text[place.start : place.end] for place in places(text, recipe)]
    assert covered == ["no", ",", "d*n't", "😂", "😂", "(", "it's", ")"]


def test_what_is_taken() -> None:
    """Words, pairs of words, and runs within a word and its spaces."""
    text = "Ab abc"
    covered = [text[place.start : place.end] for place in places(text, Recipe(characters=(3, 4)))]
    assert covered[:3] == ["Ab", "abc", "Ab abc"]
    same = [
        hashed(pl.Series([word]), Recipe(words=1, characters=(0, 0))).columns[0] for word in ("Café", "cafe", "caff")
    ]
    assert same[0] == same[1] != same[2]


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the texts are cut into runs, the n-grams are the same."""
    texts = pl.Series(["one two three", "", "x" * 50, "ένα δύο 🐒🏽"] * 5)
    whole = hashed(texts, RECIPE)
    monkeypatch.setattr(hashing, "CHUNK", 20)
    cut = hashed(texts, RECIPE)
    assert np.array_equal(whole.columns, cut.columns)
    assert np.array_equal(whole.starts, cut.starts)
    assert len(hashed(pl.Series([], dtype=pl.String), RECIPE)) == 0


@given(st.text(max_size=40))
@example("\U0001ccd6")  # newer than the Unicode of Python's own tables
def test_folding_keeps_places(text: str) -> None:
    """Folding one by one is folding together, and each character knows where it comes from."""
    shown, origin = fold_map(text)
    assert shown == folded(pl.Series([text], dtype=pl.String))[0] == fold(text)
    assert len(shown) == len(origin)
    assert origin == sorted(origin)


def test_masks_come_off() -> None:
    """Digits and signs are read as the letters that they stand for; numbers stay numbers."""
    assert [unmasked(word) for word in ("f4g", "sl@g", "s-l-a-g", "r*pe", "2018", "a")] == [
        "fag",
        "slag",
        "slag",
        "rpe",
        "2018",
        "a",
    ]
