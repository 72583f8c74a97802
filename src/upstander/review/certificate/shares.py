"""What a recall means in whole messages, in fractions: a float's last digit must not decide a certificate."""

from fractions import Fraction

__all__ = ["below", "exact", "least_left", "least_total"]


def exact(share: float) -> Fraction:
    """The share as it is written: 0.8 is four fifths, and not the float nearest to it."""
    return Fraction(repr(float(share)))


def below(total: int, recall: float) -> int:
    """The greatest number of `total` that is less than `recall` of them."""
    share = exact(recall) * total
    return -(-share.numerator // share.denominator) - 1


def least_total(known: int, recall: float) -> int:
    """The smallest total of which `known` is less than `recall`."""
    return int(known / exact(recall)) + 1


def least_left(found: int, recall: float) -> int:
    """The smallest number left over with which `found` is less than `recall` of all."""
    return least_total(found, recall) - found
