"""The second stage: scores change places among what ranks highest, and nothing else happens."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.made_encoder import made_encoder

from upstander.review.encoder import Encoder, folder, loaded, second
from upstander.review.encoder.occlusion import occluded
from upstander.review.encoder.second import places

HEADS = ("hate", "misogyny")
LETTERS = "abcdefgh"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Each letter brings more than the one before it."""
    words = {letter: (float(place),) for place, letter in enumerate(LETTERS)}
    told = {"mix": {"misogyny": {"linear": 0, "encoder": 1}}}
    return loaded(folder(made_encoder(tmp_path_factory.mktemp("encoder"), words, told=told), HEADS))


def _own(*scores: float) -> np.ndarray:
    return np.array([[0.5, score] for score in scores], np.float32).reshape(-1, 2)


def _rounded(scores: list[float]) -> list[float]:
    """As the scores are kept."""
    return [float(np.float32(score)) for score in scores]


def test_places_are_exchanged(encoder: Encoder) -> None:
    """Of ten messages the four that rank highest; the others, the other head and what has no words stay."""
    texts = pl.Series(["a", "b", "c", "a", "h", None, "g", " ", "f", "e", "d", "c"])
    own = _own(0.9, 0.8, 0.7, 0.9, 0.1, 0.0, 0.2, 0.99, 0.3, 0.4, 0.5, 0.7)
    found = second(HEADS, own, texts, encoder, 0.4)
    assert found.messages == {"misogyny": 5}
    assert found.score[:, 1].tolist() == _rounded([0.7, 0.8, 0.9, 0.7, 0.1, 0, 0.2, 0.99, 0.3, 0.4, 0.5, 0.9])
    assert (found.score[:, 0] == own[:, 0]).all()
    assert np.isnan(found.encoder[:, 0]).all()
    assert np.flatnonzero(~np.isnan(found.encoder[:, 1])).tolist() == [0, 1, 2, 3, 11]
    assert found.encoder[2, 1] == pytest.approx(1 / (1 + np.exp(-2)))
    assert (found.texts, found.longer) == (3, 0)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), share=st.floats(0, 1))
def test_what_always_holds(encoder: Encoder, data: st.DataObject, share: float) -> None:
    """Scores are handed out anew, none is made; what was not read keeps its own and ranks no higher than what was."""
    texts = data.draw(st.lists(st.sampled_from([*LETTERS, "a b", "zz", ""]), min_size=1, max_size=20))
    by_text = {text: data.draw(st.sampled_from([0.1, 0.2, 0.4, 0.4001, 0.9])) for text in sorted(set(texts))}
    own = _own(*(by_text[text] for text in texts))
    found = second(HEADS, own, pl.Series(texts, dtype=pl.String), encoder, share)
    read = ~np.isnan(found.encoder[:, 1])
    assert (found.score[~read] == own[~read]).all()
    worded = np.array([text != "" for text in texts])
    assert not read[~worded].any()
    assert read.sum() >= share * worded.sum() - 1e-6
    after = dict(zip(texts, found.score[:, 1].tolist(), strict=True))
    assert [after[text] for text in texts] == found.score[:, 1].tolist()
    distinct = [text for text in by_text if text]
    assert sorted(after[text] for text in distinct) == sorted(np.float32(by_text[text]) for text in distinct)
    if (left := worded & ~read).any() and read.any():
        assert found.score[read, 1].min() >= own[left, 1].max()
    turned = second(HEADS, own[::-1], pl.Series(texts[::-1], dtype=pl.String), encoder, share)
    assert (turned.score[::-1] == found.score).all()


def test_how_many(encoder: Encoder) -> None:
    """Texts until the share is reached: none for none, all for all, and one at least for anything above none."""
    scores, times = _own(0.1, 0.9, 0.5)[:, 1], np.array([5, 3, 2], np.uint32)
    taken = [places(scores, times, share * 10).tolist() for share in (0, 0.01, 0.3, 0.31, 0.5, 0.51, 1)]
    assert taken == [[], [1], [1], [1, 2], [1, 2], [0, 1, 2], [0, 1, 2]]
    assert second(HEADS, _own(0.5), pl.Series(["a"]), encoder, 0).texts == 0


def test_nothing_to_read(encoder: Encoder) -> None:
    """No message, and messages without words."""
    assert second(HEADS, _own(), pl.Series([], dtype=pl.String), encoder, 1).score.shape == (0, 2)
    found = second(HEADS, _own(0.1, 0.2), pl.Series([None, "  "], dtype=pl.String), encoder, 1)
    assert (found.texts, found.score[:, 1].tolist()) == (0, _rounded([0.1, 0.2]))


def test_both_count(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the folder says nothing of the mix, either log-odds count alike."""
    words = {"a": (0.0,), "b": (1.0,)}
    plain = loaded(folder(made_encoder(tmp_path_factory.mktemp("plain"), words), HEADS))
    texts = pl.Series(["a", "b"])
    near, far = (second(HEADS, _own(high, 0.5), texts, plain, 1).score[:, 1].tolist() for high in (0.7, 0.8))
    assert near == _rounded([0.5, 0.7])  # log-odds of 0.7 are 0.85
    assert far == _rounded([0.8, 0.5])  # of 0.8, 1.39


def test_what_a_word_brings(encoder: Encoder) -> None:
    """Each word's part is what is lost without it; a long text is cut into stretches."""
    spans = occluded(encoder, "zz  h a c", "misogyny")
    assert [(span.start, span.end, span.weight) for span in spans] == [(0, 2, 0), (4, 5, 7), (6, 7, 0), (8, 9, 2)]
    assert occluded(encoder, " ", "misogyny") == occluded(encoder, "a", "hate") == []
    stretches = occluded(encoder, "b " * 100, "misogyny")
    assert {span.weight for span in stretches} <= {0.0, 2.0}
    assert (len(stretches), stretches[-1].end) == (50, 199)
