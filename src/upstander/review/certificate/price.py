"""What a certificate that does not stand yet would cost in further random labels."""

from collections.abc import Callable
from dataclasses import replace

from upstander.review.certificate.chances import at_most, watched
from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed
from upstander.review.certificate.shares import least_left, least_total
from upstander.review.certificate.testing import by_stream

__all__ = ["further"]


def further(reviewed: Reviewed, plan: Plan, recall: float, alpha: float) -> int:
    """Further labels after which the claim would stand, if the unread hold relevant messages as chance has shown.

    An expectation and no promise. It never exceeds what is unread: whoever reads everything knows.
    """
    if reviewed.open[1]:
        return reviewed.open[1]  # First what was drawn is read.
    if plan.rule.draws:
        wanting = max(0, (plan.draws or 0) + plan.start - len(reviewed.sample))
        # With all draws made only reading on can help; what that takes the ranking cannot say.
        return min(wanting, reviewed.rest) if wanting else reviewed.rest
    if not reviewed.known:
        return reviewed.rest
    ways = []
    if plan.rule in (Rule.WATCHED, Rule.BOTH):
        ways.append(_stream(reviewed, plan, recall, alpha))
    if plan.rule in (Rule.FINAL, Rule.BOTH):
        ways.append(_final(reviewed, plan, recall, alpha))
    return min(ways)


def _rate(reviewed: Reviewed) -> float:
    """Relevant messages among those that chance showed outside the ranking."""
    size, relevant = reviewed.final or (0, 0)
    looked = reviewed.apart + size - reviewed.apart_open - reviewed.open[0]
    return (reviewed.apart_relevant + relevant) / looked if looked else 0.0


def _stream(reviewed: Reviewed, plan: Plan, recall: float, alpha: float) -> int:
    left = least_left(reviewed.found, recall)
    population, drawn = reviewed.population, len(reviewed.sample)
    outside = (population - reviewed.ranked) / population
    rate = _rate(reviewed)

    def enough(labels: int) -> bool:
        missed = reviewed.apart_relevant + reviewed.apart_open + round(rate * labels)
        whole = min(population, drawn + round(labels / outside)) if outside else population
        return watched(missed, population, left, whole) <= plan.stream(alpha)

    return _least(enough, reviewed.rest)


def _final(reviewed: Reviewed, plan: Plan, recall: float, alpha: float) -> int:
    rate = _rate(reviewed)
    again = replace(plan, attempt=plan.attempt + 1) if reviewed.final is not None else plan
    stream = by_stream(reviewed, plan, recall) if plan.rule is Rule.BOTH else 1.0

    alone, together = again.final(alpha)

    def enough(labels: int) -> bool:
        relevant = round(rate * labels)
        left = least_total(reviewed.known + relevant, recall) - reviewed.known
        final = at_most(relevant, reviewed.rest, left, labels)
        return final <= alone or stream * final <= together

    return _least(enough, reviewed.rest)


def _least(enough: Callable[[int], bool], most: int) -> int:
    """About the least number that is enough: whole numbers of messages make the truth jagged."""
    high = 1
    while high < most and not enough(high):
        high *= 2
    low, high = high // 2, min(high, most)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
