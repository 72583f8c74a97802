"""The model and what it reads: weights, cues, a reply's own words."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.errors import ReviewError
from upstander.review.stance.cues import CUES, cues
from upstander.review.stance.model import Model, shipped
from upstander.review.stance.own_words import LONGEST, own_words
from upstander.review.stance.weights import held

#: Bytes of weights that may travel with the package.
MOST = 1_500_000


def test_the_weights_are_small_and_come_back(tmp_path: Path) -> None:
    """What is saved is what is loaded, and the shipped file is within its bound."""
    assert len(held().read_bytes()) <= MOST
    model = shipped()
    assert 0.5 <= model.threshold < 1
    model.save(tmp_path / "weights.npz")
    again = Model.load((tmp_path / "weights.npz").read_bytes())
    texts = pl.Series(["not funny, delete that", "spot on"])
    assert np.array_equal(model.likelihoods(texts, texts), again.likelihoods(texts, texts))


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=300))
def test_damaged_weights_are_said(data: bytes) -> None:
    """Bytes that are no weights give a sentence."""
    with pytest.raises(ReviewError, match="cannot be read"):
        Model.load(data)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_any_texts_have_cues_and_odds(texts: list[tuple[str, str]]) -> None:
    """Every number is between 0 and 1, whatever is written; odds sum to 1."""
    replies, parents = (pl.Series(list(side), dtype=pl.String) for side in zip(*texts, strict=True))
    made = cues(replies, parents)
    assert made.shape == (len(texts), len(CUES))
    assert ((made >= 0) & (made <= 1)).all()
    assert shipped().likelihoods(replies, parents).sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert len(shipped().speaks(replies)) == len(texts)


@settings(deadline=None)
@given(st.text(), st.text())
def test_own_words_are_of_the_reply(reply: str, parent: str) -> None:
    """Nothing is added but spaces, and no more than the beginning is kept."""
    own = own_words(reply, parent)
    assert len(own) <= LONGEST
    assert set(own) <= set(reply) | {" "}


@pytest.mark.parametrize(
    ("reply", "own"),
    [
        ("> she is useless\nnot ok", "not ok"),
        ("“she is useless”? not ok", "? not ok"),
        ("'useless' is not ok", "is not ok"),
        ("she said 'leave me' and you laugh", "she said 'leave me' and you laugh"),
        ("don't say she's 'fine'", "don't say she's 'fine'"),
    ],
)
def test_only_what_the_message_said_is_a_quotation(reply: str, own: str) -> None:
    """Quoted words that are not in the message are the reply's own."""
    assert " ".join(own_words(reply, "She is useless").split()) == own
