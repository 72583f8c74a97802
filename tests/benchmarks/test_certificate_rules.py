"""The replays' quick rules stop where the certificate itself first holds."""

import numpy as np
import pytest
from benchmarks.review_certificate.rankings import Ranking
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
    # Some have the words of the one before: a reading decides both.
    place = np.cumsum((draw.random(POPULATION) < 0.9) | (np.diff(shown, prepend=True))) - 1
    return Replay(Ranking((place - place[0]).astype(np.int32), shown), seed)


def _holds(replay: Replay, depth: int, plan: Plan, drawn: int, passed: frozenset[int] = frozenset()) -> bool:
    sample = tuple(
        (None if draw in passed and place >= depth else bool(relevant), place < depth)
        for draw, (place, relevant) in enumerate(zip(replay.stream[:drawn], replay.shows[:drawn], strict=True))
    )
    skipped = sum(relevant is None for relevant, _ in sample)
    reviewed = Reviewed(POPULATION, int(replay.reached[depth]), int(replay.found[depth]), sample, skipped=skipped)
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
    likely = np.where(replay.shows[:400], 0.04, 0.02)
    open_ = np.random.default_rng([replay.seed or 0, 1]).random(400) < likely
    passed = frozenset(np.flatnonzero(open_).tolist())
    _check(replay, passed_over(replay, RECALL, 0.2, 0.02), Plan(Rule.FIXED, 400), 400, passed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_choice(seed: int) -> None:
    """Who watched first and writes a number down then stops where that number's claim stands, with what is left."""
    replay = _replay(seed)
    stop = again(replay, RECALL, 0.05, 0.2)
    # The number is written down at the first look with a twentieth drawn.
    start = stop.drawn - 400
    if start >= 100:
        assert start in replay.pace[1]
        _check(replay, stop, Plan(Rule.FIXED, 400, start=start, budget=0.8), stop.drawn)
    else:
        assert _holds(replay, stop.ranked, Plan(), stop.drawn)
