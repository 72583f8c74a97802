"""Whether order is evidence, and what runs against it.

Of two that an author said alike in one minute, one may be missing here and the other there: what was said in between
then stands on the wrong side. Some exports shuffle what was said within a minute; in those, order says nothing.
"""

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import Ints

__all__ = ["against_order", "orderly"]

#: Share of neighbours within a minute that stand in another order, up to which order is evidence.
_ORDERLY = 0.01
_MINUTE = 60_000


def orderly(ranks: Ints, sent: Ints) -> bool:
    """Whether paired rows, in their capture's order, have what was sent within a minute in the order of `ranks`."""
    near = np.diff(sent) < _MINUTE
    backwards = int((np.diff(ranks)[near] < 0).sum())
    return backwards <= _ORDERLY * int(near.sum())


def against_order(ranks: Ints, sure: npt.NDArray[np.bool_]) -> Ints:
    """Places whose rank is not in a longest rising run; those that are `sure` stay."""
    crossing = (np.maximum.accumulate(ranks) > ranks) | (np.minimum.accumulate(ranks[::-1])[::-1] < ranks)
    found: list[int] = []
    for begin, end in _runs_of(crossing):
        kept = _rising(ranks[begin:end])
        found += [begin + n for n in range(end - begin) if n not in kept and not sure[begin + n]]
    return np.array(found, np.int64)


def _runs_of(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Beginning and end of every run of set flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _rising(ranks: Ints) -> set[int]:
    """Places of a longest rising run of ranks."""
    tails: list[int] = []
    at: list[int] = []
    came: list[int] = []
    values = ranks.tolist()
    for place, rank in enumerate(values):
        here = bisect_left(tails, rank)
        came.append(at[here - 1] if here else -1)
        if here == len(tails):
            tails.append(rank)
            at.append(place)
        else:
            tails[here] = rank
            at[here] = place
    found: set[int] = set()
    place = at[-1] if at else -1
    while place >= 0:
        found.add(place)
        place = came[place]
    return found
