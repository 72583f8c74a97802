"""Whether order is evidence, and what runs against it.

Of two that an author said alike in one minute, one may be missing here and the other there: what was said in between
then stands on the wrong side. Some exports shuffle what several people said within a minute: in those, only what one of
them said keeps its order, or nothing does.
"""

from bisect import bisect_left
from enum import Enum

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import Ints

__all__ = ["Order", "against_order", "order_of"]

#: Share of neighbours within a minute that stand in another order, up to which order is evidence.
_ORDERLY = 0.02
_MINUTE = 60_000


class Order(Enum):
    """How far the order of a capture is evidence."""

    NONE = "none"
    #: Of what one author wrote; between authors it is shuffled.
    OF_AUTHORS = "of authors"
    WHOLE = "whole"


def order_of(ranks: Ints, sent: Ints, author: npt.NDArray[np.uint64]) -> Order:
    """How far paired rows, in their capture's order, have what was sent within a minute in the order of `ranks`."""
    if _kept(ranks, sent):
        return Order.WHOLE
    by_author = np.argsort(author, kind="stable")
    same = np.diff(author[by_author].astype(np.int64)) == 0
    return Order.OF_AUTHORS if _kept(ranks[by_author], sent[by_author], among=same) else Order.NONE


def _kept(ranks: Ints, sent: Ints, *, among: npt.NDArray[np.bool_] | None = None) -> bool:
    near = np.abs(np.diff(sent)) < _MINUTE
    near = near if among is None else near & among
    return int((np.diff(ranks)[near] < 0).sum()) <= _ORDERLY * int(near.sum())


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
