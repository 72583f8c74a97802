"""Each rule's test of the hypothesis that recall is below the recall that is claimed.

Every function gives a value that is no smaller than uniform when the hypothesis is true, at whatever moment the claim
is made under its rule; a claim stands where the value is at most the chance of error that the plan gives it.
"""

from upstander.review.certificate.chances import at_most, quantile, watched
from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed
from upstander.review.certificate.shares import least_left, least_total

__all__ = ["by_final", "by_stream", "certain", "stands"]


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

    A plan that is written down later, when the stream has made some draws, is counted from there. Those before are
    known, as if they had been read: they leave the population and the hypothesis, and the draws after them are a simple
    random sample of what remains, in a random order, whatever was known when the plan was chosen.

    The quantile rule looks only at which share of the relevant draws rank reached: the number of relevant draws is
    fixed with n, the share reached can only grow, and its value at d has the chance that `quantile` gives. With b
    relevant draws known before its beginning, F + b < r·(F + b + U) makes F < r·(F + U), so that it errs no more.

    A draw that nobody has decided on is taken for relevant where rank has not reached it, and is found nowhere: y is no
    smaller, and F no greater, than they are, so that the value is no smaller than it will be when all is decided. One
    before the beginning may be a relevant message that is missed, outside what remains, so that as many fewer are left.
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
    missed = sum(1 for relevant, reached in drawn if relevant is not False and not reached)
    apart = [relevant for relevant, reached in reviewed.sample[:start] if not reached]
    before, unknown = apart.count(True), apart.count(None)
    if plan.rule is Rule.QUANTILE:
        found = sum(1 for relevant, reached in drawn if relevant and reached)
        return 1.0 if unknown else quantile(found, found + missed, recall)
    left = max(0, least_left(reviewed.found + before, recall) - unknown)
    if left > reviewed.rest + reviewed.known - reviewed.found - before + reviewed.apart_open:
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

    What of the sample is unread or disputed counts as shown to be relevant and as not known: it can only turn out to be
    one of the two, and either way the value falls. So a sample may be asked of before all of it is decided.
    """
    if reviewed.final is None:
        return 1.0
    size, relevant = reviewed.final
    read_since, found_since = reviewed.since
    undecided, waiting = reviewed.open
    left = least_total(reviewed.known, recall) - (reviewed.known - relevant - found_since)
    unread = reviewed.rest - waiting + size + read_since
    if left > unread:
        return 0.0
    return at_most(relevant + undecided, unread, left, size)


def certain(reviewed: Reviewed, recall: float) -> bool:
    """Whether it is so by counting alone: all is read, or recall is no less even if all that is unread is relevant."""
    if not reviewed.population:
        return False  # Of nothing nothing is claimed: the scope may be a slip of the pen.
    if reviewed.rest == 0:
        return True
    return reviewed.known > 0 and least_total(reviewed.known, recall) > reviewed.known + reviewed.rest


def stands(reviewed: Reviewed, plan: Plan, recall: float, alpha: float) -> bool:
    """Whether a recall of at least `recall` may be claimed with chance `alpha` of error."""
    if certain(reviewed, recall):
        return True
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
