"""Each rule's test of the hypothesis that recall is below the recall that is claimed.

Every function gives a value that is no smaller than uniform when the hypothesis is true, at whatever moment the claim
is made under its rule; a claim stands where the value is at most the chance of error that the plan gives it.
"""

from upstander.review.certificate.chances import at_most, quantile, watched
from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed
from upstander.review.certificate.shares import least_left, least_total

__all__ = ["by_final", "by_stream", "stands"]


def by_stream(reviewed: Reviewed, plan: Plan, recall: float) -> float:
    """The stream's value, at most which the chance is of claiming too much, ever.

    Let F be what rank has found, U what it has not, y the relevant draws outside what it read, n the draws. Recall is
    below r just where U ≥ u, the least number with F < r·(F + u). The n draws are a simple random sample of the whole
    population, so at one depth y is hypergeometric (population, U, n), and P(y or fewer) with u in place of U is the
    value: it falls with u and rises with y.

    Why the ranking may be watched at no cost: as reading goes on F and with it u can only grow, and y only fall (a draw
    that rank reaches is no longer outside), so the value never rises. Let the last depth at which recall is still below
    r be d. If the value was ≤ a at any depth up to d, it is ≤ a at d; d depends on the ranking alone and not on the
    draws; and at d, U ≥ u. So the chance of ever claiming too early is ≤ a. Watching the draws as well is paid for in
    `watched`, whose value has the same directions, so that the argument holds for both at once: the draws outside what
    rank had read at depth d are one growing count, and that count's boundary is crossed with chance ≤ a.

    A number of draws that is written down later, when the stream has made some, is counted from there. Those before are
    known, as if they had been read: they leave the population and the hypothesis, and the draws after them are a simple
    random sample of what remains, whatever was known when the number was chosen.

    The quantile rule looks only at which share of the relevant draws rank reached: the number of relevant draws is
    fixed with n, the share reached can only grow, and its value at d has the chance that `quantile` gives.
    """
    if plan.rule is Rule.FINAL:
        return 1.0
    start, drawn = plan.start, reviewed.sample[plan.start :]
    population = reviewed.population - start
    if plan.draws is not None and plan.rule in (Rule.FIXED, Rule.QUANTILE):
        # The whole population read by the stream is as many draws as there can be.
        if len(drawn) < min(plan.draws, population):
            return 1.0
        drawn = drawn[: plan.draws]
    missed = sum(1 for relevant, reached in drawn if relevant and not reached)
    before = sum(1 for relevant, reached in reviewed.sample[:start] if relevant and not reached)
    left = least_left(reviewed.found + before, recall)
    if plan.rule is Rule.QUANTILE:
        shown = sum(1 for relevant, _ in drawn if relevant)
        return quantile(shown - missed, shown, recall)
    if left > reviewed.rest + reviewed.known - reviewed.found - before:
        return 0.0
    chance = watched if plan.rule in (Rule.WATCHED, Rule.BOTH) else at_most
    return chance(missed, population, left, len(drawn))


def by_final(reviewed: Reviewed, recall: float) -> float:
    """The final sample's value, given everything that was read before it, however that was chosen.

    Before the sample is drawn every message is known or unread. With the total R the unread hold R - known of before,
    and a simple random sample of them shows as many as a hypergeometric says, whatever went before: the ranking, the
    stream, when people stopped and why. What the sample finds is known too, so recall is below r for every R of which
    all that is known is less than r; the value is that of the least such R, which is the greatest. Reading on by rank
    adds to what is known and leaves the sample as it is: the value only falls until recall is r, as in `by_stream`.
    """
    if reviewed.final is None:
        return 1.0
    size, relevant = reviewed.final
    read_since, found_since = reviewed.since
    left = least_total(reviewed.known, recall) - (reviewed.known - relevant - found_since)
    unread = reviewed.rest + size + read_since
    if left > unread:
        return 0.0
    return at_most(relevant, unread, left, size)


def stands(reviewed: Reviewed, plan: Plan, recall: float, alpha: float) -> bool:
    """Whether a recall of at least `recall` may be claimed with chance `alpha` of error."""
    if not reviewed.population:
        return False  # Of nothing nothing is claimed: the scope may be a slip of the pen.
    if reviewed.rest == 0:
        return True
    if reviewed.known and least_total(reviewed.known, recall) > reviewed.known + reviewed.rest:
        return True  # Even if all that is unread were relevant.
    if not reviewed.known:
        return False
    stream = by_stream(reviewed, plan, recall)
    if stream <= plan.stream(alpha):
        return True
    if reviewed.final is None:
        return False
    final = by_final(reviewed, recall)
    alone, together = plan.final(alpha)
    return final <= alone or stream * final <= together
