"""The replay: somebody who answers as the labels do reads what the queue gives, and every step is timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.review.codings import Via
from upstander.review.queue.batches import REPLAY
from upstander.review.queue.matrix import Floats, Indices, Matrix
from upstander.review.queue.reading import EVERY, Queue
from upstander.review.queue.wordings import Rows

__all__ = ["Replay", "replay"]

#: Told how many of how many are read.
Told = Callable[[int, int], None]


@dataclass(slots=True)
class Replay:
    """What was read, in its order."""

    #: Places as they were shown, and which of them by the random stream.
    read: list[int] = field(default_factory=list)
    by_chance: list[bool] = field(default_factory=list)
    #: Seconds of processor time: of the whole, and of each ranking.
    seconds: float = 0.0
    rankings: list[float] = field(default_factory=list)
    queue: Queue | None = None


def replay(
    matrix: Matrix,
    relevant: npt.NDArray[np.bool_],
    *,
    seed: int,
    rows: Rows | None = None,
    twins: Indices | None = None,
    hits: Indices | tuple[int, ...] = (),
    prior: Floats | None = None,
    every: int = EVERY,
    cap: int = REPLAY,
    first: Indices | tuple[int, ...] = (),
    until: int | None = None,
    watch: Callable[[Replay], bool] | None = None,
    told: Told | None = None,
) -> Replay:
    """Read until `until` messages are read or `watch` says enough; `first` are known before and cost what they are.

    `rows` and `twins` are as in `Queue`: with `rows` one reading decides all messages with the same words.
    """
    began = time.process_time()
    queue = Queue(matrix, seed=seed, rows=rows, twins=twins, hits=list(hits), prior=prior, every=every, cap=cap)
    made = Replay(queue=queue)
    goal = min(len(matrix), until if until is not None else len(matrix))
    for place in first:
        queue.said(int(place), bool(relevant[place]), Via.SEARCH)
        made.read.append(int(place))
        made.by_chance.append(False)
    rankings = -1
    while len(made.read) < goal:
        started = time.process_time()
        queue.order()
        if queue.rankings != rankings:
            rankings = queue.rankings
            made.rankings.append(time.process_time() - started)
            if told is not None:
                told(len(made.read), goal)
            if watch is not None and watch(made):
                break
        if due := queue.due():
            queue.said(due[0], bool(relevant[due[0]]), Via.QUEUE)
            continue
        item = queue.next()
        if item is None:
            break
        queue.said(item.place, bool(relevant[item.place]), item.via)
        made.read.append(item.place)
        made.by_chance.append(item.via is Via.RANDOM)
    made.seconds = time.process_time() - began
    return made
