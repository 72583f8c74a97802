"""How far times are off, stretch by stretch, from pairs worked out by hand."""

import numpy as np
from tests.support.made_rows import ints

from upstander.evidence.reconcile.offsets import Stretch, stretches

MINUTE, HOUR = 60_000, 3_600_000


def _found(offsets: list[int], *, unit: int = 1000, true_unit: int = 1000, total: int | None = None) -> list[Stretch]:
    """Stretches of pairs an hour apart, of which the n-th is off by the n-th number."""
    rows = np.arange(len(offsets))
    true = rows * HOUR
    units, true_units = np.full(len(rows), unit), np.full(len(rows), true_unit)
    return stretches(rows, true + np.array(offsets), units, true, true_units, total=total or len(rows))


def test_a_zone_read_wrongly_is_one_stretch() -> None:
    """Twelve pairs an hour off are one stretch; second on second bounds it to within a second either way."""
    (found,) = _found([HOUR] * 12, total=20)
    assert (found.start, found.stop, found.pairs, found.first, found.last) == (0, 20, 12, 0, 11)
    assert (found.low, found.high, found.offset) == (HOUR - 999, HOUR + 999, HOUR)


def test_precise_times_narrow_a_written_minute() -> None:
    """Minutes that begin 0, 20 and 50 seconds before the true time allow an offset of 0 to 9.999 seconds only."""
    true = ints(0, 20_000, 50_000, 0, 20_000, 50_000) + np.arange(6) * HOUR
    (found,) = stretches(np.arange(6), true // MINUTE * MINUTE, np.full(6, MINUTE), true, np.full(6, 1), total=6)
    assert (found.low, found.high) == (0, 9_999)


def test_a_clock_change_is_a_step() -> None:
    """An offset that changes by an hour makes two stretches; the rows up to the first later pair are of the earlier."""
    early, late = _found([0] * 6 + [HOUR] * 6)
    assert (early.start, early.stop, early.offset) == (0, 6, 0)
    assert (late.start, late.stop, late.offset) == (6, 12, HOUR)


def test_a_moved_clock_comes_back() -> None:
    """Seven pairs off by 45 hours between right ones are three stretches; five are worth less than two changes cost."""
    offset = 165_534_700
    found = _found([0] * 8 + [offset] * 7 + [0] * 8)
    assert [(each.start, each.stop) for each in found] == [(0, 8), (8, 15), (15, 23)]
    assert [each.offset for each in found] == [0, offset, 0]
    assert [each.pairs for each in found] == [8, 7, 8]
    (alone,) = _found([0] * 8 + [offset] * 5 + [0] * 8)
    assert (alone.offset, alone.pairs) == (0, 16)


def test_noise_is_no_stretch() -> None:
    """Two strangers among twelve pairs change neither the offset nor its bounds, and are not counted."""
    (found,) = _found([0, 0, 0, 0, 7 * HOUR, 0, 0, 0, -3 * HOUR, 0, 0, 0])
    assert (found.low, found.high, found.pairs) == (-999, 999, 10)


def test_a_short_change_is_not_believed() -> None:
    """Three pairs that are off are too few for a clock of their own."""
    (found,) = _found([0] * 6 + [HOUR] * 3 + [0] * 6)
    assert (found.offset, found.pairs) == (0, 12)


def test_too_few_pairs_say_nothing() -> None:
    """Three pairs are no offset, nor are four that all differ; four alike are one."""
    assert _found([0, 0, 0]) == []
    assert _found([0, HOUR, 2 * HOUR, 3 * HOUR]) == []
    assert len(_found([HOUR] * 4)) == 1


def test_pairs_may_come_in_any_order() -> None:
    """Pairs that are given backwards give the same stretches."""
    rows = np.arange(12)
    true = rows * HOUR
    written = true + np.where(rows < 6, 0, HOUR)
    unit = np.full(12, 1000)
    there = stretches(rows, written, unit, true, unit, total=12)
    back = stretches(rows[::-1], written[::-1], unit, true[::-1], unit, total=12)
    assert there == back
