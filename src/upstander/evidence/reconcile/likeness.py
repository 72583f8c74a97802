"""How alike two captures are: bodies that are said once in both, and whether they agree in time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.anchors import once
from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.date_order import other_order
from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.offsets import Stretch, stretches

__all__ = ["LEAST", "PROPOSED", "Likeness", "Said", "likeness", "said"]

#: Bodies that must agree before captures are joined; from one fewer on, they are looked at.
LEAST = 5

#: From which share on a conversation is proposed.
PROPOSED = 0.1


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two captures are."""

    #: Bodies that are said once in both and agree in time.
    pairs: int
    #: Of those that both should hold (the fewer, in the time that both cover), the share that is.
    share: float
    #: Of the people who said them, how many: the fewer as either capture names them.
    authors: int
    #: Whether that is so with day and month of the first exchanged.
    swapped: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a capture says once: digests in order, and the rows."""

    digests: npt.NDArray[np.uint64]
    rows: Ints


def said(held: Held) -> Said:
    """What `held` says once, of what has a time."""
    rows = np.flatnonzero((held.sort == SORTS["words"]) & (held.sent != NEVER))
    return Said(*once(held.body[rows], rows))


def likeness(held: Held, mine: Said, other: Held, theirs: Said, *, swap: bool) -> Likeness | None:
    """How alike two captures are, in the date order that fits better; None where they are not alike at all."""
    _, a, b = np.intersect1d(mine.digests, theirs.digests, assume_unique=True, return_indices=True)
    rows, others = mine.rows[a], theirs.rows[b]
    if len(rows) < LEAST - 1:
        return None
    best: Likeness | None = None
    for swapped in (False, True) if swap else (False,):
        sent = other_order(held) if swapped else held.sent
        found = stretches(rows, sent[rows], held.unit[rows], other.sent[others], other.unit[others], total=len(held))
        if not found:
            continue
        alike = _judged(found, held, sent, mine.rows, rows, other, theirs.rows, others, swapped)
        # An order is preferred only where it explains clearly more: a swap keeps days of equal numbers as they were.
        if alike.share >= PROPOSED and (best is None or alike.pairs > 1.5 * best.pairs):
            best = alike
    return best


def _judged(
    found: list[Stretch],
    held: Held,
    sent: Ints,
    mine: Ints,
    rows: Ints,
    other: Held,
    theirs: Ints,
    others: Ints,
    swapped: bool,
) -> Likeness:
    offset = np.zeros(len(sent), np.int64)
    slack = np.zeros(len(sent), np.int64)
    for stretch in found:
        offset[stretch.start : stretch.stop] = stretch.offset
        slack[stretch.start : stretch.stop] = (stretch.high - stretch.low) // 2 + 60_000
    agree = np.abs(sent[rows] - offset[rows] - other.sent[others]) <= slack[rows]
    pairs = int(agree.sum())
    true = sent[mine] - offset[mine]
    start, stop = max(true.min(), other.sent[theirs].min()), min(true.max(), other.sent[theirs].max())
    ours = int(((true >= start) & (true <= stop)).sum())
    both = min(ours, int(((other.sent[theirs] >= start) & (other.sent[theirs] <= stop)).sum()))
    people = min(len(np.unique(held.author[rows[agree]])), len(np.unique(other.author[others[agree]])))
    return Likeness(pairs, min(pairs / both, 1.0) if both else 0.0, people, swapped)
