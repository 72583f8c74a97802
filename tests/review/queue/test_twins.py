"""Messages that say the same."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.queue.twins import same, twins

LONG = "please bring the large blue kit bag to the north gate before the late van leaves the yard tonight and"


def test_the_same_words() -> None:
    """Case, signs and space do not count; words do; a message without words is like no other."""
    assert same(pl.Series(["Tea now!", "tea  now", "tea later", "", "..."])).tolist() == [0, 0, 2, 3, 4]


def test_nearly_the_same() -> None:
    """Long messages with nearly every word in common are the same; short ones with one word more are not."""
    found = twins(
        pl.Series([f"{LONG} mind the step on the way in", f"{LONG} mind the step on the way", "go", "do not go"])
    )
    assert found.tolist() == [0, 0, 2, 3]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=30))
def test_groups_are_named_by_their_first(texts: list[str]) -> None:
    """Every message's group is named by a message before it, or itself, which is of that group."""
    found = twins(pl.Series(texts, dtype=pl.String))
    assert all(first <= place and found[first] == first for place, first in enumerate(found.tolist()))
