"""What is read a second time: by a keyed hash, more where scores are high, and written down with its chance."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.errors import BadDecision, UsageError
from upstander.evidence.standing import SCORES
from upstander.model import batch
from upstander.review.agreement.drawing import chance, draw, rates
from upstander.review.agreement.draws import DRAWS, Draw, append, draws
from upstander.storage import Case, Home, PartWriter

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)
MESSAGES = [f"{number:016x}" for number in range(2_000)]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path).new("C-1", title="C", now=NOW)


def scored(case: Case, scores: dict[str, float], head: str = "threat_violence") -> None:
    """Give messages scores of one head."""
    columns: dict[str, list[Any]] = {
        "conversation": ["c"] * len(scores), "ordinal": list(range(len(scores))), "message": list(scores),
        "head": [head] * len(scores), "score": list(scores.values()), "in_context": list(scores.values()),
    }  # fmt: skip
    with case.writing():
        writer = PartWriter(case, SCORES)
        writer.write("scores", batch("scores", columns, rows=len(scores)))
        writer.finish(made_from="test", about={})


def drawn(case: Case, messages: list[str], share: float = 0.2, seed: int = 1, code: str | None = None) -> Draw:
    """Draw of messages."""
    return draw(case, messages, code=code, book=code and "book", share=share, seed=seed, now=NOW)


def test_a_share_is_drawn(case: Case) -> None:
    """Some two in ten, each with the chance of the share, the same ones whenever it is done again."""
    first = drawn(case, MESSAGES)
    assert 340 < len(first.drawn) < 460
    assert set(first.drawn.values()) == {0.2}
    assert drawn(case, MESSAGES).drawn == first.drawn
    assert len(draws(case)) == 1
    assert drawn(case, MESSAGES, seed=2).drawn.keys() != first.drawn.keys()


def test_a_draw_only_grows(case: Case) -> None:
    """Messages coded later are drawn by the same rule; those drawn before stay."""
    first = drawn(case, MESSAGES[:500])
    again = drawn(case, MESSAGES)
    assert again.drawn.keys() > first.drawn.keys()
    assert again.drawn.keys() == {message for message in MESSAGES if chance(message, 1) < 0.2}
    assert [made.pool for made in draws(case)] == [500, 2_000]


def test_high_scores_are_drawn_more_often(case: Case) -> None:
    """Each stratum gives about as many, so that the few that score high are drawn most, all at a share in all."""
    scored(case, {message: number / 2_000 for number, message in enumerate(MESSAGES[:1_900])})
    made = drawn(case, MESSAGES, share=0.15)
    low, middle, high, none = made.rates
    assert low < none == 0.15 < middle < high
    assert len(made.edges) == 2
    sizes = [sum(rate == made.drawn[message] for message in made.drawn) for rate in (low, middle, high)]
    assert all(60 < size < 130 for size in sizes)
    # What a later ranking says changes neither the boundaries nor what was drawn.
    scored(case, dict.fromkeys(MESSAGES, 0.001))
    again = drawn(case, MESSAGES, share=0.15)
    assert (again.edges, again.rates) == (made.edges, made.rates)
    assert all(again.drawn[message] == made.drawn[message] for message in made.drawn)


def test_the_head_of_the_code_counts(case: Case) -> None:
    """A code that the ranking has a head for is enriched by it; equal scores make one stratum."""
    scored(case, dict.fromkeys(MESSAGES, 0.5))
    assert len(drawn(case, MESSAGES, code="threat_violence").rates) == len(drawn(case, MESSAGES).rates)
    few = drawn(case, MESSAGES[:10], share=0.5, seed=9)
    assert (few.edges, few.rates) == ((), (0.5,))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=5), st.floats(0.001, 1))
def test_rates_share_out(sizes: list[int], share: float) -> None:
    """Chances lie above 0, up to 1, and give the share of all messages in expectation."""
    made = rates(sizes, share)
    assert all(0 < rate <= 1 for rate in made)
    expected = sum(size * rate for size, rate in zip(sizes, made, strict=True))
    assert expected == pytest.approx(share * sum(sizes))


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_share_is_a_share(case: Case, share: float) -> None:
    """Nothing is drawn at a share that is none."""
    with pytest.raises(UsageError, match="not a share"):
        drawn(case, MESSAGES, share=share)


def test_the_record_says_the_draw(case: Case) -> None:
    """What is written is what is read."""
    made = Draw("a", "book", 0.25, 7, (0.1, 0.5), (0.1, 0.5, 1.0, 0.25), 40, {"m": 0.1}, NOW)
    append(case, made)
    assert draws(case) == [made]


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_a_bad_line_is_refused(line: str) -> None:
    """Nothing but a sentence comes of a line that is no draw."""
    with pytest.raises(BadDecision, match="line 7"):
        Draw.of(line, "line 7")


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.floats(), max_size=3)


@given(st.sampled_from(["code", "codebook", "share", "seed", "edges", "rates", "pool", "drawn", "at"]), VALUES)
def test_any_field_is_read_or_refused(field: str, value: object) -> None:
    """Whatever stands in a field, the line is a draw or a sentence."""
    made = Draw("a", "book", 0.25, 7, (0.1,), (0.1, 1.0, 0.25), 40, {"m": 0.1}, NOW)
    line = json.dumps(json.loads(made.line()) | {field: value})
    with suppress(BadDecision):
        assert Draw.of(line, "line 7").at


def test_a_record_that_cannot_be_read(case: Case) -> None:
    """It is named."""
    case.decisions.mkdir(exist_ok=True)
    (case.decisions / DRAWS).write_bytes(b"\xff")
    with pytest.raises(BadDecision, match=r"line 1 of the record of draws .*draws\.jsonl is no UTF-8"):
        draws(case)
