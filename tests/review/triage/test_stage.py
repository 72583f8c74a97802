"""The table of scores: one row a message and head, the same again from the same, and made again when the case grows."""

import polars as pl
import pytest
from tests.review.conftest import CaseOf

from upstander.review.triage import shipped
from upstander.stages.review import triage
from upstander.storage.scan import scan

SAID = [
    ("1", "women are too stupid to drive, send them back to the kitchen"),
    ("2", "😂😂"),
    ("3", "the meeting starts at nine"),
    ("2", "lol", 1),
    ("3", ""),
]


def test_scores_of_a_case(case_of: CaseOf) -> None:
    """Every message with words has a row for every head; what laughs ranks with what it laughs at."""
    case = case_of(SAID, phones=2)
    told: list[tuple[str, int, int]] = []
    triage(case, lambda *said: told.append(said))
    assert told[-1][1] == told[-1][2]
    scores = scan(case, "scores").collect()
    rows = scan(case, "sightings").filter(pl.col("lead")).select(pl.len()).collect().item()
    assert rows == len(SAID)
    assert len(scores) == (rows - 1) * len(shipped().heads)
    assert scores.select("message", "head").is_unique().all()
    said = scores.filter(pl.col("head").cast(pl.String) == "misogyny").sort("ordinal")
    assert said["in_context"][0] == said["score"][0] > 0.5
    assert said["score"][1] < 0.2 < 0.9 * said["score"][0] < said["in_context"][1]
    assert said["in_context"][3] == pytest.approx(said["in_context"][1])


def test_again_is_the_same(case_of: CaseOf) -> None:
    """A second run does nothing; another case of the same exhibits has the same file."""
    case = case_of(SAID)
    first = triage(case)
    assert triage(case) == first
    other = triage(case_of(SAID, name="C-2"))
    assert other.tables["scores"]["sha256"] == first.tables["scores"]["sha256"]


def test_an_empty_case(case_of: CaseOf) -> None:
    """No message, no rows, no error."""
    case = case_of([])
    triage(case)
    assert scan(case, "scores").collect().is_empty()
