"""What a queue gives: a message with the reason for it, and the ranking that it is taken from."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from upstander.review.codings import Via
from upstander.review.queue.learner import Learned
from upstander.review.queue.matrix import Floats, Indices

__all__ = ["Item", "Order", "Why", "top"]

#: Places of a ranking that are kept in order: far more than are read of one.
_DEEP = 4_096


class Why(StrEnum):
    """Why a message is the next one."""

    RANDOM = "random stream"
    HIT = "seed: search hit"
    PRIOR = "first ranking"
    DRAWN = "nothing is known yet: drawn by the seed"
    RANKED = "ranked by what was read"
    LEFT = "left: it says the same, or nearly, as what was read"


@dataclass(frozen=True, slots=True)
class Item:
    """A message to read: its place in the pool, how it comes before the reviewer, and why."""

    place: int
    via: Via
    why: Why


@dataclass(frozen=True, slots=True)
class Order:
    """One ranking: the places of its first messages in order, and what was learnt for it."""

    places: Indices
    why: Why
    learned: Learned | None = None


def top(scores: Floats, unread: Indices) -> Indices:
    """The unread places with the highest `scores`, theirs, in order; of equal ones the earlier first."""
    own = -scores
    if len(own) > _DEEP:
        bar = np.partition(own, _DEEP - 1)[_DEEP - 1]
        some = np.flatnonzero(own <= bar)
        return unread[some[np.argsort(own[some], kind="stable")[:_DEEP]]]
    return unread[np.argsort(own, kind="stable")]
