"""What is measured of stances: macro-F1, challenge told from approval, and what abstaining buys."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score, roc_auc_score

from upstander.review.stance.model import CLASSES

__all__ = ["Measured", "Point", "curve", "measured"]

_CHALLENGE, _APPROVE, _MOVE_ON = range(len(CLASSES))
_LEAST = 10
_SHARE = 0.03

Likely = npt.NDArray[np.float32]
Told = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measured:
    """One model on one set."""

    replies: int
    macro: float
    #: F1 of each of `CLASSES`.
    each: tuple[float, float, float]
    #: How often a reply that challenges is held likelier to than one that approves (area under the curve).
    apart: float


@dataclass(frozen=True, slots=True)
class Point:
    """What is shown from one probability on."""

    threshold: float
    #: Share of replies whose stance is shown.
    shown: float
    #: Share of these that is right; and the same where each stance counts alike.
    right: float
    alike: float
    #: Share of what is shown as a challenge that is one; nothing where fewer than ten are shown.
    challenges: float | None
    #: Share of all challenges that is shown as one.
    found: float


def measured(likely: Likely, told: Told) -> Measured:
    """The measures where every reply gets its likeliest stance."""
    each = f1_score(told, likely.argmax(axis=1), average=None, labels=[_CHALLENGE, _APPROVE, _MOVE_ON], zero_division=0)
    sided = told != _MOVE_ON
    more = np.log(likely[sided, _CHALLENGE] + 1e-9) - np.log(likely[sided, _APPROVE] + 1e-9)
    one, two, three = (float(value) for value in each)
    return Measured(
        len(told), float(np.mean(each)), (one, two, three), float(roc_auc_score(told[sided] == _CHALLENGE, more))
    )


def curve(likely: Likely, told: Told) -> list[Point]:
    """What is shown and how much of it is right, threshold by threshold; without points of hardly any replies."""
    guess, sure = likely.argmax(axis=1), likely.max(axis=1)
    each = 1 / np.maximum(np.bincount(told, minlength=len(CLASSES)), 1)[told]
    points = []
    for level in (0.0, *np.arange(0.36, 0.97, 0.04)):
        shown = sure >= level
        if shown.sum() < _LEAST or shown.mean() < _SHARE:
            break
        said = shown & (guess == _CHALLENGE)
        points.append(
            Point(
                threshold=round(float(level), 2),
                shown=float(shown.mean()),
                right=float((guess == told)[shown].mean()),
                alike=float(np.average((guess == told)[shown], weights=each[shown])),
                challenges=float((told[said] == _CHALLENGE).mean()) if said.sum() >= _LEAST else None,
                found=float(said[told == _CHALLENGE].mean()),
            )
        )
    return points
