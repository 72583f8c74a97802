"""`Rule.BOTH`, which counts where nobody chose: asked of the certificate's own code, at the queue's own pace."""

from collections.abc import Sequence
from itertools import chain

from benchmarks.review_certificate.reading import Reading
from benchmarks.review_certificate.rules import ALPHA, LOOKS, Replay, Stop, may_stand

from upstander.review.certificate import Plan
from upstander.review.certificate.price import further
from upstander.review.certificate.testing import stands

__all__ = ["both"]

Claims = dict[float, Stop]

#: Moments at which the certificate is asked for: each hundredth of all readings.
_LOOKS = 100
#: Share of all readings from which on the certificate is asked at every such moment, whatever quick arithmetic says.
_LATE = 0.85
#: The price is asked for at every fourth look, and paid when it is this part of what was read: a fifth. Of a tenth, a
#: fifth, three tenths, a half and the moment when the yield falls it read least, together, on three sets that no bar is
#: set for (Davidson, CONDA, Guest).
_PRICED, _SHARE = 4, 5


def both(replay: Replay, recalls: Sequence[float]) -> tuple[Claims, Claims]:
    """Where the default's claims stand, by recall: as reading goes on, and with one final sample.

    The first is who types `queue next` and `certificate` and nothing else, so that the draws alone speak. The second
    draws a final sample of as many messages as the certificate's own words say are needed, as soon as that is no more
    than a fifth of what was read, reads on after it until the claim stands, and draws another on the same terms.
    """
    reading = Reading.of(replay.ranking, replay.seed or 0)
    typed: Claims = {}
    sampled: Claims = {}
    may = [may_stand(replay, recall, Plan().stream(ALPHA), LOOKS // _LOOKS) for recall in recalls]
    for look, _ in enumerate(reading.looks(_LOOKS)):
        reviewed = None
        for recall in recalls[len(typed) :]:
            # What the quick arithmetic rules out the certificate need not be asked for, but near the end counting alone
            # may show it.
            if not (may[len(typed)][look] or reading.effort > _LATE):
                break
            reviewed = reviewed or reading.reviewed()
            if not stands(reviewed, Plan(), recall, ALPHA):
                break  # A greater one is claimed no sooner, and costs no less.
            typed[recall] = _stop(replay, reading)
            sampled.setdefault(recall, typed[recall])
        for recall in () if look % _PRICED else recalls[len(sampled) :]:
            reviewed = reviewed or reading.reviewed()
            size = further(reviewed, Plan(), recall, ALPHA)
            if size > reading.read / _SHARE:
                break
            sampled[recall] = _after(replay, reading.copy(), recall, size)
        if len(typed) == len(recalls):
            break
    return typed, sampled


def _after(replay: Replay, reading: Reading, recall: float, size: int) -> Stop:
    """With a final sample of this size, reading on, and another sample on the same terms, until the claim stands."""
    reading.final(size, replay.seed or 0)
    plan = Plan()
    for look, _ in enumerate(chain([None], reading.looks(_LOOKS))):
        reviewed = reading.reviewed()
        if stands(reviewed, plan, recall, ALPHA):
            break
        size = further(reviewed, plan, recall, ALPHA) if look % _PRICED == _PRICED - 1 else reviewed.population
        if size <= reading.read / _SHARE:
            reading.final(size, replay.seed or 0)
            plan = Plan(attempt=plan.attempt + 1)
            if stands(reading.reviewed(), plan, recall, ALPHA):
                break
    return _stop(replay, reading)


def _stop(replay: Replay, reading: Reading) -> Stop:
    """All that is known counts as found, for that is what the certificate speaks of."""
    known = int((reading.known() & replay.ranking.relevant).sum())
    drawn = len(reading.random) + (0 if reading.members is None else len(reading.members))
    return Stop(reading.effort, known / replay.total, reading.depth, drawn)
