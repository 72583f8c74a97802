"""The very same words: letter for letter, and no more than that."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.queue.wordings import leaders, wordings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Only joking", "only  JOKING "),
        ("on\u200emy way", "onmy way"),
        ("\u2764\ufe0f", "\u2764"),
        ("\uff4c\uff4f\uff4c", "lol"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_the_same(one: str, other: str) -> None:
    """Capitals, spaces, width, composition, and marks that nobody sees."""
    assert wordings(pl.Series([one, other])).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("you hit her", "you hit her?"),
        ("ok", "ok \U0001f602"),
        ("\u0915\u0940", "\u0915\u093e"),
        ("resume", "r\u00e9sum\u00e9"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645"),
        ("\U0001f44d", "\U0001f44e"),
        ("r*pe", "rope"),
        ("\u200e", "\u200e"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    """A question is no statement, a vowel sign is a letter, a joiner is spelling; nothing seen is like nothing else."""
    assert wordings(pl.Series([one, other])).tolist() == [0, 1]


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text("ab \u0301!A", max_size=4), max_size=12))
def test_numbers_and_leaders(texts: list[str]) -> None:
    """Numbers follow the order of the first of each; what has the same words says the same."""
    series = pl.Series(texts, dtype=pl.String)
    rows = wordings(series)
    first = leaders(rows)
    assert first.tolist() == sorted(first.tolist())
    assert [rows[place] for place in first] == list(range(len(first)))
    assert all(first[row] <= place for place, row in enumerate(rows))
