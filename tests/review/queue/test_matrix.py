"""Features without values, and what is learnt and shown from them."""

from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.features import places
from upstander.review.queue.learner import learn
from upstander.review.queue.matrix import RECIPES, WIDTH, kept, matrix
from upstander.review.queue.reasons import reasons

TEXTS = pl.Series(["we will harm him", "the van is late", "harm, harm!", "", "tea at the gate"])


def test_scores_are_the_product_of_rows_and_weights() -> None:
    """A message's score is what its row times the weights gives, and each half of a row is of length one or so."""
    made = matrix(TEXTS)
    weights = np.random.default_rng(0).normal(size=WIDTH).astype(np.float32)
    columns, values, counts = made.rows(np.arange(len(TEXTS)))
    ends = np.cumsum(counts)
    for place, score in enumerate(made.scores(weights)):
        own = slice(int(ends[place] - counts[place]), int(ends[place]))
        assert np.isclose(score, float((weights[columns[own]] * values[own]).sum()), atol=1e-4)


def test_words_do_not_depend_on_the_signs_after_them() -> None:
    """`harm!` has the word of `harm`, and a sign of its own."""
    made = matrix(pl.Series(["harm", "harm!"]))
    words = [set(made.columns[made.bounds[2 * place] : made.bounds[2 * place + 1]].tolist()) for place in (0, 1)]
    assert words[0] < words[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_a_text_keeps_its_places(texts: list[str]) -> None:
    """What a text's reasons are looked for in is what its row is made of, half by half."""
    made = matrix(pl.Series(texts))
    for place, text in enumerate(texts):
        for half, recipe in enumerate(RECIPES):
            own = made.columns[made.bounds[2 * place + half] : made.bounds[2 * place + half + 1]]
            assert [found.column for found in places(text, recipe)] == own.tolist()


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
