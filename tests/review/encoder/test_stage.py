"""The second stage in a case: both scores kept, the record of what made them, and an order that stands."""

from functools import partial
from pathlib import Path

import polars as pl
import pytest
from tests.review.conftest import CaseOf
from tests.support.made_encoder import made_encoder

from upstander.errors import BadModel
from upstander.review.encoder import Encoder, folder, loaded
from upstander.review.encoder.occlusion import occluded
from upstander.review.triage import shipped
from upstander.review.triage.top import top
from upstander.stages.review import triage
from upstander.storage import Case
from upstander.storage.scan import scan

SAID = [
    ("1", "women are too stupid to drive, send them back to the kitchen"),
    ("2", "women cannot drive"),
    ("3", "😂😂"),
    ("4", "the meeting starts at nine"),
    ("5", "nine it is"),
]
WORDS = {"cannot": (9.0,), "kitchen": (-3.0,)}


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    """One that finds nothing wrong with kitchens."""
    told = {"mix": {"misogyny": {"linear": 0.1, "encoder": 1}}}
    return loaded(folder(made_encoder(tmp_path / "bag", WORDS, told=told), shipped().heads))


def _scores(case: Case, head: str = "misogyny") -> pl.DataFrame:
    return scan(case, "scores").filter(pl.col("head").cast(pl.String) == head).sort("ordinal").collect()


def test_both_scores_are_kept(case_of: CaseOf, encoder: Encoder) -> None:
    """Two messages change places; laughter goes with them; the rest has the linear score and no other."""
    case = case_of(SAID)
    triage(case)
    before = _scores(case)
    told: list[tuple[str, int, int]] = []
    part = triage(case, lambda *said: told.append(said), encoder=encoder, share=0.4)
    after = _scores(case)
    assert ("encoding", 2, 2) in told
    assert after["linear"].to_list() == [*before["score"][:2], None, None, None]
    assert after["score"].to_list() == [before["score"][1], before["score"][0], *before["score"][2:]]
    assert after["encoder"][1] > 0.99 > 0.1 > after["encoder"][0]
    assert after["in_context"][2] == pytest.approx(0.95 * before["score"][0])
    assert _scores(case, "religion")["encoder"].null_count() == len(SAID)
    record = part.about["second"]
    assert (record["name"], record["sha256"], record["share"]) == ("bag", encoder.folder.digest, 0.4)
    assert record["files"] == encoder.folder.files
    assert record["messages"] == {"misogyny": 2}


def test_the_order_stands(case_of: CaseOf, encoder: Encoder) -> None:
    """Again is nothing; without an encoder it stands; a share of 0 brings the linear order back, byte for byte."""
    case = case_of(SAID)
    linear = triage(case)
    part = triage(case, encoder=encoder)
    assert triage(case, encoder=encoder) == part == triage(case)
    other = triage(case, encoder=encoder, share=1)
    assert other.tables != part.tables
    assert triage(case, share=0).tables == linear.tables == triage(case).tables
    again = triage(case, encoder=encoder)
    assert (again.tables, again.about) == (part.tables, part.about)
    assert triage(case, encoder=encoder, share=0).tables == linear.tables


def test_why(case_of: CaseOf, encoder: Encoder) -> None:
    """What is shown has both scores, the linear stage's spans and what the encoder loses without each word."""
    case = case_of(SAID)
    triage(case, encoder=encoder, share=0.4)
    rows = top(case, shipped(), "misogyny", 5, explained=partial(occluded, encoder))
    assert rows[0].text == SAID[1][1]
    assert [(span.start, span.end, span.weight) for span in rows[0].encoder_reasons] == [(6, 12, 9.0)]
    assert rows[0].reasons
    assert {row.text for row in rows if row.linear is not None} == {SAID[0][1], SAID[1][1]}
    laughs = next(row for row in rows if row.text == SAID[2][1])
    assert laughs.because_of == rows[0].message
    assert laughs.encoder_reasons == rows[0].encoder_reasons
    assert not top(case, shipped(), "misogyny", 1)[0].encoder_reasons


def test_a_model_that_fails_leaves_all_as_it_was(case_of: CaseOf, tmp_path: Path) -> None:
    """Numbers that are none in the middle of the work: refused, and the older scores stand."""
    case = case_of(SAID)
    triage(case)
    before = _scores(case)
    words = {"cannot": (float("nan"),)}
    broken = loaded(folder(made_encoder(tmp_path / "m", words), shipped().heads))
    with pytest.raises(BadModel, match="no numbers"):
        triage(case, encoder=broken, share=1)
    assert _scores(case).equals(before)
