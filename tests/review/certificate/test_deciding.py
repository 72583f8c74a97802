"""A certificate at its edges: nothing found, everything read, populations of nobody and of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.errors import ReviewError, UsageError
from upstander.review.certificate import Plan, Reviewed, Rule, certificate
from upstander.review.certificate.chances import at_most
from upstander.review.certificate.shares import least_left, least_total
from upstander.review.certificate.testing import by_final, by_stream

MISS, HIT, REACHED, PASSED = (False, False), (True, False), (True, True), (None, False)


@pytest.mark.parametrize(
    "reviewed",
    [Reviewed(10, 10, 0, ()), Reviewed(10, 8, 8, (MISS, HIT)), Reviewed(5, 3, 1, (), (2, 1))],
)
def test_everything_read_is_recall_one(reviewed: Reviewed) -> None:
    """Where nothing is unread nothing was missed, whatever the confidence."""
    made = certificate(reviewed, recall=1, confidence=0.999)
    assert made.holds
    assert made.method == "everything"
    assert made.bound == 1
    assert made.price is None


def test_of_no_message_nothing_is_claimed() -> None:
    """A scope without messages may be a slip of the pen: no recall, no price, and a sentence that says why."""
    made = certificate(Reviewed(0, 0, 0, ()), recall=0.1, confidence=0.5)
    assert (made.holds, made.method, made.bound, made.price) == (False, "nothing", None, None)
    assert made.words.startswith("Not certifiable: no message in scope has text")


def test_nothing_found() -> None:
    """Nothing can be claimed of nothing; what it would cost is to read on."""
    made = certificate(Reviewed(1000, 10, 0, (MISS,) * 500), recall=0.5, confidence=0.9)
    assert not made.holds
    assert made.method == "nothing"
    assert made.bound is None
    assert made.price == 490
    assert "nothing relevant has been found" in made.words


def test_all_relevant() -> None:
    """Where every message is relevant the unread are most of what there is, and chance says so."""
    made = certificate(Reviewed(1000, 500, 500, (HIT,) * 50), recall=0.8, confidence=0.95)
    assert not made.holds
    assert made.bound is not None
    assert made.bound < 0.56


def test_holds_and_says_so() -> None:
    """A thousand draws and more without a relevant message outside what rank read are enough for four fifths."""
    made = certificate(Reviewed(20_000, 8_000, 400, (MISS,) * 2_000), recall=0.8, confidence=0.95)
    assert made.holds
    assert made.words.startswith("At least 80 % of all relevant messages in scope have been found, at 95 % confidence")
    assert "It covers no message without anybody's words" in made.words
    assert made.price is None


def test_plan_unfinished() -> None:
    """A plan for a number of draws claims nothing before they are made."""
    reviewed = Reviewed(20_000, 8_000, 400, (MISS,) * 999)
    made = certificate(reviewed, recall=0.5, confidence=0.8, plan=Plan(Rule.FIXED, 1000))
    assert not made.holds
    assert made.price == 1
    assert "the plan is for 1,000 random draws and 999 are made" in made.words


@pytest.mark.parametrize(("recall", "confidence"), [(0, 0.9), (1.1, 0.9), (0.8, 1), (0.8, 0), (float("nan"), 0.9)])
def test_shares_refused(recall: float, confidence: float) -> None:
    """Shares that mean nothing are refused."""
    with pytest.raises(UsageError):
        certificate(Reviewed(10, 5, 2, ()), recall=recall, confidence=confidence)


@pytest.mark.parametrize(
    "made",
    [(10, 11, 0, ()), (10, 5, 6, ()), (10, 0, 0, (REACHED,)), (10, 9, 1, (MISS, MISS)), (-1, 0, 0, ())],
)
def test_impossible_refused(made: tuple[int, int, int, tuple[tuple[bool, bool], ...]]) -> None:
    """Numbers that no review can have are refused, not computed with."""
    with pytest.raises(ReviewError, match="count again"):
        Reviewed(*made)


@st.composite
def reviews(draw: st.DrawFn) -> Reviewed:
    """Any review that can be."""
    population = draw(st.integers(0, 300))
    sample = tuple(draw(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=population)))
    reached = sum(by_rank for _, by_rank in sample)
    relevant = sum(each and by_rank for each, by_rank in sample)
    apart = len(sample) - reached
    ranked = draw(st.integers(reached, population - apart))
    found = draw(st.integers(relevant, ranked - reached + relevant))
    size = draw(st.integers(0, population - apart - ranked))
    final = (size, draw(st.integers(0, size))) if draw(st.booleans()) else None
    return Reviewed(population, ranked, found, sample, final)


@given(reviews(), st.sampled_from(Rule), st.floats(0.01, 1), st.floats(0.01, 0.999), st.integers(1, 50))
def test_any_review(reviewed: Reviewed, rule: Rule, recall: float, confidence: float, draws: int) -> None:
    """Every review gets an answer; no bound is above what is certain, and bounds fall with confidence."""
    made = certificate(reviewed, recall=recall, confidence=confidence, plan=Plan(rule, draws))
    values = [bound.recall or 0.0 for bound in made.bounds]
    assert values == sorted(values, reverse=True)
    if made.holds or not reviewed.population:
        assert made.price is None
    else:
        assert made.price is not None
        assert 0 <= made.price <= reviewed.rest
        assert reviewed.rest


def test_what_is_undecided_is_in_the_value() -> None:
    """Undecided of a final sample: shown, and not known; passed over before a late plan: it may be missed."""
    final = Reviewed(1000, 300, 80, (), final=(200, 1), open=(3, 2))
    assert final.rest == 502
    assert by_final(final, 0.8) == at_most(4, 700, least_total(81, 0.8) - 80, 200)
    late = Reviewed(1000, 500, 80, (PASSED,) * 10 + (MISS,) * 200, skipped=10)
    plan = Plan(Rule.FIXED, 200, start=10, budget=0.8)
    assert by_stream(late, plan, 0.8) == at_most(0, 990, least_left(80, 0.8) - 10, 200)
    assert by_stream(late, Plan(Rule.QUANTILE, 200, start=10), 0.8) == 1
    assert by_stream(late, Plan(Rule.FIXED, 210), 0.8) == at_most(10, 1000, least_left(80, 0.8), 210)


def test_undecided_is_said() -> None:
    """How many, of which kinds, and against what they count; where all else is read they are not called relevant."""
    made = certificate(Reviewed(1000, 500, 80, (PASSED,) * 2, skipped=1, disputed=1), recall=0.8, confidence=0.95)
    said = "2 messages are undecided (1 drawn at random and passed over, 1 read differently by two readers and not"
    assert f"{said} settled) and counted against the claim, as if each were missed." in made.words
    whole = certificate(Reviewed(10, 10, 4, (), disputed=1), recall=0.8, confidence=0.95)
    assert (whole.holds, "1 message is undecided" in whole.words) == (True, True)
    assert "not counted as relevant" in whole.words


def test_a_claim_that_was_not_chosen_before() -> None:
    """The numbers bear it and it is not made, unless it follows from what was chosen, or by counting alone."""
    reviewed = Reviewed(20_000, 8_000, 400, (MISS,) * 2_000)
    late = "It was asked for late."
    refused = certificate(reviewed, recall=0.8, confidence=0.95, late=late)
    assert (refused.holds, refused.late, refused.price, late in refused.words) == (False, late, None, True)
    assert refused.words.startswith("Not certified: 400 relevant messages known")
    assert certificate(reviewed, recall=0.7, confidence=0.9, late=late, chosen=(0.8, 0.95)).holds
    assert not certificate(reviewed, recall=0.81, confidence=0.9, late=late, chosen=(0.8, 0.95)).holds
    assert not certificate(reviewed, recall=0.7, confidence=0.9, late=late, chosen=(0.99, 0.95)).holds
    counted = Reviewed(100, 99, 50, ())
    assert certificate(counted, recall=0.9, confidence=0.95, late=late).holds
