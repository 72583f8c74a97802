"""What a certificate costs in random labels, before anyone pays: by what is known so far, and for narrower populations.

Let R be relevant messages and u the least number that must be left over for recall to be below the recall claimed. The
labels are the least sample that shows no more than v of u with a chance within what the claim may err; v is what is
granted to be left outside what was read. Nothing here claims anything, and a guess may be wrong: the certificate holds
or not by what is drawn, whatever the plan had said.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from upstander.review.certificate.chances import at_most, quantile, watched
from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed
from upstander.review.certificate.shares import least_left

__all__ = ["ALLOWED", "Guess", "Narrower", "Price", "by_rule", "guess", "narrower", "price"]

#: Allowances that are priced: nothing outside what was read, one, three.
ALLOWED = (0, 1, 3)
#: Chance that the interval of a guess misses, on both sides together.
_DOUBT = 0.1
#: More relevant draws than there can be.
_NONE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Guess:
    """How many relevant messages there are, by chance's own sample: between `low` and `high` at 90 % confidence."""

    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Price:
    """What it takes in a population that holds so many relevant messages."""

    population: int
    relevant: int
    #: Random draws of which so many are relevant that it is enough if reading finds every one of them, as is usual.
    usual: int
    #: Relevant ones among them.
    usual_relevant: int
    #: By how many relevant draws may lie outside what was read: draws by `Rule.FIXED`, which counts what was found.
    draws: dict[int, int]


def by_rule(
    plan: Plan, population: int, unread: int, relevant: int, recall: float, confidence: float
) -> dict[int, int]:
    """How many labels a plan takes where none, one or three of the draws are relevant and outside what reading found.

    A final sample is drawn from what is `unread`; the others draw from the whole population, what is read among it. No
    number is above what it takes to read everything, which is then what settles it.
    """
    rule, alpha = plan.rule, round(1 - confidence, 12)
    left = min(population, least_left(relevant, recall)) if relevant else population
    if rule is Rule.QUANTILE:
        shown = {each: _shown(recall, plan.stream(alpha), each) for each in ALLOWED}
        return {each: min(population, -(-number * population // max(1, relevant))) for each, number in shown.items()}
    if rule is Rule.FINAL:
        limit = plan.final(alpha)[0]
        return {each: _least(each, unread, min(unread, left), limit) for each in ALLOWED}
    chance = at_most if rule is Rule.FIXED else watched
    return {each: _least(each, population, left, plan.stream(alpha), chance) for each in ALLOWED}


@dataclass(frozen=True, slots=True)
class Narrower:
    """A narrower population: how it is asked for, what is known in it, and its price."""

    population: str
    price: Price


def guess(reviewed: Reviewed) -> Guess:
    """How many relevant messages there are, exactly bounded by what the stream and the final sample showed.

    Every message that was sought is known; the rest is bounded by the draws that fell outside (hypergeometric, each
    side with half the doubt). It is for planning: it takes the stream as if nobody had watched it.
    """
    size, relevant = reviewed.final or (0, 0)
    drawn, shown = reviewed.apart + size, reviewed.apart_relevant + relevant
    population = reviewed.rest + reviewed.copies[0] + drawn
    if not drawn:
        return Guess(reviewed.known, max(1, reviewed.known), reviewed.known + reviewed.rest)
    high = _most(shown, population, drawn, _DOUBT / 2)
    low = population - _most(drawn - shown, population, drawn, _DOUBT / 2)
    likely = max(shown, round(shown / drawn * population))
    sought = reviewed.found
    return Guess(max(sought + low, reviewed.known), max(1, sought + likely), sought + high)


def _most(seen: int, population: int, drawn: int, doubt: float) -> int:
    """The greatest number in the population of which so few would still be seen with more chance than `doubt`."""
    low, high = seen, population
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at_most(seen, population, middle, drawn) > doubt else (low, middle - 1)
    return low


def price(population: int, relevant: int, recall: float, confidence: float, budget: float = 1.0) -> Price:
    """What certifying `recall` at `confidence` costs where the population holds so many relevant messages.

    `budget` is the share of the chance of error that the plan may use.
    """
    alpha = round((1 - confidence) * budget, 12)
    shown = _shown(recall, alpha)
    left = min(population, least_left(relevant, recall)) if relevant else population
    usual = min(population, -(-shown * population // max(1, relevant)))
    draws = {allowed: _least(allowed, population, left, alpha) for allowed in ALLOWED}
    return Price(population, relevant, usual, shown, draws)


def _shown(recall: float, alpha: float, missed: int = 0) -> int:
    """The least number of relevant draws of which reading may have missed so many; none is enough for recall 1."""
    if recall == 1:
        return _NONE
    low, high = missed, missed + 1
    while high < _NONE and quantile(high - missed, high, recall) > alpha:
        low, high = high, 2 * high
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if quantile(middle - missed, middle, recall) <= alpha else (middle, high)
    return min(_NONE, high)


def _least(
    allowed: int, population: int, left: int, alpha: float, chance: Callable[[int, int, int, int], float] = at_most
) -> int:
    low, high = 0, population
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(allowed, population, left, middle) <= alpha else (middle + 1, high)
    return low


def narrower(
    messages: pl.DataFrame,
    units: pl.DataFrame,
    unique: int,
    relevant: set[str],
    supposed: int,
    recall: float,
    confidence: float,
    budget: float = 1.0,
    final: float = 0.8,
) -> list[Narrower]:
    """Narrower populations with prices: the same words once, then each conversation and year, cheapest first.

    The others may use a share `budget` of the chance of error, the same words `final`: no stream draws words.
    `messages` has `message`, `conversation` and `at`; `relevant` names the relevant ones that are known. Only parts in
    which something relevant is known are offered: of the others nothing could be certified. `supposed` is how many are
    relevant in all; a part is priced as if its share were the same, and no fewer than are known in it.
    """

    def priced(size: int, found: int, share: float) -> Price:
        return price(size, min(size, max(1, found, round(supposed * size / units.height))), recall, confidence, share)

    known = units.join(messages, on="message").with_columns(pl.col("unit").is_in(list(relevant)).alias("relevant"))
    offers = []
    if unique < units.height:
        offers.append(Narrower("unique", priced(unique, len(relevant), final)))
    parts = []
    for population, key in (
        (pl.lit("conversation:") + pl.col("conversation"), "conversation"),
        (pl.format("since:{}-01-01,until:{}-12-31", pl.col("year"), pl.col("year")), "year"),
    ):
        counted = (
            known.with_columns(pl.col("at").dt.year().alias("year"))
            .filter(pl.col(key).is_not_null())
            .group_by(key)
            .agg(pl.len().alias("size"), pl.col("relevant").sum().alias("found"))
            .filter((pl.col("found") > 0) & (pl.col("size") < known.height))
            .select(population.alias("population"), "size", "found")
        )
        parts += [
            Narrower(str(name), priced(int(size), int(found), budget)) for name, size, found in counted.iter_rows()
        ]
    return offers + sorted(parts, key=lambda offer: (offer.price.draws[0], offer.population))
