"""Decides whether a recall may be claimed, bounds it, and says so."""

from upstander.errors import UsageError
from upstander.review.certificate.certificate import Bound, Certificate
from upstander.review.certificate.plan import Plan
from upstander.review.certificate.price import further
from upstander.review.certificate.reviewed import Reviewed
from upstander.review.certificate.testing import certain, stands
from upstander.review.certificate.words import words

__all__ = ["certificate", "check", "lower"]

#: Confidences that bounds are given at beside the one asked for.
_CONFIDENCES = (0.8, 0.9, 0.95, 0.99)
#: Steps of a bound.
_STEPS = 1000


def certificate(
    reviewed: Reviewed,
    *,
    recall: float,
    confidence: float,
    plan: Plan | None = None,
    late: str = "",
    chosen: tuple[float, float] | None = None,
    told: str = "",
) -> Certificate:
    """Whether recall of at least `recall` may be claimed at `confidence`.

    Without a plan the stream may be watched and one final sample may follow (`Rule.BOTH`). `late` says, where it is
    so, that this is not what was chosen before draws were seen: then it may be claimed only where counting alone shows
    it, or where it follows from what was `chosen`, a recall and a confidence that are no lower. `told` says what
    the plan was, for the words. Raises `UsageError`.
    """
    check(recall, confidence)
    plan = plan or Plan()
    bears = stands(reviewed, plan, recall, _alpha(confidence))
    holds = bears and (not late or certain(reviewed, recall) or _follows(reviewed, plan, recall, confidence, chosen))
    bounds = tuple(Bound(each, lower(reviewed, plan, _alpha(each))) for each in sorted({*_CONFIDENCES, confidence}))
    method = plan.rule.value
    if reviewed.population and reviewed.rest == 0:
        method = "everything"
    elif not reviewed.known:
        method = "nothing"
    wanted = not bears and reviewed.population > 0
    price = further(reviewed, plan, recall, _alpha(confidence)) if wanted else None
    said = words(reviewed, plan, recall, confidence, holds=holds, bears=bears, price=price, late=late, told=told)
    return Certificate(holds, recall, confidence, plan, reviewed, method, bounds, price, said, "" if holds else late)


def _alpha(confidence: float) -> float:
    """The chance of error: a float's 1 - 0.95 is a little more than a twentieth, and nothing is claimed on that."""
    return round(1 - confidence, 12)


def _follows(
    reviewed: Reviewed, plan: Plan, recall: float, confidence: float, chosen: tuple[float, float] | None
) -> bool:
    """Whether the claim is no more than what was chosen, and that stands."""
    if chosen is None or recall > chosen[0] or confidence > chosen[1]:
        return False
    return stands(reviewed, plan, chosen[0], _alpha(chosen[1]))


def check(recall: float, confidence: float) -> None:
    """Raise `UsageError` for shares that cannot be claimed."""
    if not 0 < recall <= 1:
        raise UsageError(f"a recall of {recall:g} cannot be claimed; give a share above 0 and up to 1, such as 0.8")
    if not 0 < confidence < 1:
        raise UsageError(
            f"a confidence of {confidence:g} cannot be had from a sample; give a share between 0 and 1, such as 0.95"
        )


def lower(reviewed: Reviewed, plan: Plan, alpha: float) -> float | None:
    """The greatest recall, in thousandths, that may be claimed with chance `alpha` of error; None for none at all."""
    low, high = 0, _STEPS
    while low < high:
        middle = (low + high + 1) // 2
        if stands(reviewed, plan, middle / _STEPS, alpha):
            low = middle
        else:
            high = middle - 1
    return low / _STEPS if low else None
