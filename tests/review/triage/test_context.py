"""Scores in context: what only laughs ranks with what it laughs at, and no neighbour adds up to more than its cause."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.review.triage.context import BEFORE, FADE, REACTING, SHARE, WINDOW, in_context, wordless


@pytest.mark.parametrize(
    "text",
    ["lol", "Hahaha!!", "😂😂", "ha ha", "LMAO 😂", "jajaja", "", None, "…", "xD", "hehe :)", "lolol", "pmsl", "rofl"],
)
def test_what_has_no_words(text: str | None) -> None:
    """Laughter, emoji, signs and nothing at all."""
    assert wordless(pl.Series([text], dtype=pl.String)).tolist() == [True]


@pytest.mark.parametrize("text", ["lol no", "hall", "that's not funny haha", "ok", "8", "hat", "да", "loll about"])
def test_what_has_words(text: str) -> None:
    """A word is a word, also beside laughter."""
    assert wordless(pl.Series([text])).tolist() == [False]


def _one(own: list[float], **given: list[int]) -> tuple[list[float], list[int]]:
    rows = len(own)
    scores, lent = in_context(
        np.array(own, np.float32)[:, None],
        pl.Series(given.get("conversation", [1] * rows)),
        np.array(given.get("at", [60_000 * row for row in range(rows)]), np.int64),
        np.array(given.get("reacting", [0] * rows), np.bool_),
        np.array(given.get("answers", [-1] * rows), np.int64),
    )
    return scores[:, 0].tolist(), lent[:, 0].tolist()


def test_laughter_under_a_joke_ranks_with_it() -> None:
    """What has no words takes nearly all of the score, what has words half of it, and both say from where."""
    scores, lent = _one([0.9, 0.01, 0.01], reacting=[0, 1, 0])
    assert scores == pytest.approx([0.9, 0.9 * REACTING, 0.9 * SHARE * FADE])
    assert lent == [0, 0, 0]


def test_what_is_answered_counts_however_long_ago() -> None:
    """A reply by the platform's key is no matter of time or place."""
    scores, lent = _one([0.8, 0, 0], answers=[-1, -1, 0], at=[0, 10**9, 2 * 10**9])
    assert scores == pytest.approx([0.8, 0, 0.8 * SHARE])
    assert lent == [0, 1, 0]


def test_the_window_ends() -> None:
    """Neither what is long ago, nor far above, nor in another conversation lends anything; undated counts as near."""
    assert _one([0.8, 0], at=[0, WINDOW + 1])[0] == pytest.approx([0.8, 0])
    assert _one([0.8, 0], at=[0, -1])[0] == pytest.approx([0.8, 0.8 * SHARE])
    assert _one([0.8, 0], conversation=[1, 2])[0] == pytest.approx([0.8, 0])
    assert _one([0.8] + [0.0] * (BEFORE + 1))[0][-1] == 0


@given(st.lists(st.floats(0, 1, width=32), max_size=12))
def test_nothing_sinks_and_nothing_tops_its_cause(own: list[float]) -> None:
    """In context no score is less than by itself, and none is more than the one that lent it."""
    scores, lent = _one(own)
    for row, (score, source) in enumerate(zip(scores, lent, strict=True)):
        assert own[row] <= score <= own[source]
        assert row == source or own[source] > score or score == 0
