"""Claims of many simulated reviews, each stopped as soon as it may be: no more are wrong than was said."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from upstander.review.certificate import Plan, Reviewed, Rule
from upstander.review.certificate.testing import stands

POPULATION, RELEVANT, RECALL, ALPHA = 1200, 60, 0.7, 0.2
REVIEWS = 200


def _ranking(draw: np.random.Generator) -> np.ndarray:
    """A ranking that is good at first and then no better than chance: its tail is where a claim may go wrong."""
    shown = np.zeros(POPULATION, bool)
    shown[draw.choice(200, RELEVANT // 2, replace=False)] = True
    shown[200 + draw.choice(POPULATION - 200, RELEVANT // 2, replace=False)] = True
    return shown


def _reviewed(shown: np.ndarray, stream: np.ndarray, depth: int, drawn: int, **more: object) -> Reviewed:
    sample = tuple((bool(shown[place]), bool(place < depth)) for place in stream[:drawn])
    return Reviewed(POPULATION, depth, int(shown[:depth].sum()), sample, **more)  # type: ignore[arg-type]


def _misses(plan: Plan, step: int, share: float, seed: int) -> tuple[int, int]:
    """Wrong first claims, and reviews that claimed anything before they had read everything."""
    draw = np.random.default_rng(seed)
    wrong = claimed = 0
    for _ in range(REVIEWS):
        shown, stream = _ranking(draw), draw.permutation(POPULATION)
        for depth in range(step, POPULATION, step):
            drawn = min(POPULATION, plan.draws or round(share * depth))
            if stands(_reviewed(shown, stream, depth, drawn), plan, RECALL, ALPHA):
                claimed += 1
                wrong += int(shown[:depth].sum()) < RECALL * RELEVANT
                break
    return wrong, claimed


@pytest.mark.parametrize(
    "plan", [Plan(Rule.FIXED, 300), Plan(Rule.QUANTILE, 300), Plan(Rule.WATCHED), Plan(Rule.BOTH)], ids=lambda p: p.rule
)
def test_first_claims_hold(plan: Plan) -> None:
    """Reviews that stop at the first claim they may make are wrong no more often than was said."""
    wrong, claimed = _misses(plan, 40, 0.6, 7)
    assert claimed > REVIEWS // 2
    assert binomtest(wrong, REVIEWS, ALPHA, alternative="greater").pvalue > 0.001


@pytest.mark.parametrize("rule", [Rule.FINAL, Rule.BOTH])
def test_final_samples_hold_whenever_they_are_drawn(rule: Rule) -> None:
    """Two samples, drawn when the stream makes people hopeful, and reading on after each: still no more than said."""
    draw = np.random.default_rng(11)
    wrong = claimed = 0
    for _ in range(REVIEWS):
        shown, stream = _ranking(draw), draw.permutation(POPULATION)
        attempt, taken, at = 0, (0, 0), (0, 0)
        members: set[int] = set()
        for depth in range(80, POPULATION, 80):
            drawn = depth // 4
            missed = sum(bool(shown[place]) for place in stream[:drawn] if place >= depth)
            if attempt < 2 and missed <= 2 and 240 * (attempt + 1) <= depth < 1000:
                free = [p for p in range(depth, POPULATION) if p not in set(stream[:drawn].tolist()) | members]
                members |= (picked := set(draw.choice(free, min(150, len(free) // 2), replace=False).tolist()))
                attempt, taken, at = attempt + 1, (len(picked), int(shown[list(picked)].sum())), (depth, drawn)
                current = picked
            if not attempt:
                continue
            outside = members - current
            read = {*range(depth), *outside} - current
            sample = tuple((bool(shown[p]), p in read) for p in stream[:drawn].tolist() if p not in current)
            before = {*range(at[0]), *outside, *stream[: at[1]].tolist()} - current
            after = (read | set(stream[:drawn].tolist()) - current) - before
            since = (len(after), int(shown[list(after)].sum()) if after else 0)
            reviewed = Reviewed(POPULATION, len(read), int(shown[list(read)].sum()), sample, taken, since)
            if stands(reviewed, Plan(rule, attempt=attempt), RECALL, ALPHA):
                claimed += 1
                wrong += reviewed.known < RECALL * RELEVANT
                break
    assert claimed > REVIEWS // 2
    assert binomtest(wrong, REVIEWS, ALPHA, alternative="greater").pvalue > 0.001


def test_a_number_written_down_late_holds() -> None:
    """A number of draws chosen by what the first draws showed, and the ranking watched after it: no more than said."""
    draw = np.random.default_rng(5)
    wrong = claimed = 0
    for _ in range(REVIEWS):
        shown, stream = _ranking(draw), draw.permutation(POPULATION)
        start = 100
        # People choose few draws where the first ones pleased them.
        missed = sum(bool(shown[place]) for place in stream[:start] if place >= 200)
        plan = Plan(Rule.FIXED, 150 if missed < 2 else 300, start=start, budget=0.8)
        for depth in range(200, POPULATION, 40):
            reviewed = _reviewed(shown, stream, depth, start + (plan.draws or 0))
            if stands(reviewed, plan, RECALL, ALPHA):
                claimed += 1
                wrong += reviewed.known < RECALL * RELEVANT
                break
    assert claimed > REVIEWS // 2
    assert binomtest(wrong, REVIEWS, ALPHA, alternative="greater").pvalue > 0.001


def test_more_found_never_claims_less() -> None:
    """Bounds are monotone: in what was found, in what chance missed, and in how much was drawn."""

    def claims(found: int, missed: int, drawn: int) -> list[bool]:
        sample = ((True, False),) * missed + ((False, False),) * (drawn - missed)
        reviewed = Reviewed(5000, 1500, found, sample)
        return [stands(reviewed, Plan(rule, 600), 0.8, 0.1) for rule in (Rule.FIXED, Rule.WATCHED, Rule.BOTH)]

    for found in (100, 200, 400):
        for missed in (0, 2, 5):
            base = claims(found, missed, 600)
            assert claims(found + 50, missed, 600) >= base
            assert claims(found, missed + 1, 600) <= base
            assert claims(found, missed, 1000)[1:] >= base[1:]


def test_who_watches_first_and_chooses_again_pays_for_both() -> None:
    """The program's own way watched, then a number written down by what it showed: together no more than said."""
    draw = np.random.default_rng(17)
    wrong = claimed = 0
    for _ in range(REVIEWS):
        shown, stream = _ranking(draw), draw.permutation(POPULATION)
        start = 200
        own = [
            (depth, _reviewed(shown, stream, depth, min(start, depth // 2)), Plan(Rule.BOTH))
            for depth in range(80, 401, 40)
        ]
        late = Plan(Rule.FIXED, 200, start=start, budget=0.8)
        then = [(depth, _reviewed(shown, stream, depth, start + 200), late) for depth in range(400, POPULATION, 40)]
        for _, reviewed, plan in [*own, *then]:
            if stands(reviewed, plan, RECALL, ALPHA):
                claimed += 1
                wrong += reviewed.known < RECALL * RELEVANT
                break
    assert claimed > REVIEWS // 2
    assert binomtest(wrong, REVIEWS, ALPHA, alternative="greater").pvalue > 0.001


@pytest.mark.parametrize(
    "plan", [Plan(Rule.FIXED, 300), Plan(Rule.QUANTILE, 300), Plan(Rule.WATCHED)], ids=lambda p: p.rule
)
def test_readers_who_pass_over_what_is_hard(plan: Plan) -> None:
    """The relevant draws are those that nobody decides on: counted against, claims hold; dropped, many are wrong."""
    draw = np.random.default_rng(23)
    wrong = dropped = claimed = 0
    for _ in range(REVIEWS):
        shown, stream = _ranking(draw), draw.permutation(POPULATION)
        hard = set(np.flatnonzero(shown & (draw.random(POPULATION) < 0.8)).tolist())
        for honest in (True, False):
            for depth in range(80, POPULATION, 80):
                drawn = stream[: plan.draws or depth // 2].tolist()
                passed = [place for place in drawn if place in hard and place >= depth]
                said = tuple((None if place in passed else bool(shown[place]), place < depth) for place in drawn)
                if not honest:
                    said = tuple((bool(relevant), reached) for relevant, reached in said)
                found = int(shown[:depth].sum())
                reviewed = Reviewed(POPULATION, depth, found, said, skipped=len(passed) if honest else 0)
                if stands(reviewed, plan, RECALL, ALPHA):
                    claimed += honest
                    wrong += honest and found < RECALL * RELEVANT
                    dropped += not honest and found < RECALL * RELEVANT
                    break
    assert claimed > REVIEWS // 4
    assert binomtest(wrong, REVIEWS, ALPHA, alternative="greater").pvalue > 0.001
    assert binomtest(dropped, REVIEWS, ALPHA, alternative="greater").pvalue < 0.001


@st.composite
def _undecided(draw: st.DrawFn) -> tuple[Reviewed, Reviewed]:
    """A review with something undecided, and the same once one of it is decided, one way or the other."""
    sample = draw(st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()), min_size=1, max_size=40))
    reached = [relevant for relevant, by_rank in sample if by_rank]
    ranked = draw(st.integers(len(reached), 60))
    spare = ranked - len(reached)
    found = draw(st.integers(0, spare)) + reached.count(True)
    open_ = [place for place, (relevant, by_rank) in enumerate(sample) if relevant is None and not by_rank]
    skipped = draw(st.integers(0, len(open_)))
    truth = draw(st.booleans())
    population = ranked + len(sample) - len(reached) + draw(st.integers(0, 200))
    size = draw(st.integers(0, population - ranked - len(sample) + len(reached)))
    relevant = draw(st.integers(0, size))
    undecided = draw(st.integers(0, size - relevant))
    waiting = draw(st.integers(0, undecided))
    final = (size, relevant) if size else None
    before = Reviewed(population, ranked, found, tuple(sample), final, skipped=skipped, open=(undecided, waiting))
    if final and undecided:
        left = (undecided - 1, max(0, waiting - 1))
        return before, replace(before, final=(size, relevant + truth), open=left)
    if final or not open_:
        return before, before
    sample[open_[0]] = (truth, False)
    return before, replace(before, sample=tuple(sample), skipped=max(0, skipped - 1))


@given(
    _undecided(), st.sampled_from(Rule), st.floats(0.05, 1), st.floats(0.01, 0.9), st.integers(1, 40), st.integers(0, 9)
)
def test_deciding_never_takes_a_claim_back(
    pair: tuple[Reviewed, Reviewed], rule: Rule, recall: float, alpha: float, draws: int, start: int
) -> None:
    """What is claimed while some of it is undecided stands whatever it turns out to be."""
    before, after = pair
    plan = Plan(rule, draws, start=0 if rule is Rule.FINAL else min(start, len(before.sample)))
    if stands(before, plan, recall, alpha):
        assert stands(after, plan, recall, alpha)
