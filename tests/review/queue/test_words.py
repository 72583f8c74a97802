"""Search hits that begin a review."""

from contextlib import suppress

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.errors import BadQuery
from upstander.review.queue.words import hits

TEXTS = pl.Series(["They will hurt him", "HURTING again", "h*rt", "hu-rt", "nothing", None])


def test_words_and_beginnings() -> None:
    """A word is that word whatever its case and masks, and with a star every word that begins so."""
    assert hits(TEXTS, "hurt").tolist() == [0, 3]
    assert hits(TEXTS, "none, hurt*").tolist() == [0, 1, 3]


@pytest.mark.parametrize("asked", ["", " , ", "*"])
def test_no_words_are_refused(asked: str) -> None:
    """A search for nothing says so."""
    with pytest.raises(BadQuery, match="names no words"):
        hits(TEXTS, asked)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_any_words_are_hits_or_a_sentence(asked: str) -> None:
    """Whatever is asked for, there are hits, none, or a refusal."""
    with suppress(BadQuery):
        assert len(hits(TEXTS, asked)) <= len(TEXTS)
