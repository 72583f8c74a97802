"""Chances against brute force: every sample of small populations, and every permutation where watching matters."""

from fractions import Fraction
from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest

from upstander.review.certificate.chances import LEVELS, at_most, quantile, watched
from upstander.review.certificate.shares import below, least_left, least_total


@pytest.mark.parametrize(("population", "relevant", "drawn"), [(6, 2, 3), (7, 7, 2), (5, 0, 5), (8, 3, 0), (1, 1, 1)])
def test_at_most_is_every_sample_counted(population: int, relevant: int, drawn: int) -> None:
    """The chance is the share of samples, counted one by one."""
    samples = [sum(place < relevant for place in sample) for sample in combinations(range(population), drawn)]
    for seen in range(drawn + 1):
        share = sum(each <= seen for each in samples) / len(samples)
        assert at_most(seen, population, relevant, drawn) == pytest.approx(share)


def test_an_empty_population() -> None:
    """Where there is nothing, nothing is seen for certain."""
    assert at_most(0, 0, 0, 0) == 1


@pytest.mark.parametrize(("population", "relevant"), [(6, 2), (7, 3), (7, 1), (6, 5)])
def test_watching_errs_no_more_than_it_says(population: int, relevant: int) -> None:
    """Over every order of a small population, looked at after every draw, a value ≤ a comes with chance ≤ a."""
    smallest = []
    for places in combinations(range(population), relevant):
        seen = np.cumsum([place in places for place in range(population)])
        smallest.append(min(watched(int(seen[n - 1]), population, relevant, n) for n in range(1, population + 1)))
    for limit in (0.05, 0.1, 0.2, 0.5, 0.9, *smallest):
        assert sum(each <= limit for each in smallest) / len(smallest) <= limit + 1e-12


def test_allowances_spend_no_more_than_there_is() -> None:
    """The shares sum to one at most, and the allowances grow beyond every population."""
    assert sum(share for _, share in LEVELS) <= 1
    assert [allowed for allowed, _ in LEVELS] == sorted({allowed for allowed, _ in LEVELS})
    assert LEVELS[-1][0] > 50_000_000


@pytest.mark.parametrize("recall", [0.5, 0.7, 0.8, 0.95])
def test_the_quantile_holds_for_every_number_of_relevant(recall: float) -> None:
    """What Uhlmann proved, gone through: no hypergeometric of a lower recall has more than the value."""
    for shown in (1, 2, 3, 5, 8, 14):
        for total in range(shown, 70):
            short = below(total, recall)
            ways = comb(total, shown)
            for reached in range(shown + 1):
                value = quantile(reached, shown, recall)
                exact = sum(comb(short, each) * comb(total - short, shown - each) for each in range(reached, shown + 1))
                assert float(Fraction(exact, ways)) <= value + 1e-12


def test_shares_in_whole_messages() -> None:
    """Four fifths is four fifths: a float's last digit decides nothing."""
    for recall in (0.7, 0.8, 0.9, 0.95, 1.0):
        share = Fraction(repr(recall))
        for total in range(1, 200):
            assert below(total, recall) < share * total <= below(total, recall) + 1
            assert total < share * least_total(total, recall)
            assert total >= share * (least_total(total, recall) - 1)
            assert least_left(total, recall) + total == least_total(total, recall)


def test_the_stream_and_the_ranking_watched_together() -> None:
    """Every order of the stream, every depth of one ranking, every number of draws: the first claims are right."""
    ranking = (True, False, True, False, True, False)
    population, total, recall, limit = len(ranking), 3, 0.9, 0.4
    wrong = 0
    for stream in permutations(range(population)):
        wrong += any(
            watched(
                sum(ranking[place] and place >= depth for place in stream[:drawn]),
                population,
                least_left(sum(ranking[:depth]), recall),
                drawn,
            )
            <= limit
            for depth in range(population)
            for drawn in range(population + 1)
            if sum(ranking[:depth]) < recall * total
        )
    assert wrong / 720 <= limit
