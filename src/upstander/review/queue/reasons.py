"""Why a message is next: the words of it that count most in the ranking."""

from dataclasses import dataclass

import numpy as np

from upstander.review.features import places
from upstander.review.queue.learner import Learned
from upstander.review.queue.matrix import RECIPES, Matrix

__all__ = ["Span", "reasons"]

#: The longest text that is looked through for reasons.
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a message, and what they add to its score."""

    start: int
    end: int
    weight: float


def reasons(text: str, learned: Learned, matrix: Matrix, place: int, *, most: int = 3) -> list[Span]:
    """The stretches of `text` that add most to its score, the first first; none where nothing speaks for it."""
    text = text[:_LONGEST]
    weight = np.zeros(len(text) + 1)
    for half, recipe in enumerate(RECIPES):
        scale = matrix.scale[2 * place + half]
        for found in places(text, recipe):
            each = float(learned.weights[found.column] * matrix.rarity[found.column] * scale)
            weight[found.start : found.end] += each / max(found.end - found.start, 1)
    spans: list[Span] = []
    start = 0
    for at, character in enumerate(text + " "):
        if character.isspace():
            if at > start:
                spans.append(Span(start, at, round(float(weight[start:at].sum()), 4)))
            start = at + 1
    return sorted((span for span in spans if span.weight > 0), key=lambda span: (-span.weight, span.start))[:most]
