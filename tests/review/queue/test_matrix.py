"""Features without values, and what is learnt and shown from them."""

from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.features import places
from upstander.review.queue.learner import learn
from upstander.review.queue.matrix import RECIPE, bare, bare_in_place, kept, matrix
from upstander.review.queue.reasons import reasons

TEXTS = pl.Series(["we will harm him", "the van is late", "harm, harm!", "", "tea at the gate"])


def test_scores_are_the_product_of_rows_and_weights() -> None:
    """A message's score is what its row times the weights gives, and each half of a row is of length one or so."""
    made = matrix(TEXTS)
    weights = np.random.default_rng(0).normal(size=RECIPE.columns).astype(np.float32)
    columns, values, counts = made.rows(np.arange(len(TEXTS)))
    ends = np.cumsum(counts)
    for place, score in enumerate(made.scores(weights)):
        own = slice(int(ends[place] - counts[place]), int(ends[place]))
        assert np.isclose(score, float((weights[columns[own]] * values[own]).sum()), atol=1e-4)


def test_signs_around_words_do_not_count() -> None:
    """`harm!` is `harm`, and a masked word stays one."""
    assert bare(pl.Series(["(harm!) f4g r*pe, it's"])).to_list() == [" harm   f4g r*pe  it's"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_a_text_keeps_its_places(text: str) -> None:
    """What is taken off one text leaves as many characters, and the same n-grams as in a column of texts."""
    there = bare_in_place(text)
    assert len(there) == len(text)
    made = matrix(pl.Series([text]))
    assert [found.column for found in places(there, RECIPE)] == made.columns.tolist()


def test_reasons_are_the_words_that_count() -> None:
    """What speaks for a message is the word that the relevant ones have in common."""
    made = matrix(TEXTS)
    learned = learn(made, np.array([0, 1, 4]), np.array([True, False, False]), None)
    text = TEXTS[2]
    spans = reasons(text, learned, made, 2)
    assert {text[span.start : span.end] for span in spans} == {"harm,", "harm!"}


def test_features_are_kept(tmp_path: Path) -> None:
    """Features that were made once are read, and are the same."""
    first, second = (kept(tmp_path, TEXTS, "a") for _ in range(2))
    for name in ("columns", "bounds", "rarity", "scale"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
