"""A certificate in words: what may be claimed, what counts against it, and what the claim does not cover."""

from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed

__all__ = ["LIMITS", "counted", "percent", "words"]

#: What no certificate covers.
LIMITS = (
    "It covers no message without anybody's words, nothing in pictures, voice or video, no language that the readers do"
    " not read, nothing that the exhibits lack, and no message that was read and coded wrongly."
)


def words(
    reviewed: Reviewed,
    plan: Plan,
    recall: float,
    confidence: float,
    *,
    holds: bool,
    bears: bool,
    price: int | None,
    late: str = "",
    told: str = "",
) -> tuple[str, ...]:
    """The paragraphs, the claim first; `bears` where the numbers would carry the claim, `late` says why it may not be.

    `told` says what was chosen before; where all was read nothing had to be.
    """
    claim = _claim(reviewed, plan, recall, confidence, holds=holds, bears=bears, price=price)
    said = [
        claim,
        late if not holds else "",
        told if reviewed.rest else "",
        _undecided(reviewed),
        _by_words(reviewed),
        LIMITS,
    ]
    return tuple(each for each in said if each)


def percent(share: float) -> str:
    """A share for people: 80 %, 99.5 %."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def counted(number: int, what: str) -> str:
    """A number with what it counts: 1 message, 2,000 messages."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _claim(
    reviewed: Reviewed, plan: Plan, recall: float, confidence: float, *, holds: bool, bears: bool, price: int | None
) -> str:
    known = counted(reviewed.known, "relevant message")
    of = f"{reviewed.read:,} of {counted(reviewed.population, 'message')} read"
    if not reviewed.population:
        return "Not certifiable: no message in scope has text, so that nothing was read and nothing can be said."
    if not reviewed.read:
        return (
            "Not certifiable: nobody has read a message for this code yet, of"
            f" {counted(reviewed.population, 'message')} in scope; --plan says what a certificate would cost."
        )
    if reviewed.rest == 0:
        return (
            f"All {counted(reviewed.population, 'message')} in scope were read and {known} found, so none was missed."
        )
    drawn = counted(_drawn(reviewed, plan), "random draw")
    least = f"at least {percent(recall)} of all relevant messages in scope have been found, at {percent(confidence)}"
    if holds:
        return (
            f"A{least[1:]} confidence: {known} known, {of}, by {drawn}. Of a hundred"
            f" reviews that claim in this way no more than {_wrong(confidence)} claim too much."
        )
    if bears:
        return (
            f"Not certified: {known} known, {of}, {drawn}, which might bear that"
            f" {least} confidence; but that was not chosen before."
        )
    if not reviewed.known:
        return f"Not certifiable: nothing relevant has been found in {of}, and {_cost(reviewed, plan, price)}."
    return (
        f"Not certifiable: it cannot be said at {percent(confidence)} confidence that {percent(recall)} of all relevant"
        f" messages have been found ({known} known, {of}); {_cost(reviewed, plan, price)}."
    )


def _drawn(reviewed: Reviewed, plan: Plan) -> int:
    """Random draws that the plan counts."""
    final = reviewed.final[0] if reviewed.final and plan.rule in (Rule.FINAL, Rule.BOTH) else 0
    return final + (0 if plan.rule is Rule.FINAL else len(reviewed.sample[plan.start :][: plan.draws]))


def _wrong(confidence: float) -> str:
    return f"{(1 - confidence) * 100:.2f}".rstrip("0").removesuffix(".")


def _cost(reviewed: Reviewed, plan: Plan, price: int | None) -> str:
    """What would settle it."""
    waiting = reviewed.open[1]
    if waiting:
        return (
            f"first the {counted(waiting, 'message')} of the final sample that nobody has read must be read and coded"
        )
    if plan.draws is not None and len(reviewed.sample) < min(plan.start + plan.draws, reviewed.population):
        made = max(0, len(reviewed.sample) - plan.start)
        return f"the plan is for {counted(plan.draws, 'random draw')} and {made:,} are made"
    # What two readers differ on counts against the claim until somebody settles it, whatever else is read.
    differ = f"first {counted(reviewed.disputed, 'message')} read differently by two readers must be settled; then "
    first = differ if reviewed.disputed else ""
    if price is None or price >= reviewed.rest:
        return f"{first}only reading all {counted(reviewed.rest, 'message')} that are left would settle it"
    return (
        f"{first}about {counted(price, 'further random label')} would be needed (messages that chance draws and"
        " somebody reads and codes) if the rest is like what chance showed"
    )


def _by_words(reviewed: Reviewed) -> str:
    """How many of the messages that count as read nobody looked at."""
    if not reviewed.by_words:
        return ""
    one = reviewed.by_words == 1
    return (
        f"{counted(reviewed.by_words, 'message')} of those {'was' if one else 'were'} not looked at:"
        f" {'it has' if one else 'each has'} the very same words as one that was, and its decision."
    )


def _undecided(reviewed: Reviewed) -> str:
    """How many messages count against the claim because nobody has decided on them, and of which kind."""
    parts = [
        (reviewed.skipped, "drawn at random and passed over"),
        (reviewed.disputed, "read differently by two readers and not settled"),
        (reviewed.open[1], "drawn for the final sample and not read yet"),
    ]
    kinds = ", ".join(f"{number:,} {what}" for number, what in parts if number)
    if not kinds:
        return ""
    one = reviewed.undecided == 1
    said = f"{counted(reviewed.undecided, 'message')} {'is' if one else 'are'} undecided ({kinds}) and"
    if reviewed.rest == 0:
        return f"{said} not counted as relevant."
    return f"{said} counted against the claim, as if {'it' if one else 'each'} were missed."
