"""The replays' quick rules stop where the certificate itself first holds."""

import numpy as np
import pytest
from benchmarks.review_certificate.rules import Replay, Stop, again, fixed, passed_over, quantile

from upstander.review.certificate import Plan, Reviewed, Rule
from upstander.review.certificate.testing import stands

POPULATION, RECALL = 2_000, 0.8
SEEDS = range(6)


def _replay(seed: int) -> Replay:
    """A ranking that begins well and ends like chance, and a stream."""
    draw = np.random.default_rng(seed)
    shown = np.zeros(POPULATION, np.bool_)
    shown[draw.choice(400, 110, replace=False)] = True
    shown[400 + draw.choice(POPULATION - 400, 40, replace=False)] = True
    return Replay(shown, seed)


def _holds(replay: Replay, depth: int, plan: Plan, drawn: int, passed: frozenset[int] = frozenset()) -> bool:
    sample = tuple(
        (None if place in passed and place >= depth else bool(replay.shown[place]), place < depth)
        for place in replay.stream[:drawn].tolist()
    )
    skipped = sum(relevant is None for relevant, _ in sample)
    reviewed = Reviewed(POPULATION, depth, int(replay.found[depth]), sample, skipped=skipped)
    return stands(reviewed, plan, RECALL, 0.05)


def _check(replay: Replay, stop: Stop, plan: Plan, drawn: int, passed: frozenset[int] = frozenset()) -> None:
    assert _holds(replay, stop.ranked, plan, drawn, passed)
    assert not _holds(replay, stop.ranked - 1, plan, drawn, passed)


@pytest.mark.parametrize("seed", SEEDS)
def test_fixed_quantile_and_passed_over(seed: int) -> None:
    """At the stop the claim stands, and one message before it does not."""
    replay = _replay(seed)
    _check(replay, fixed(replay, RECALL, 0.2), Plan(Rule.FIXED, 400), 400)
    stop = quantile(replay, RECALL, 0.2)
    assert stop is not None
    _check(replay, stop, Plan(Rule.QUANTILE, 400), 400)
    draws = replay.stream[:400]
    likely = np.where(replay.shown[draws], 0.04, 0.02)
    open_ = np.random.default_rng([replay.seed or 0, 1]).random(400) < likely
    passed = frozenset(draws[open_].tolist())
    _check(replay, passed_over(replay, RECALL, 0.2, 0.02), Plan(Rule.FIXED, 400), 400, passed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_choice(seed: int) -> None:
    """Who watched first and writes a number down then stops where that number's claim stands, with what is left."""
    replay = _replay(seed)
    stop = again(replay, RECALL, 0.05, 0.2)
    plan = Plan(Rule.FIXED, 400, start=100, budget=0.8)
    if stop.drawn == 500:
        _check(replay, stop, plan, 500)
    else:
        assert _holds(replay, stop.ranked, Plan(), stop.drawn)
