"""Why a message is next: the words of it that count most in the ranking."""

from dataclasses import dataclass

import numpy as np

from upstander.review.features import places
from upstander.review.queue.learner import Learned
from upstander.review.queue.matrix import RECIPE, Matrix, bare_in_place

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
    begin, middle = matrix.bounds[2 * place], matrix.bounds[2 * place + 1]
    whole = places(bare_in_place(text[:_LONGEST]), RECIPE)
    weight = np.zeros(min(len(text), _LONGEST) + 1)
    for at, found in enumerate(whole):
        half = 0 if at < middle - begin else 1
        column = found.column
        each = float(learned.weights[column] * matrix.rarity[column] * matrix.scale[2 * place + half])
        weight[found.start : found.end] += each / max(found.end - found.start, 1)
    spans: list[Span] = []
    start = 0
    for at, character in enumerate(text[:_LONGEST] + " "):
        if character.isspace():
            if at > start:
                spans.append(Span(start, at, round(float(weight[start:at].sum()), 4)))
            start = at + 1
    return sorted((span for span in spans if span.weight > 0), key=lambda span: (-span.weight, span.start))[:most]
