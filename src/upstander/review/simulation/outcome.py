"""What a simulation found: effort at each recall, the certificate's claim beside the truth, the time of each step."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from upstander.review.certificate import Reviewed, certificate
from upstander.review.queue.matrix import Indices, even, matrix
from upstander.review.queue.reading import Queue
from upstander.review.queue.twins import same
from upstander.review.queue.words import hits
from upstander.review.simulation.dataset import Dataset
from upstander.review.simulation.replay import Replay, replay

__all__ = ["CHECKPOINTS", "CONFIDENCE", "Claim", "Effort", "Simulated", "reviewed", "simulated"]

#: Numbers of messages read after which recall is told.
CHECKPOINTS = (500, 1_000, 2_000, 4_000, 8_000)
#: The confidence that a certificate is asked for.
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Effort:
    """What it takes to find a share of what is relevant."""

    recall: float
    read: int
    share: float


@dataclass(frozen=True, slots=True)
class Claim:
    """The first moment at which the certificate holds, and how much was found by then; absent where it never did."""

    recall: float
    read: int | None
    share: float | None
    truth: float | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """One replay, told."""

    messages: int
    different: int
    empty: int
    contradictory: int
    relevant: int
    hits: int
    efforts: tuple[Effort, ...]
    recalls: tuple[tuple[int, float], ...]
    claims: tuple[Claim, ...]
    #: Seconds of processor time: features, reading all, a ranking (half of them are faster, and the slowest).
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
    """Read a whole data set through the queue, every text once, as somebody would who answers as its labels do.

    The certificate is asked at every new ranking and only watched, with no final sample. Raises `BadQuery`.
    """
    began = time.process_time()
    first = same(data.texts)
    own = np.unique(first)
    relevant = np.zeros(len(first), np.bool_)
    np.logical_or.at(relevant, first, data.relevant)
    contradictory = int((relevant[first] != data.relevant).sum())
    relevant = relevant[own]
    texts = data.texts.gather(own)
    features = matrix(texts)
    found: Indices = hits(texts, search) if search is not None else np.zeros(0, np.int64)
    ready = time.process_time() - began
    watching = _Watching(recalls, int(relevant.sum()))
    made = replay(
        features,
        relevant,
        seed=seed,
        hits=np.random.default_rng([seed, 3]).permutation(found),
        prior=None if data.prior is None else even(data.prior[own]),
        watch=watching,
        told=told,
    )
    gained: Indices = np.cumsum(relevant[made.read], dtype=np.int64)
    total = int(relevant.sum())
    timed = sorted(made.rankings) or [0.0]
    return Simulated(
        messages=len(first),
        different=len(own),
        empty=data.empty,
        contradictory=contradictory,
        relevant=total,
        hits=len(found),
        efforts=tuple(_effort(recall, gained, total) for recall in recalls) if total else (),
        recalls=tuple((read, int(gained[read - 1]) / total) for read in CHECKPOINTS if read <= len(own))
        if total
        else (),
        claims=tuple(watching.claims[recall] for recall in recalls),
        features=ready,
        reading=made.seconds - watching.seconds,
        rankings=len(made.rankings),
        ranking=timed[len(timed) // 2],
        slowest=timed[-1],
    )


def reviewed(queue: Queue) -> Reviewed:
    """The review as a certificate sees it."""
    return Reviewed(
        population=len(queue.matrix),
        ranked=int(queue.ranked.sum()),
        found=int((queue.label[queue.ranked] > 0).sum()),
        sample=tuple(queue.sample()),
        final=None,
    )


class _Watching:
    """Asks the certificate at every ranking for what it has not claimed yet."""

    def __init__(self, recalls: Sequence[float], total: int) -> None:
        self.claims = {recall: Claim(recall, None, None, None) for recall in recalls}
        self.total, self.seconds, self._asked = total, 0.0, 0

    def __call__(self, made: Replay) -> bool:
        began = time.process_time()
        queue = made.queue
        # Asking costs more than reading: at every twentieth more that was read, and only with something in the stream.
        if queue is not None and len(made.read) >= self._asked * 1.05 and any(made.by_chance):
            self._asked = len(made.read)
            state = reviewed(queue)
            for recall, claim in self.claims.items():
                if claim.read is None and certificate(state, recall=recall, confidence=CONFIDENCE).holds:
                    found = int((queue.label > 0).sum())
                    truth = found / self.total if self.total else 1.0
                    read = len(made.read)
                    self.claims[recall] = Claim(recall, read, read / len(queue.matrix), truth)
        self.seconds += time.process_time() - began
        return False


def _effort(recall: float, gained: Indices, total: int) -> Effort:
    read = int(np.searchsorted(gained, np.ceil(recall * total - 1e-9))) + 1
    return Effort(recall, read, read / len(gained))
