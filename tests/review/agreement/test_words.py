"""What is said beside the figures."""

import numpy as np

from upstander.review.agreement.figures import Figures, figures
from upstander.review.agreement.words import warnings


def two(both: int, one: int, none: int) -> Figures:
    """The figures of two readers: messages that both, one or none said yes of."""
    count = both + one + none
    return figures(np.arange(count), np.full(count, 2), np.array([2] * both + [1] * one + [0] * none))


def said(made: Figures, *, blind: int | None = None, found: int = 100) -> str:
    """The warnings as one text."""
    return "\n".join(warnings(made, blind=made.messages if blind is None else blind, found=found))


def test_plenty_needs_no_words() -> None:
    """Hundreds of messages, half of them yes, some disagreement."""
    assert said(two(100, 20, 100)) == ""


def test_what_is_said() -> None:
    """Few, rare, all of one kind, no disagreement, not blind: each has its sentence."""
    assert "one message was read twice" in said(two(0, 1, 0))
    assert "only 12 messages" in said(two(5, 2, 5))
    assert "nobody said yes" in said(two(0, 0, 40))
    assert "everybody said yes" in said(two(40, 0, 0))
    assert "somebody said yes of only 4" in said(two(2, 2, 60), found=4)
    assert "of the bootstrap's resamples only one answer" in said(two(1, 0, 60), found=1)
    assert "alpha is low and AC1 is high" in said(two(1, 2, 400), found=3)
    assert "up to 6.0% of others" in said(two(25, 0, 25))
    assert "20 of the 220 are not marked as read blind" in said(two(100, 20, 100), blind=200)
