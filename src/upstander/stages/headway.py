"""How far the reading of a code has come: what is decided, and what share of all that is relevant that may be."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.errors import ReviewError
from upstander.review.certificate.planning import guess
from upstander.review.certificate.reviewed import Reviewed
from upstander.stages.queue import Opened

__all__ = ["Estimate", "State", "headway"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The share of all relevant messages that are known, by chance's own draws: 90 % interval, and no certificate."""

    low: float
    likely: float
    high: float
    #: Draws that reading by rank has not come to, and relevant ones among them: what it rests on.
    apart: int
    apart_relevant: int


@dataclass(frozen=True, slots=True)
class State:
    """How far reading has come."""

    #: Messages with words; decided on, by reading or by the very same words; relevant among them.
    messages: int
    decided: int
    relevant: int
    #: Those decided by the words of another; and not decided.
    carried: int
    left: int
    #: Of the random stream: drawn and relevant.
    drawn: int
    drawn_relevant: int
    #: None where chance has shown too little to say anything.
    recall: Estimate | None


def headway(found: Opened) -> State:
    """How far the reading of a code has come, by its queue."""
    queue = found.queue
    known, sample = queue.known, tuple(queue.sample())
    decided, applies = known.label >= 0, known.label > 0
    ranked = known.ranked & decided
    many, by_rank = _count(decided), _count(ranked)
    ranked_relevant, relevant = _count(known.ranked & applies), _count(applies)
    apart = sum(1 for _, reached in sample if not reached)
    apart_relevant = sum(1 for yes, reached in sample if yes and not reached)
    beside = many - by_rank - apart
    recall: Estimate | None = None
    if apart and relevant:
        try:
            copies = (beside, relevant - ranked_relevant - apart_relevant)
            numbers = Reviewed(len(queue), by_rank, ranked_relevant, sample, copies=copies, by_words=beside)
            total = guess(numbers)
            low, likely, high = (relevant / max(each, relevant) for each in (total.high, total.likely, total.low))
            recall = Estimate(low, likely, high, apart, apart_relevant)
        except ReviewError:
            # Marks that no reading can have made, as of another seed: the certificate says what is wrong.
            recall = None
    return State(
        messages=len(queue),
        decided=many,
        relevant=relevant,
        carried=_count(known.carried),
        left=found.left,
        drawn=len(sample),
        drawn_relevant=sum(1 for yes, _ in sample if yes),
        recall=recall,
    )


def _count(flags: npt.NDArray[np.bool_]) -> int:
    # Of a million far faster than their sum.
    return int(np.count_nonzero(flags))
