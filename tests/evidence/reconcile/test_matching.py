"""Rows of one author and body paired by time and order, worked out by hand."""

import numpy as np
from tests.support.made_rows import ints

from upstander.evidence.reconcile.matching import Side, match

MINUTE = 60_000
FAR = np.iinfo(np.int64).max


def _side(*rows: tuple[int, int, int]) -> Side:
    """Rows (token, first instant, last instant); their places are their numbers."""
    token = np.array([row[0] for row in rows], np.uint64)
    low, high = (np.array([row[n] for row in rows], np.int64) for n in (1, 2))
    return Side(token, low, high, np.arange(len(rows)))


def _minute(token: int, at: int) -> tuple[int, int, int]:
    return token, at, at + MINUTE - 1


def _open(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nothing known of the order."""
    return np.full(count, -1), np.full(count, FAR)


def _pairs(left: Side, right: Side, between: tuple[np.ndarray, np.ndarray] | None) -> tuple[list[object], list[int]]:
    found = match(left, right, between=between)
    return sorted(zip(found.left.tolist(), found.right.tolist(), strict=True)), sorted(found.apart.tolist())


def test_one_on_each_side_is_the_pair() -> None:
    """Alone in their minute, rows of one token pair; another token, or another minute, does not."""
    left = _side(_minute(1, 0), _minute(2, 0), _minute(3, 0))
    right = _side((1, 30_000, 30_999), (4, 30_000, 30_999), (3, 90_000, 90_999))
    assert _pairs(left, right, None) == ([(0, 0)], [])


def test_as_many_on_either_side_pair_in_order() -> None:
    """Three *ok* in a minute here and three there are the first, the second and the third."""
    left = _side(*[_minute(7, 0)] * 3)
    right = _side((7, 10_000, 10_999), (7, 20_000, 20_999), (7, 50_000, 50_999))
    assert _pairs(left, right, _open(3)) == ([(0, 0), (1, 1), (2, 2)], [])


def test_where_order_is_no_evidence_only_one_and_one_pair() -> None:
    """Without order, two and two stay apart, all of them."""
    left = _side(*[_minute(7, 0)] * 2, _minute(8, 0))
    right = _side((7, 10_000, 10_999), (7, 20_000, 20_999), (8, 0, 999))
    assert _pairs(left, right, None) == ([(2, 2)], [0, 1])


def test_two_readings_stay_apart() -> None:
    """One *ok* here and two there, with nothing around them known, is two readings: the row stays apart."""
    left = _side(_minute(7, 0))
    right = _side((7, 10_000, 10_999), (7, 20_000, 20_999))
    assert _pairs(left, right, _open(1)) == ([], [0])


def test_what_stands_around_decides() -> None:
    """Of two there, the one that stands between the neighbours of the row here is it."""
    left = _side(_minute(7, 0))
    right = _side((7, 10_000, 10_999), (7, 20_000, 20_999))
    assert _pairs(left, right, (ints(0), ints(5))) == ([(0, 1)], [])
    assert _pairs(left, right, (ints(-1), ints(1))) == ([(0, 0)], [])


def test_a_place_that_two_rows_claim_is_nobodys() -> None:
    """Two here and one there: neighbours that let both be it leave both apart; those that let one give it."""
    left = _side(*[_minute(7, 0)] * 2)
    right = _side((7, 10_000, 10_999))
    assert _pairs(left, right, _open(2)) == ([], [0, 1])
    assert _pairs(left, right, (ints(-1, 3), ints(FAR, FAR))) == ([(0, 0)], [1])


def test_neighbours_that_contradict_decide_nothing() -> None:
    """A row whose neighbours stand the wrong way round has no place between them."""
    left = _side(_minute(7, 0))
    right = _side((7, 10_000, 10_999), (7, 20_000, 20_999))
    assert _pairs(left, right, (ints(9), ints(-1))) == ([], [0])


def test_equal_clusters_that_do_not_fit_in_order_stay_apart() -> None:
    """Two and two of which the second cannot be the second are not paired in order at all."""
    left = _side((7, 0, 100), (7, 0, 1_000))
    right = _side((7, 500, 600), (7, 50, 120))
    pairs, apart = _pairs(left, right, _open(2))
    assert pairs == [(0, 1), (1, 0)]
    assert apart == []
    crossed = _side((7, 0, 100), (7, 90, 100), (7, 200, 300))
    three = _side((7, 95, 99), (7, 150, 180), (7, 250, 260))
    assert _pairs(crossed, three, _open(3))[0] == [(2, 2)]


def test_nothing_to_match_is_nothing() -> None:
    """An empty side, or two without a token in common, give no pair and nobody apart."""
    assert _pairs(_side(), _side(_minute(1, 0)), None) == ([], [])
    assert _pairs(_side(_minute(1, 0)), _side(_minute(2, 0)), _open(1)) == ([], [])
