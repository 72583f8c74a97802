"""How the lower bound of recall grew as messages were read."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from upstander.review.certificate.choices import Force
from upstander.review.certificate.deciding import lower
from upstander.review.certificate.draws import Draw
from upstander.review.certificate.gathering import gathered
from upstander.review.certificate.scope import Scope
from upstander.review.codings.standing import stands

__all__ = ["Point", "curve"]

#: Points of a curve.
_POINTS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """After so many messages read: relevant ones known, and the bound."""

    read: int
    known: int
    bound: float


def curve(
    units: pl.DataFrame,
    codings: pl.DataFrame,
    drawn: Sequence[Draw],
    scope: Scope,
    confidence: float,
    force: Force | None = None,
    stream: Sequence[str] | None = None,
    words: pl.DataFrame | None = None,
) -> list[Point]:
    """The bound at up to 60 moments, the last of which is now; each from what had been coded and drawn by then."""
    count = codings.height
    moments = sorted({round(count * step / _POINTS) for step in range(1, _POINTS + 1)} - {0})
    made: list[Point] = []
    for moment in moments:
        # Who had the last word then.
        then = codings.head(moment).with_columns(stands())
        last = int(then["sequence"][-1])
        earlier = [draw for draw in drawn if draw.codings < last]
        seen = gathered(units, then, earlier, scope, force, stream, words)
        bound = lower(seen.reviewed, seen.plan, round(1 - confidence, 12))
        point = Point(seen.reviewed.read, seen.reviewed.known, bound or 0.0)
        if not made or made[-1].read < point.read:
            made.append(point)
        else:
            made[-1] = point
    return made
