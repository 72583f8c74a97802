"""Exact chances of drawing without replacement, and what watching costs."""

from functools import lru_cache

from scipy.stats import binom, hypergeom

__all__ = ["LEVELS", "at_most", "quantile", "watched"]

#: How many relevant messages outside the ranking the stream may have shown, and the share of the chance of error that
#: each of these allowances may use; after them the share halves and the allowance grows by half, for ever.
_FIRST = ((0, 0.25), (1, 0.2), (2, 0.15), (4, 0.12), (7, 0.1), (12, 0.08), (20, 0.05))
_REST = 0.05
#: Allowances that are told apart: the last one is beyond every population.
_MANY = 40


def _levels() -> tuple[tuple[int, float], ...]:
    made = list(_FIRST)
    left = _REST
    while len(made) < _MANY:
        left /= 2
        made.append((made[-1][0] * 8 // 5, left))
    return tuple(made)


#: Allowance and share, growing and shrinking; the shares sum to less than one.
LEVELS = _levels()


@lru_cache(maxsize=100_000)
def at_most(seen: int, population: int, relevant: int, drawn: int) -> float:
    """P(no more than `seen` relevant among `drawn` from a population that holds `relevant`), exactly."""
    if seen >= min(relevant, drawn):
        return 1.0
    if seen < max(0, drawn - (population - relevant)):
        return 0.0
    return float(hypergeom.cdf(seen, population, relevant, drawn))


def watched(seen: int, population: int, relevant: int, drawn: int) -> float:
    """The same for a stream that may be looked at after every draw: a value that is ≤ a with chance ≤ a, ever.

    Let T(v) be the first draw that shows more than v of the `relevant` ones. For an allowance v with share w(v) let
    n(v) be the first number of draws at which P(no more than v seen) ≤ a·w(v). The value is ≤ a at some look only if
    for some v no more than v were seen at n(v) draws or later, and then, as the number seen never falls, no more than
    v were seen at n(v) itself: chance ≤ a·w(v). Summed over the allowances that is ≤ a, for the shares sum to ≤ 1.
    No look is named in this, so any number of them may be taken, and drawing may go on or stop as anybody likes.
    """
    values = (at_most(allowed, population, relevant, drawn) / share for allowed, share in LEVELS if allowed >= seen)
    return min(1.0, min(values, default=1.0))


def quantile(reached: int, shown: int, recall: float) -> float:
    """P(`reached` or more of `shown` relevant draws lie among those that rank found) where recall is below `recall`.

    Given how many of the draws are relevant, they are a simple random sample of all R relevant messages, of which rank
    has found fewer than recall·R: a hypergeometric of an R that nobody knows. Above its mean the tail of every such
    hypergeometric is no greater than that of the binomial of the same share (Uhlmann 1966; the tests go through every
    small R), and the binomial grows with the share. At or below the mean nothing may be claimed.
    """
    if reached < shown * recall + 1:
        return 1.0
    return float(binom.sf(reached - 1, shown, recall))
