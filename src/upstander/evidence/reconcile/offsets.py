"""How far the times of one capture lie from those of another, stretch by stretch, read off messages known to be one.

A pair of rows of one message bounds the offset from both sides: written times are the beginnings of a minute, a second
or a millisecond. The offset that most pairs allow is taken, then the one that most of the rest allow, and so on; where
in the capture each of them holds is the cheapest path through the pairs, a change costing as much as `SWITCH` pairs
that do not fit. So a time zone read wrongly, each side of a clock change, and a clock that was moved come out alike,
and a few pairs that are no pairs at all change nothing.
"""

from dataclasses import dataclass

import numpy as np

from upstander.evidence.reconcile.held import Ints

__all__ = ["LEAST_PAIRS", "Stretch", "stretches"]

#: Pairs that must agree before an offset is believed.
LEAST_PAIRS = 4

#: Offsets looked for in one capture: zones, clock changes and clocks that were moved, with room to spare.
_MOST_OFFSETS = 24

#: What a change of offset costs, in pairs that do not fit.
SWITCH = 3

#: How much a stamp may be off by itself: taken on sending in one export, on the server in another (ms).
JITTER = 2000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `start` to `stop` of a capture, whose written times less the true ones lie between `low` and `high`."""

    start: int
    stop: int
    low: int
    high: int
    pairs: int
    #: Row of the first and of the last pair that shows it.
    first: int
    last: int

    @property
    def offset(self) -> int:
        """The middle (ms)."""
        return (self.low + self.high) // 2


def stretches(rows: Ints, written: Ints, unit: Ints, true: Ints, true_unit: Ints, *, total: int) -> list[Stretch]:
    """The stretches of a capture of `total` rows, from pairs: row, written time and its unit, the true time and its.

    Empty where no offset has `LEAST_PAIRS`. Rows before the first pair have its offset, those after the last have
    the last's; between two stretches, the rows up to the first pair of the later one belong to the earlier.
    """
    if len(rows) < LEAST_PAIRS:
        return []
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    difference = (written - true)[order]
    low = difference - true_unit[order] + 1
    high = difference + unit[order] - 1
    found = _offsets(low, high)
    if not found:
        return []
    # Jitter comes in here alone: bounds that it had widened would let a few strangers draw an offset to their side.
    fits = np.stack([(low - JITTER <= b) & (a <= high + JITTER) for a, b in found], axis=1)
    some = fits.any(axis=1)
    if int(some.sum()) < LEAST_PAIRS:
        return []
    path = _path(fits[some])
    return _joined(rows[some], low[some], high[some], path, total)


def _offsets(low: Ints, high: Ints) -> list[tuple[int, int]]:
    """Ranges that most pairs allow, then most of the rest, and so on."""
    found: list[tuple[int, int]] = []
    left = np.ones(len(low), np.bool_)
    while left.sum() >= LEAST_PAIRS and len(found) < _MOST_OFFSETS:
        a, b, count = _densest(low[left], high[left])
        if count < LEAST_PAIRS:
            break
        found.append((a, b))
        left &= ~((low - JITTER <= b) & (a <= high + JITTER))
    return found


def _densest(low: Ints, high: Ints) -> tuple[int, int, int]:
    """The range that lies in most of the intervals, and in how many."""
    places = np.concatenate([low, high + 1])
    steps = np.concatenate([np.ones(len(low), np.int64), -np.ones(len(high), np.int64)])
    # At one place, ends come before beginnings: intervals that only touch have nothing in common.
    order = np.lexsort((steps, places))
    depth = np.cumsum(steps[order])
    best = int(np.argmax(depth))
    return int(places[order[best]]), int(places[order[best + 1]]) - 1, int(depth[best])


def _path(fits: np.ndarray) -> Ints:
    """Which offset holds at every pair: the cheapest path, over runs of pairs that fit the same offsets."""
    changes = np.flatnonzero(np.any(fits[1:] != fits[:-1], axis=1)) + 1
    starts = np.concatenate([[0], changes])
    lengths = np.diff(np.concatenate([starts, [len(fits)]]))
    misfit = np.where(fits[starts], 0, 1) * lengths[:, None]
    cost = misfit[0].astype(np.int64)
    came = np.zeros(misfit.shape, np.int32)
    states = np.arange(fits.shape[1])
    for run in range(1, len(starts)):
        best = int(np.argmin(cost))
        switched = cost[best] + SWITCH < cost
        came[run] = np.where(switched, best, states)
        cost = np.where(switched, cost[best] + SWITCH, cost) + misfit[run]
    state = int(np.argmin(cost))
    chosen = np.zeros(len(starts), np.int64)
    for run in range(len(starts) - 1, -1, -1):
        chosen[run] = state
        state = int(came[run][state])
    return np.repeat(chosen, lengths)


def _joined(rows: Ints, low: Ints, high: Ints, path: Ints, total: int) -> list[Stretch]:
    ends = np.concatenate([np.flatnonzero(path[1:] != path[:-1]) + 1, [len(path)]])
    found: list[Stretch] = []
    begin = 0
    for end in ends.tolist():
        a, b, count = _densest(low[begin:end], high[begin:end])
        if count >= LEAST_PAIRS:
            found.append(Stretch(0, 0, a, b, count, int(rows[begin]), int(rows[end - 1])))
        begin = end
    for number, stretch in enumerate(found):
        start = 0 if number == 0 else stretch.first
        stop = total if number == len(found) - 1 else found[number + 1].first
        found[number] = Stretch(start, stop, stretch.low, stretch.high, stretch.pairs, stretch.first, stretch.last)
    return found
