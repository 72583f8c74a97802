"""Why a text has its score: the spans that added to it or took from it, in the text as received.

Each n-gram's part is shared by the characters that it covers, and the characters of a word are taken together. So
bias and spans add up to the raw score, whatever the text.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.review.features import places
from upstander.review.triage.weights import Weights

__all__ = ["Span", "spans"]

#: What the hashing takes for a word: it knows no separators but white space of Unicode.
_WORD = re.compile(r"[\S\x1c-\x1f]+")

#: Neighbouring words are one span where each has at least this part of the strongest word's weight.
_TOGETHER = 0.25


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text, and what they add to the raw score (less than 0: take from it)."""

    start: int
    end: int
    weight: float


def spans(model: Weights, text: str, head: int) -> list[Span]:
    """The spans of `text` that matter to the head in column `head`, in the order of the text."""
    found = places(text, model.recipe)
    if not found:
        return []
    rows = model.index[np.array([place.column for place in found], np.int64)].astype(np.int64)
    known = rows < len(model.columns)
    rows = np.where(known, rows, 0)
    length = np.sqrt(model.floor + float((model.lengths[rows].astype(np.int64) * known).sum()))
    parts = model.scales[head] * model.weights[rows, head].astype(np.float64) * known / length
    blank = np.array([_WORD.match(character) is None for character in text])
    added = _added(
        np.array([place.start for place in found]), np.array([place.end for place in found]), parts, blank, len(text)
    )
    upto = np.concatenate([[0.0], np.cumsum(added)])
    words = [Span(*word.span(), float(upto[word.end()] - upto[word.start()])) for word in _WORD.finditer(text)]
    return _merged([word for word in words if abs(word.weight) > 1e-12])


def _added(
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    parts: npt.NDArray[np.float64],
    blank: npt.NDArray[np.bool_],
    size: int,
) -> npt.NDArray[np.float64]:
    """What each character adds: each part is shared by the characters between its start and end that are not blank."""
    seen = np.concatenate([[0], np.cumsum(~blank)])
    shown = seen[ends] - seen[starts]
    each = np.divide(parts, shown, out=np.zeros(len(parts)), where=shown > 0)
    change = np.zeros(size + 1)
    np.add.at(change, starts, each)
    np.add.at(change, ends, -each)
    return np.asarray(np.cumsum(change)[:-1] * ~blank)


def _merged(words: list[Span]) -> list[Span]:
    """Neighbouring words of weight as one span."""
    strongest = max((word.weight for word in words), default=0.0)
    merged: list[Span] = []
    before = 0.0
    for word in words:
        heavy = min(before, word.weight) >= _TOGETHER * strongest > 0
        if merged and heavy and word.start - merged[-1].end <= 1:
            last = merged.pop()
            merged.append(Span(last.start, word.end, last.weight + word.weight))
        else:
            merged.append(word)
        before = word.weight
    return merged
