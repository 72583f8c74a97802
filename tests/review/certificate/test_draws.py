"""The lines of final samples: read as they were written, and refused with a sentence when they are none."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.conftest import NOW

from upstander.errors import BadDecision
from upstander.review.certificate.choices import Choice
from upstander.review.certificate.draws import Draw, record, write_down
from upstander.review.certificate.plan import Rule
from upstander.storage import Home

DRAW = Draw("threat", "all", 7, 100, 12, ("m1", "m2"), "DC Example", NOW)


@given(st.text(min_size=1), st.lists(st.text()), st.integers(0))
def test_a_line_says_the_draw(code: str, messages: list[str], seed: int) -> None:
    """What is written is what is read."""
    made = Draw(code, "all", seed, 100, 12, tuple(messages), "DC Example", NOW)
    assert Draw.of(made.line(), "line 1") == made


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


_ROWS = st.dictionaries(st.sampled_from(list(json.loads(DRAW.line()))), _VALUES).map(
    lambda row: json.dumps(json.loads(DRAW.line()) | row)
)


@given(st.text() | _VALUES.map(json.dumps) | _ROWS)
def test_a_bad_line_is_refused(line: str) -> None:
    """A draw or a sentence comes of any line, and nothing else."""
    with suppress(BadDecision):
        assert Draw.of(line, "line 7").messages is not None


@given(st.text() | _VALUES.map(json.dumps) | _ROWS)
def test_a_bad_number_is_refused(line: str) -> None:
    """The same of the lines of plans."""
    with suppress(BadDecision):
        assert Choice.of(line, "line 7").seen >= 0


def test_plans_and_draws_are_told_apart(tmp_path: Path) -> None:
    """Both kinds of lines stand in one file, each read as what it is."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    plan = Choice("threat", "all", Rule.FIXED, 0.8, 0.95, 60, 10, 12, 300, "DC Example", NOW)
    write_down(case, DRAW)
    write_down(case, plan)
    assert record(case, "threat") == [DRAW, plan]
    assert record(case, "banter") == []


def test_draws_are_added_and_a_cut_line_is_said(tmp_path: Path) -> None:
    """Draws stand in their order; what a stopped machine left of a line is no draw, and is reported."""
    case = Home(tmp_path).new("C-1", title="C", now=NOW)
    assert record(case, "threat") == []
    write_down(case, DRAW)
    write_down(case, DRAW)
    assert record(case, "threat") == [DRAW, DRAW]
    path = case.decisions / "certificates.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    write_down(case, DRAW)
    with pytest.raises(BadDecision, match="line 2"):
        record(case, "threat")
