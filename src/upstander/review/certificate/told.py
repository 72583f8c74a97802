"""What was chosen, in words: the plan that counts, and why a claim that was not chosen before may not be made."""

from upstander.review.certificate.choices import Force
from upstander.review.certificate.plan import Rule
from upstander.review.certificate.words import counted, percent

__all__ = ["RULES", "late", "told"]

#: Each rule in a few words, for who is no statistician.
RULES = {
    Rule.BOTH: "the random draws looked at as they come, and final samples after them",
    Rule.WATCHED: "the random draws looked at as they come",
    Rule.FIXED: "a number of random draws, written down before",
    Rule.QUANTILE: "the share of the relevant random draws that reading had found too",
    Rule.FINAL: "a final sample of what nobody has read",
}


def told(force: Force, *, scope: str, size: int) -> str:
    """Who chose how the certificate of `scope` is made, when, for what, and what had been seen by then."""
    choice = force.choice
    if choice is None:
        return f"No plan is written down, so that the program's own counts: {_what(force)}."
    number = f", {counted(choice.draws, 'random draw')}" if choice.draws else ""
    said = f"Plan of {choice.by}, {choice.at:%-d %B %Y}: {RULES[choice.rule]}{number}; {_numbers(force)}."
    if not choice.seen:
        said += " It was written down before any random draw was read."
    elif force.seen:
        left = "" if force.budget == 1 else f", and {percent(force.budget)} of the chance of error is left for it"
        said += (
            f" It, its numbers and its population were chosen after {counted(choice.seen, 'random draw')} had been"
            f" read: {'those are' if choice.seen > 1 else 'that one is'} known and not counted as drawn{left}."
        )
    if choice.population == scope and choice.size not in (None, size):
        said += f" The population had {counted(choice.size or 0, 'message')} then and has {size:,} now."
    return said


def late(force: Force, *, scope: str, recall: float, confidence: float, seen: int) -> str:
    """Why `recall` at `confidence` of `scope` was not chosen before what was seen; empty where it was."""
    same = scope == force.population and force.recall in (None, recall) and force.confidence in (None, confidence)
    if same or not seen:
        return ""
    asked = f"{percent(recall)} found, at {percent(confidence)} confidence, of the population {scope}"
    if force.choice is None:
        why = f"without a plan only {_numbers(force)} is claimed"
    else:
        why = f"the plan is for {_numbers(force)}"
    # A rule that may use all of the chance of error leaves none for another.
    again = " --rule writes a choice down, and what is drawn from then on counts." if force.rule.watches < 1 else ""
    return (
        f"{asked} was asked for after {counted(seen, 'random draw')} had been read; {why}. The guarantee is for what"
        f" was chosen before the draws that it rests on.{again}"
    )


def _what(force: Force) -> str:
    return f"{_numbers(force)}, {RULES[force.rule]}"


def _numbers(force: Force) -> str:
    if force.recall is None or force.confidence is None:
        return f"a recall that it does not say of the population {force.population}"
    of = "all messages" if force.population == "all" else f"the population {force.population}"
    return f"{percent(force.recall)} found, at {percent(force.confidence)} confidence, of {of}"
