"""The figures against published examples, against the library, and at the edges."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.agreement.figures import Figures, figures, gwet


def of(readers: list[int], yes: list[int], weight: list[float] | None = None, seed: int = 0) -> Figures:
    """The figures of one decision a message."""
    return figures(
        np.arange(len(readers)), np.array(readers), np.array(yes), np.array(weight) if weight else None, seed=seed
    )


def two(both: int, one: int, none: int) -> Figures:
    """The figures of two readers: messages that both, one or none said yes of."""
    return of([2] * (both + one + none), [2] * both + [1] * one + [0] * none)


#: Gwet's and Krippendorff's worked example: 12 units, four coders, five values, some missing (0).
FOUR = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def test_ac1_of_the_published_example() -> None:
    """Gwet's four coders with missing codings: AC1 .77544, as irrCAC gives it and his handbook prints it."""
    counts = np.array([[sum(row[unit] == value for row in FOUR) for value in range(1, 6)] for unit in range(12)])
    assert gwet(counts) == pytest.approx(0.77544, abs=5e-6)
    assert krippendorff.alpha(value_counts=counts, level_of_measurement="nominal") == pytest.approx(0.74342, abs=5e-6)


def test_ac1_of_two_coders_by_hand() -> None:
    """Gwet's table of 125: 118 (yes, yes), 5 (yes, no), 2 (no, yes), none (no, no).

    They agree in 118 of 125, .944; the share of yes is (123 + 120) / 250 = .972, so that chance is 2 × .972 × .028 =
    .054432, and AC1 (.944 - .054432) / .945568 = .940776. Of alpha: 7 pairs differ, 243 readings say yes and 7 no, and
    1 - 249 × 7 / (243 × 7) is -.024691. Positive agreement is 236 / 243, negative agreement 0.
    """
    made = two(118, 7, 0)
    assert made.agreement.value == pytest.approx(0.944)
    assert made.ac1.value == pytest.approx(0.940776, abs=1e-6)
    assert made.alpha.value == pytest.approx(-0.024691, abs=1e-6)
    assert made.positive.value == pytest.approx(236 / 243)
    assert made.negative.value == 0.0
    assert gwet([[0, 2]] * 118 + [[1, 1]] * 7) == pytest.approx(0.940776, abs=1e-6)


@pytest.mark.parametrize(
    ("prevalence", "agree", "alpha", "ac1", "positive"),
    [
        (0.5, 0.860, 0.715, 0.727, 0.837),
        (0.2, 0.932, 0.767, 0.904, 0.808),
        (0.05, 0.968, 0.683, 0.965, 0.700),
        (0.01, 0.979, 0.421, 0.978, 0.432),
        (0.002, 0.979, 0.099, 0.978, 0.110),
    ],
)
def test_why_no_figure_stands_alone(prevalence: float, agree: float, alpha: float, ac1: float, positive: float) -> None:
    """The same two coders (sensitivity .85, specificity .99) at five prevalences: alpha falls and AC1 rises.

    The numbers beside each prevalence are those of a simulation of 60,000 messages, which is a little off where yes is
    rare; what they should be is worked out, and held to more tightly.
    """
    draws = np.random.default_rng(20)
    truth = draws.random(60_000) < prevalence
    yes = sum((np.where(truth, draws.random(len(truth)) < 0.85, draws.random(len(truth)) < 0.01)) for _ in range(2))
    made = figures(np.arange(len(truth)), np.full(len(truth), 2), np.asarray(yes, np.int64))
    said = 0.85 * prevalence + 0.01 * (1 - prevalence)
    both = 0.85**2 * prevalence + 0.01**2 * (1 - prevalence)
    differ, chance = 2 * (said - both), 2 * said * (1 - said)
    worked_out = (1 - differ, 1 - differ / chance, 1 - differ / (1 - chance), both / said)
    found = (made.agreement, made.alpha, made.ac1, made.positive)
    for figure, exactly, simulated in zip(found, worked_out, (agree, alpha, ac1, positive), strict=True):
        assert figure.value is not None
        assert figure.value == pytest.approx(simulated, abs=0.04)
        assert figure.low is not None
        assert figure.high is not None
        # Twice the interval, so that the test does not hang on a lucky seed.
        slack = (figure.high - figure.low) / 2
        assert figure.low - slack < exactly < figure.high + slack
        assert figure.low < figure.value < figure.high


COUNTS = st.lists(
    st.integers(2, 5).flatmap(lambda m: st.tuples(st.just(m), st.integers(0, m))), min_size=1, max_size=40
)


@given(COUNTS)
@settings(deadline=None, max_examples=60)
def test_our_sums_are_the_librarys(counts: list[tuple[int, int]]) -> None:
    """With all weights one, the sums that the bootstrap uses give what the library and `gwet` give."""
    readers, yes = [m for m, _ in counts], [r for _, r in counts]
    made, weighed = of(readers, yes), of(readers, yes, [1.0] * len(counts))
    for name in ("agreement", "alpha", "ac1", "positive", "negative"):
        ours, theirs = getattr(weighed, name).value, getattr(made, name).value
        assert (ours is None) == (theirs is None), name
        assert ours is None or ours == pytest.approx(theirs, abs=1e-9), name
    table = [[m - r, r] for m, r in counts]
    assert made.ac1.value == pytest.approx(gwet(table))
    # How weights are scaled changes nothing.
    scaled = of(readers, yes, [7.5] * len(counts))
    assert scaled.alpha.value == (None if made.alpha.value is None else pytest.approx(made.alpha.value, abs=1e-9))


def test_a_weight_stands_for_messages() -> None:
    """A message that stands for three gives the shares that three messages like it give."""
    weighed = of([2, 2, 2], [2, 1, 0], [1.0, 2.0, 3.0])
    written_out = of([2] * 6, [2, 1, 1, 0, 0, 0])
    for name in ("agreement", "ac1", "positive", "negative"):
        assert getattr(weighed, name).value == pytest.approx(getattr(written_out, name).value)


def test_weights_take_the_enrichment_back() -> None:
    """Drawn at three rates by score, the weighted figures are near those of all messages; the plain ones are not."""
    draws = np.random.default_rng(5)
    size = 60_000
    truth = draws.random(size) < 0.02
    rate = np.where(truth, 0.9, np.where(draws.random(size) < 0.1, 0.5, 0.05))
    yes = sum(np.where(truth, draws.random(size) < 0.8, draws.random(size) < 0.01) for _ in range(2))
    yes = np.asarray(yes, np.int64)
    drawn = draws.random(size) < rate
    everything = figures(np.arange(size), np.full(size, 2), yes)
    count = int(drawn.sum())
    plain = figures(np.arange(count), np.full(count, 2), yes[drawn])
    weighed = figures(np.arange(count), np.full(count, 2), yes[drawn], 1 / rate[drawn])
    truth_alpha, plain_alpha, weighed_alpha = (one.alpha.value or 0 for one in (everything, plain, weighed))
    assert abs(weighed_alpha - truth_alpha) < 0.05 < plain_alpha - truth_alpha
    assert weighed.alpha.low is not None
    assert weighed.alpha.high is not None
    assert weighed.alpha.low < truth_alpha < weighed.alpha.high


def test_the_interval_covers() -> None:
    """Of 200 samples of 300 messages the intervals of positive agreement hold the truth in about 95 of 100."""
    draws = np.random.default_rng(3)
    held = 0
    for trial in range(200):
        truth = draws.random(300) < 0.3
        yes = sum(np.where(truth, draws.random(300) < 0.85, draws.random(300) < 0.05) for _ in range(2))
        made = figures(np.arange(300), np.full(300, 2), np.asarray(yes, np.int64), seed=trial).positive
        # 2 P(yes, yes) / 2 P(yes) of these coders.
        expected = (0.3 * 0.85**2 + 0.7 * 0.05**2) / (0.3 * 0.85 + 0.7 * 0.05)
        assert made.low is not None
        assert made.high is not None
        held += made.low <= expected <= made.high
    assert 0.90 <= held / 200 <= 0.99


def test_codes_of_one_message_go_together() -> None:
    """Over all codes a message is resampled whole: the interval is wider than of as many messages of their own."""
    yes = np.array([2, 1, 0, 2, 0, 1] * 20)
    together = figures(np.repeat(np.arange(12), 10), np.full(120, 2), np.sort(yes)).agreement
    apart = figures(np.arange(120), np.full(120, 2), np.sort(yes)).agreement
    assert together.value == pytest.approx(apart.value or 0)
    assert (together.high or 0) - (together.low or 0) > (apart.high or 0) - (apart.low or 0)


def test_edges() -> None:
    """All yes, all no, one message: what is not defined is absent, and nothing is a warning of NumPy's."""
    every, nothing, one = two(20, 0, 0), two(0, 0, 20), two(0, 1, 0)
    assert (every.alpha.value, every.ac1.value, every.positive.value, every.negative.value) == (None, 1.0, 1.0, None)
    assert (nothing.alpha.value, nothing.ac1.value, nothing.positive.value) == (None, 1.0, None)
    assert (one.messages, one.agreement.value, one.agreement.low, one.alpha.value) == (1, 0.0, None, 0.0)
    assert one.ac1.value == -1.0


def test_the_same_seed_gives_the_same_intervals() -> None:
    """And another seed others."""
    readers, yes = [2] * 50, [2, 1, 0, 0, 0] * 10
    assert of(readers, yes, seed=4) == of(readers, yes, seed=4) != of(readers, yes, seed=5)
