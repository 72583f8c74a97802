"""`Rule.BOTH`, which counts where nobody chose: asked of the certificate's own code, at the queue's own pace."""

from collections.abc import Sequence
from itertools import chain

from benchmarks.review_certificate.reading import Reading
from benchmarks.review_certificate.rules import ALPHA, DRY, LOOKS, Replay, Stop, dry

from upstander.review.certificate import Plan
from upstander.review.certificate.price import further
from upstander.review.certificate.testing import stands

__all__ = ["both"]

Claims = dict[float, Stop]


def both(replay: Replay, recalls: Sequence[float]) -> tuple[Claims, Claims]:
    """Where the default's claims stand, by recall: as reading goes on, and with one final sample.

    The first is who types `queue next` and `certificate` and nothing else, so that the draws alone speak. The second
    draws a final sample when the ranking yields a quarter of what it did, of as many messages as the certificate's own
    words say are needed, and reads on after it until the claim stands. Both ask at every look.
    """
    reading = Reading.of(replay.ranking, replay.seed or 0)
    begun = dry(replay, DRY)
    typed: Claims = {}
    sampled: Claims = {}
    for _ in reading.looks(LOOKS):
        reviewed = reading.reviewed()
        for recall in recalls:
            if recall not in typed and stands(reviewed, Plan(), recall, ALPHA):
                typed[recall] = _stop(replay, reading)
        if not sampled and begun is not None and reading.depth >= begun:
            for recall in recalls:
                size = min(reviewed.rest, further(reviewed, Plan(), recall, ALPHA))
                sampled[recall] = typed.get(recall) or _after(replay, reading.copy(), recall, size)
        if len(typed) == len(recalls):
            break
    return typed, typed | sampled


def _after(replay: Replay, reading: Reading, recall: float, size: int) -> Stop:
    """With a final sample of this size, and reading on until the claim stands."""
    reading.final(size, replay.seed or 0)
    for _ in chain([None], reading.looks(LOOKS)):
        if stands(reading.reviewed(), Plan(), recall, ALPHA):
            break
    return _stop(replay, reading)


def _stop(replay: Replay, reading: Reading) -> Stop:
    """All that is known counts as found, for that is what the certificate speaks of."""
    known = int((reading.known() & replay.ranking.relevant).sum())
    drawn = len(reading.random) + (0 if reading.members is None else len(reading.members))
    return Stop(reading.effort, known / replay.total, reading.depth, drawn)
