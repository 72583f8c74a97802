"""A certificate in two sentences: what may be claimed, and what the claim does not cover."""

from upstander.review.certificate.plan import Plan
from upstander.review.certificate.reviewed import Reviewed

__all__ = ["LIMITS", "percent", "words"]

#: What no certificate covers.
LIMITS = (
    "It covers no message without text, nothing in pictures, voice or video, no language that the readers do not read,"
    " nothing that the exhibits lack, and no message that was read and coded wrongly."
)


def words(reviewed: Reviewed, plan: Plan, recall: float, confidence: float, *, holds: bool, price: int | None) -> str:
    """The two sentences."""
    return f"{_claim(reviewed, plan, recall, confidence, holds=holds, price=price)} {LIMITS}"


def percent(share: float) -> str:
    """A share for people: 80 %, 99.5 %."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def _claim(reviewed: Reviewed, plan: Plan, recall: float, confidence: float, *, holds: bool, price: int | None) -> str:
    known = _count(reviewed.known, "relevant message")
    of = f"{reviewed.read:,} of {_count(reviewed.population, 'message')} read"
    if not reviewed.population:
        return "Not certifiable: no message in scope has text, so that nothing was read and nothing can be said."
    if reviewed.rest == 0:
        return f"All {_count(reviewed.population, 'message')} in scope were read and {known} found, so none was missed."
    if holds:
        chance = (
            f"{len(reviewed.sample):,} of them drawn at random"
            if reviewed.final is None
            else f"{len(reviewed.sample) + reviewed.final[0]:,} of them drawn at random"
        )
        return (
            f"At least {percent(recall)} of all relevant messages in scope have been found, at {percent(confidence)}"
            f" confidence: {known} known, {of}, {chance}."
        )
    cost = f"about {_count(price or 0, 'further random label')} would be needed if the rest is like what chance showed"
    if price is None or price >= reviewed.rest:
        cost = f"only reading all {_count(reviewed.rest, 'message')} that are left would settle it"
    if not reviewed.known:
        return f"Not certifiable: nothing relevant has been found in {of}, and {cost}."
    if plan.draws is not None and len(reviewed.sample) < min(plan.start + plan.draws, reviewed.population):
        made = max(0, len(reviewed.sample) - plan.start)
        cost = f"the plan is for {plan.draws:,} random draws and {made:,} are made"
    return (
        f"Not certifiable: it cannot be said at {percent(confidence)} confidence that {percent(recall)} of all relevant"
        f" messages have been found ({known} known, {of}); {cost}."
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
