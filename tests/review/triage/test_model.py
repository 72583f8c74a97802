"""The model that ships: its interface, its sums, its reasons, and texts that nobody expects."""

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import get_type_hints

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.errors import BadModel
from upstander.review.triage import Model, Span, card, load, scoring, shipped

#: Invented, and mild on purpose.
SEXIST = "women are too stupid to drive, send them back to the kitchen"
PLAIN = "the meeting starts at nine, bring the forms"


def test_the_interface() -> None:
    """What other slices rely on: heads, scores of the right shape and type, spans."""
    model = shipped()
    assert isinstance(model, Model)
    assert isinstance(model.heads, tuple)
    assert "misogyny" in model.heads
    scores = model.score(pl.Series([SEXIST, PLAIN, None, ""]))
    assert scores.shape == (4, len(model.heads))
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()
    assert np.array_equal(scores[2], scores[3])
    assert get_type_hints(model.reasons)["return"] == list[Span]


def test_it_tells_the_plain_from_the_sexist() -> None:
    """A sexist sentence ranks above a plain one, and the words that made it are among the reasons."""
    model = shipped()
    head = model.column("misogyny")
    scores = model.score(pl.Series([SEXIST, PLAIN]))
    assert scores[0, head] > 0.5 > scores[1, head]
    strongest = max(model.reasons(SEXIST, "misogyny"), key=lambda span: span.weight)
    assert "women" in SEXIST[strongest.start : strongest.end]


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=40)
def test_reasons_add_up(text: str) -> None:
    """Bias and spans are the raw score, whatever the text, and spans lie in it one after another."""
    model = shipped()
    raw = model.raw(pl.Series([text]))[0]
    for place, head in enumerate(model.heads[:2]):
        spans = model.reasons(text, head)
        assert model.biases[place] + sum(span.weight for span in spans) == pytest.approx(raw[place], abs=1e-9)
        ends = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
        assert ends == sorted(ends)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
@settings(deadline=None, max_examples=40)
def test_a_score_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    """Together as one by one, however often a text comes."""
    model = shipped()
    together = model.score(pl.Series(texts * 2))
    alone = np.concatenate([model.score(pl.Series([text])) for text in texts])
    assert np.array_equal(together, np.concatenate([alone, alone]))


def test_runs_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the texts are cut into runs and long ones into pieces, the sums are the same."""
    texts = pl.Series([SEXIST, "", PLAIN * 20, "🐒🏽 ha", None] * 3)
    whole = shipped().raw(texts)
    monkeypatch.setattr(scoring, "RUN", 30)
    monkeypatch.setattr(scoring, "_APIECE", 7)
    assert np.array_equal(whole, shipped().raw(texts))


def test_texts_nobody_expects() -> None:
    """None at all, a megabyte, and scripts the model never saw: a score from 0 to 1 each."""
    model = shipped()
    assert model.score(pl.Series([], dtype=pl.String)).shape == (0, len(model.heads))
    scripts = [chr(first) * 3 + " " + chr(first + 5) for first in range(0x0100, 0x3000, 0x38)]
    assert len(scripts) > 200
    odd = pl.Series(["a word " * 150_000, "x" * 1_000_000, "\x00", "\x1c\x1d", "‮ ⁦", *scripts])
    scores = model.score(odd)
    assert ((scores > 0) & (scores < 1)).all()
    assert np.isfinite(scores).all()
    assert model.reasons("", "misogyny") == []


def test_higher_sums_score_higher() -> None:
    """Calibration changes no order."""
    model = shipped()
    assert (np.diff(model.knots, axis=1) > 0).all()
    assert (np.diff(model.odds, axis=1) > 0).all()
    assert ((model.thresholds > 0) & (model.thresholds < 1)).all()


def test_the_card_is_of_these_weights() -> None:
    """The card's digest is that of the file, its heads are the model's, and every set has a licence."""
    model, told = shipped(), card()
    content = files("upstander.review.triage").joinpath("weights.npz").read_bytes()
    assert told["digest"] == model.digest == hashlib.sha256(content).hexdigest()
    assert len(content) < 4 * 2**20
    assert tuple(told["heads"]) == model.heads
    assert all(source["licence"] for source in told["data"].values())
    for place, head in enumerate(told["heads"].values()):
        assert head["threshold"] == pytest.approx(model.thresholds[place], abs=1e-4)


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    """One sentence, not a traceback, for a missing file, a broken one and an unknown head."""
    with pytest.raises(BadModel, match="cannot be read"):
        load(tmp_path / "absent.npz")
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BadModel, match="no model"):
        load(tmp_path / "broken.npz")
    with pytest.raises(BadModel, match="has no head weather"):
        shipped().reasons(PLAIN, "weather")


@given(st.binary(max_size=60))
def test_bytes_are_no_model(content: bytes) -> None:
    """Whatever a file holds."""
    from upstander.review.triage.model import _read

    with pytest.raises(BadModel):
        _read(content, "a file")


@pytest.mark.parametrize("part", ["steps", "weights", "lengths", "scales", "knots", "floor", "recipe"])
def test_parts_that_do_not_fit_are_no_model(tmp_path: Path, part: str) -> None:
    """A file that was cut or put together from two is refused, not used."""
    with files("upstander.review.triage").joinpath("weights.npz").open("rb") as stream, np.load(stream) as held:
        made = {name: held[name] for name in held.files}
    made[part] = made[part][:2] * 0 if made[part].ndim else made[part] * 0
    np.savez(tmp_path / "mixed.npz", allow_pickle=False, **made)
    with pytest.raises(BadModel):
        load(tmp_path / "mixed.npz")
