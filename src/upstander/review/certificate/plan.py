"""How the chance of a wrong certificate is spent: chosen before anything is looked at, and paid for."""

import math
from dataclasses import dataclass
from enum import StrEnum

from upstander.errors import ReviewError

__all__ = ["Plan", "Rule"]

#: The share of the chance of error that looking at the stream may use under `Rule.BOTH`, and what of the rest a final
#: sample may use by itself.
_WATCHING, _ALONE = 0.2, 0.75
#: What a first final sample may use; each later one may use a fifth of the one before.
_FIRST, _LATER = 0.8, 0.2


class Rule(StrEnum):
    """What a certificate is made of; chosen before reading, and never the best of several afterwards."""

    #: The random stream may be looked at after every message; a final sample may follow, and is combined with it.
    BOTH = "both"
    #: The random stream only, looked at as often as anybody likes.
    WATCHED = "watched"
    #: So many `draws` of the random stream, a number that was written down before; the ranking may be watched.
    FIXED = "fixed"
    #: The same draws, and only the share of their relevant messages that rank reached (Lewis, Yang and Frieder 2021).
    QUANTILE = "quantile"
    #: A final sample only, of what was not read.
    FINAL = "final"

    @property
    def watches(self) -> float:
        """The share of a plan's chance of error that claims by the stream may use; the rest is for final samples."""
        return {Rule.BOTH: _WATCHING, Rule.FINAL: 0.0}.get(self, 1.0)

    @property
    def draws(self) -> bool:
        """Whether the plan needs a number of draws."""
        return self in (Rule.FIXED, Rule.QUANTILE)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule, the number of draws that it needs, and which final sample of this review it is."""

    rule: Rule = Rule.BOTH
    draws: int | None = None
    attempt: int = 1
    #: Draws of the stream that were there when the plan was written down: they are known, and prove nothing more.
    start: int = 0
    #: The share of the chance of error that was left when it was written down: plans before it have used the rest.
    budget: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a plan that says too little. Raises `ReviewError`."""
        if self.rule.draws and (self.draws is None or self.draws < 1):
            raise ReviewError(f"the plan {self.rule.value!r} needs the number of random draws that it is made for")
        if self.start < 0 or (self.start and self.rule is Rule.FINAL):
            raise ReviewError(f"the plan {self.rule.value!r} cannot begin after {self.start} random draws")
        if not 0 < self.budget <= 1:
            raise ReviewError(
                f"a plan cannot use {self.budget:g} of the chance of error; it is a share above 0, up to 1"
            )
        if self.attempt < 1:
            raise ReviewError(f"final sample number {self.attempt} cannot be; the first one is number 1")

    def stream(self, alpha: float) -> float:
        """The chance of error that the stream may use of `alpha`."""
        return alpha * self.budget * self.rule.watches

    def final(self, alpha: float) -> tuple[float, float]:
        """What a final sample's value is held to by itself, and what its product with the stream's is held to.

        The attempts are given 0.8, 0.16, 0.032 … of what there is, which sum to it, so that by the union bound all
        attempts together err with no more chance than that, however many there are and whenever they are drawn.

        The product (after Bauer and Köhne 1994): let p be the stream's smallest value so far and q the final sample's,
        given everything before. P(p ≤ a) ≤ a under the hypothesis, and q is no smaller than uniform whatever p was. So
        with b the share by itself, P(p ≤ a, or q ≤ b, or p·q ≤ c) ≤ a + ∫ max(b, c/x) dx from a to 1, which is
        a + c·ln(c/(a·b)) + b - c. The product's limit c is the one that makes this what the attempt may use.
        """
        share = _FIRST * _LATER ** (self.attempt - 1)
        if self.rule is Rule.FINAL:
            return alpha * self.budget * share, 0.0
        if self.rule is not Rule.BOTH:
            return 0.0, 0.0
        spent = self.stream(alpha)
        whole = (alpha * self.budget - spent) * share
        return _ALONE * whole, _product(spent, _ALONE * whole, whole)


def _product(spent: float, alone: float, whole: float) -> float:
    """The product's limit, never too great: `c·ln(c/(spent·alone)) + alone - c ≤ whole`."""
    low, high = spent * alone, alone
    for _ in range(60):
        middle = (low + high) / 2
        used = middle * math.log(middle / (spent * alone)) + alone - middle if middle else 0.0
        low, high = (middle, high) if used <= whole else (low, middle)
    return low
