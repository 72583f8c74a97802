"""Rows of two captures that are one message beyond doubt: what was said once in the one and once in the other.

Where a conversation says little that is said once, runs of three bodies in a row serve as well: *ok, lol, on my way*
comes once where *ok* comes ten thousand times.
"""

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import Ints

__all__ = ["anchors", "once"]

Digests = npt.NDArray[np.uint64]

#: Share of rows that single bodies must anchor before runs are not asked for.
_ENOUGH = 0.3

#: Bodies in a run.
_RUN = 3


def once(tokens: Digests, places: Ints) -> tuple[Digests, Ints]:
    """The tokens that come exactly once, in order, and the places that they stand at."""
    order = np.argsort(tokens, kind="stable")
    ordered = tokens[order]
    if not len(ordered):
        return ordered, places[:0]
    differs = ordered[1:] != ordered[:-1]
    single = np.concatenate([[True], differs]) & np.concatenate([differs, [True]])
    return ordered[single], places[order[single]]


def anchors(left: Digests, left_places: Ints, right: Digests, right_places: Ints) -> tuple[Ints, Ints]:
    """Pairs of places with the same body that is said once on either side; runs of bodies where those are few.

    Tokens are in the order of the conversation on both sides.
    """
    a, b = _pairs(left, left_places, right, right_places)
    if len(a) >= _ENOUGH * min(len(left), len(right)):
        return a, b
    c, d = _pairs(_runs(left), left_places[: len(left) - _RUN + 1], _runs(right), right_places[: len(right) - _RUN + 1])
    fresh = ~np.isin(c, a) & ~np.isin(d, b)
    return np.concatenate([a, c[fresh]]), np.concatenate([b, d[fresh]])


def _pairs(left: Digests, left_places: Ints, right: Digests, right_places: Ints) -> tuple[Ints, Ints]:
    left_once, at_left = once(left, left_places)
    right_once, at_right = once(right, right_places)
    _, first, second = np.intersect1d(left_once, right_once, assume_unique=True, return_indices=True)
    return at_left[first], at_right[second]


def _runs(tokens: Digests) -> Digests:
    """Digest of every run of `_RUN` tokens, by where it begins."""
    if len(tokens) < _RUN:
        return tokens[:0]
    number = len(tokens) - _RUN + 1
    made = np.zeros(number, np.uint64)
    for step in range(_RUN):
        # An odd multiplier mixes without loss; overflow is meant.
        made = (made ^ tokens[step : step + number]) * np.uint64(0x9E3779B97F4A7C15)
        made ^= made >> np.uint64(29)
    return made
