"""Pairs of rows that are one message: the same author and body, at a time that both can mean.

Both sides are intervals of time: what a written minute leaves open. Rows of one author and body whose intervals meet
form a cluster. Where a cluster has one row on each side, that is the pair. Where it has as many on one side as on the
other, they pair in order. Where it has not, what stands before and after in both captures decides; and where that does
not either, two readings are possible, and the rows are left apart.

All of it is sorting and counting; only clusters that order has to decide are looked at one by one.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import Ints

__all__ = ["Pairs", "Side", "match"]

_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a matching (arrays of one length, in the order of the capture)."""

    #: What must be equal: a digest of author and body.
    token: npt.NDArray[np.uint64]
    #: First and last instant that the written time can mean (ms).
    low: Ints
    high: Ints
    #: Row in the capture, or place in the conversation.
    row: Ints


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows that were paired, and rows of the left side that two readings leave apart."""

    left: Ints
    right: Ints
    apart: Ints


def match(left: Side, right: Side, *, between: tuple[Ints, Ints] | None = None) -> Pairs:
    """Pair the rows of `left` with those of `right`.

    `between`, two arrays with one entry a row of `left`, says between which rows of the right side it stands by the
    pairs known so far (-1 and the largest integer where nothing is known); it decides only what time leaves open.
    Without it, only a row alone on its side is paired.
    """
    nothing = np.zeros(0, np.int64)
    keep, sought = _common(left.token, right.token)
    if not len(keep) or not len(sought):
        return Pairs(nothing, nothing, nothing)
    tokens, rank = np.unique(np.concatenate([left.token[keep], right.token[sought]]), return_inverse=True)
    del tokens
    left_rank, right_rank = rank[: len(keep)], rank[len(keep) :]
    order = np.lexsort((right.row[sought], right.low[sought], right_rank))
    sought, right_rank = sought[order], right_rank[order]
    order = np.lexsort((left.row[keep], left.low[keep], left_rank))
    keep, left_rank = keep[order], left_rank[order]
    # One number that sorts by rank, then time. Ends grow with beginnings within a token: units are alike on one side.
    origin = min(int(left.low[keep].min()), int(right.low[sought].min()))
    span = max(int(left.high[keep].max()), int(right.high[sought].max())) - origin + 2
    begin = right_rank * span + (right.low[sought] - origin)
    end = np.maximum.accumulate(right_rank * span + (right.high[sought] - origin))
    base = left_rank * span
    first = np.searchsorted(end, base + np.maximum(left.low[keep] - origin, 0), side="left")
    stop = np.searchsorted(begin, base + (left.high[keep] - origin), side="right")
    met = stop > first
    keep, first, stop = keep[met], first[met], stop[met]
    if not len(keep):
        return Pairs(nothing, nothing, nothing)
    cluster_of_right = _clusters(first, stop, len(sought))
    cluster = cluster_of_right[first]
    lefts = np.bincount(cluster, minlength=cluster_of_right[-1] + 1)
    touched = _touched(first, stop, len(sought))
    rights = np.bincount(cluster_of_right[touched], minlength=len(lefts))
    equal = (lefts == rights) & (lefts <= (1 if between is None else len(lefts) + len(keep)))
    even = equal[cluster]
    # As many on one side as on the other: the k-th is the k-th. Both sides are in the order of time already.
    evens = np.flatnonzero(even)
    partners = np.flatnonzero(touched & equal[cluster_of_right])
    fits = (first[evens] <= partners) & (partners < stop[evens])
    bad = np.zeros(len(lefts), np.bool_)
    bad[cluster[evens[~fits]]] = True
    good = fits & ~bad[cluster[evens]]
    paired_left, paired_right = [keep[evens[good]]], [sought[partners[good]]]
    rest = np.concatenate([np.flatnonzero(~even), evens[~good]])
    rest.sort()
    if between is None:
        return Pairs(paired_left[0], paired_right[0], keep[rest])
    more_left, more_right, apart = _by_order(
        keep[rest], first[rest], stop[rest], cluster[rest], sought, right.row, *between
    )
    paired_left.append(more_left)
    paired_right.append(more_right)
    return Pairs(np.concatenate(paired_left), np.concatenate(paired_right), apart)


def _common(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Places on either side whose token the other side has too."""
    both = np.intersect1d(np.unique(left), np.unique(right), assume_unique=True)
    if not len(both):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.flatnonzero(_among(left, both)), np.flatnonzero(_among(right, both))


def _among(values: npt.NDArray[np.uint64], ordered: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: npt.NDArray[np.bool_] = ordered[place] == values
    return found


def _clusters(first: Ints, stop: Ints, number: int) -> Ints:
    """Number of the cluster of every right row: neighbours that one left row could both be are of one cluster."""
    bridged = np.zeros(number + 1, np.int64)
    np.add.at(bridged, first, 1)
    np.add.at(bridged, stop - 1, -1)
    linked = np.cumsum(bridged)[: number - 1] > 0 if number > 1 else np.zeros(0, np.bool_)
    return np.concatenate([[0], np.cumsum(~linked)])


def _touched(first: Ints, stop: Ints, number: int) -> npt.NDArray[np.bool_]:
    """Right rows that some left row could be."""
    cover = np.zeros(number + 1, np.int64)
    np.add.at(cover, first, 1)
    np.add.at(cover, stop, -1)
    covered: npt.NDArray[np.bool_] = np.cumsum(cover)[:number] > 0
    return covered


def _by_order(
    keep: Ints, first: Ints, stop: Ints, cluster: Ints, sought: Ints, right_row: Ints, before: Ints, after: Ints
) -> tuple[Ints, Ints, Ints]:
    """Decide clusters of unequal sides by what stands before and after; what that leaves open stays apart."""
    left_found: list[int] = []
    right_found: list[int] = []
    apart: list[int] = []
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(cluster)) + 1, [len(cluster)]]) if len(cluster) else [0]
    for begin, end in pairwise(bounds):
        rows = keep[begin:end].tolist()
        options: list[list[int]] = []
        for row, low, high in zip(rows, first[begin:end].tolist(), stop[begin:end].tolist(), strict=True):
            a, b = int(before[row]), int(after[row])
            near = sought[low:high].tolist()
            options.append([place for place in near if a < right_row[place] < b] if a < b else [])
        claims: dict[int, int] = {}
        for places in options:
            for place in places:
                claims[place] = claims.get(place, 0) + 1
        for row, places in zip(rows, options, strict=True):
            if len(places) == 1 and claims[places[0]] == 1:
                left_found.append(row)
                right_found.append(places[0])
            else:
                apart.append(row)
    return np.array(left_found, np.int64), np.array(right_found, np.int64), np.array(apart, np.int64)
