"""What a simulation found: effort at each recall, the certificate's claim beside the truth, the time of each step."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from upstander.review.certificate import Reviewed, certificate
from upstander.review.queue.known import Known
from upstander.review.queue.learner import warm
from upstander.review.queue.matrix import Indices, even, matrix
from upstander.review.queue.reading import Queue
from upstander.review.queue.twins import twins
from upstander.review.queue.wordings import leaders, wordings
from upstander.review.queue.words import hits
from upstander.review.simulation.dataset import Dataset
from upstander.review.simulation.replay import Replay, replay

__all__ = ["CHECKPOINTS", "CONFIDENCE", "Claim", "Effort", "Simulated", "counted", "reviewed", "simulated"]

#: Numbers of messages read after which recall is told.
CHECKPOINTS = (500, 1_000, 2_000, 4_000, 8_000)
#: The confidence that a certificate is asked for.
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes to find a share of the relevant messages: readings, and their share of all that there are."""

    recall: float
    read: int
    share: float


@dataclass(frozen=True, slots=True)
class Claim:
    """The first moment at which the certificate holds, and how much was found by then.

    It is asked with a new ranking when a twentieth more has been read, and at the end, when it holds whatever chance
    showed: `whole` says that it did not before. Absent where it was not asked yet.
    """

    recall: float
    read: int | None = None
    share: float | None = None
    truth: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Simulated:
    """One replay, told."""

    messages: int
    #: Different wordings, each of which is read once, and messages that take the decision of another with their words.
    different: int
    carried: int
    empty: int
    contradictory: int
    relevant: int
    hits: int
    efforts: tuple[Effort, ...]
    recalls: tuple[tuple[int, float], ...]
    claims: tuple[Claim, ...]
    #: Seconds of processor time: loading what learns, which is in none of the others; features; reading all; a ranking
    #: (half of them are faster, and the slowest).
    loading: float
    features: float
    reading: float
    rankings: int
    ranking: float
    slowest: float


def simulated(
    data: Dataset,
    *,
    recalls: Sequence[float],
    seed: int,
    search: str | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Simulated:
    """Read a whole data set through the queue, every wording once, as somebody would who answers as its labels do.

    As in a case, the random stream is of messages, and one reading decides all that have the same words, as most of
    their labels say. The certificate is asked as reading goes on and at its end, with no final sample. Raises
    `BadQuery`.
    """
    began = time.process_time()
    warm()
    loading = time.process_time() - began
    rows = wordings(data.texts)
    first = leaders(rows)
    copies = np.bincount(rows, minlength=len(first))
    # Where the labels of the same words differ, as most of them say.
    relevant = (2 * np.bincount(rows, weights=data.relevant, minlength=len(first)) >= copies)[rows]
    texts = data.texts.gather(first)
    features = matrix(texts)
    alike = twins(texts)
    found: Indices = first[hits(texts, search)] if search is not None else np.zeros(0, np.int64)
    ready = time.process_time() - began - loading
    watching = _Watching(recalls, int(relevant.sum()))
    made = replay(
        features,
        relevant,
        seed=seed,
        rows=rows,
        twins=alike,
        hits=np.random.default_rng([seed, 3]).permutation(found),
        prior=None if data.prior is None else even(data.prior),
        watch=watching,
        told=told,
    )
    watching.end(made)
    # One reading finds all messages with its words.
    gained: Indices = np.cumsum((relevant * copies[rows])[made.read], dtype=np.int64)
    total = int(relevant.sum())
    timed = sorted(made.rankings) or [0.0]
    return Simulated(
        messages=len(rows),
        different=len(first),
        carried=len(rows) - len(first),
        empty=data.empty,
        contradictory=int((relevant != data.relevant).sum()),
        relevant=total,
        hits=len(found),
        efforts=tuple(_effort(recall, gained, total) for recall in recalls) if total else (),
        recalls=tuple((read, int(gained[read - 1]) / total) for read in CHECKPOINTS if read <= len(first))
        if total
        else (),
        claims=tuple(watching.claims[recall] for recall in recalls),
        loading=loading,
        features=ready,
        reading=made.seconds - watching.seconds,
        rankings=len(made.rankings),
        ranking=timed[len(timed) // 2],
        slowest=timed[-1],
    )


def reviewed(queue: Queue) -> Reviewed:
    """The review as a certificate sees it."""
    return counted(queue.known, queue.beginning())


def counted(known: Known, beginning: Indices) -> Reviewed:
    """The same of what is known, with the places that the stream has drawn, in its order."""
    apart = known.carried & ~known.ranked
    apart[beginning] = False
    return Reviewed(
        population=len(known.label),
        ranked=int(known.ranked.sum()),
        found=int((known.label[known.ranked] > 0).sum()),
        sample=tuple((bool(known.label[place] > 0), bool(known.ranked[place])) for place in beginning),
        final=None,
        copies=(int(apart.sum()), int((known.label[apart] > 0).sum())),
        by_words=int(known.carried.sum()),
    )


class _Watching:
    """Asks the certificate at every ranking for what it has not claimed yet."""

    def __init__(self, recalls: Sequence[float], total: int) -> None:
        self.claims = {recall: Claim(recall) for recall in recalls}
        self.total, self.seconds, self._asked = total, 0.0, 0

    def __call__(self, made: Replay) -> bool:
        began = time.process_time()
        # Asking costs more than reading: at every twentieth more that was read, and only with something in the stream.
        if len(made.read) >= self._asked * 1.05 and any(made.by_chance):
            self._asked = len(made.read)
            self._ask(made)
        self.seconds += time.process_time() - began
        return False

    def end(self, made: Replay) -> None:
        """Ask once more when reading is over."""
        self._ask(made)

    def _ask(self, made: Replay) -> None:
        queue = made.queue
        waiting = [claim for claim in self.claims.values() if claim.read is None]
        if queue is None or not waiting:
            return
        state = reviewed(queue)
        for claim in waiting:
            if certificate(state, recall=claim.recall, confidence=CONFIDENCE).holds:
                found = int((queue.known.label > 0).sum())
                truth = found / self.total if self.total else 1.0
                read = len(made.read)
                self.claims[claim.recall] = Claim(
                    claim.recall, read, read / len(queue.matrix), truth, whole=not state.rest
                )


def _effort(recall: float, gained: Indices, total: int) -> Effort:
    read = int(np.searchsorted(gained, np.ceil(recall * total - 1e-9))) + 1
    return Effort(recall, read, read / len(gained))
