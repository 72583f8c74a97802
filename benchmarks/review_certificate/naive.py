"""Ways to stop that guarantee nothing: buscar, and the rules of thumb that people use. They count readings."""

import numpy as np
from benchmarks.review_certificate.rules import ALPHA, LOOKS, Replay, Stop
from scipy.stats import hypergeom

__all__ = ["buscar", "in_a_row", "knee"]

#: Places at which the random part may be said to begin.
_URNS = 150


def buscar(replay: Replay, recall: float) -> Stop:
    """Callaghan and Müller-Hansen 2020, by its description: the last messages read are taken for drawn at random.

    The least p-value over where the random part is said to begin; it stops below 5 %. No sample is drawn.
    """
    for ranked in np.linspace(0, replay.readings, LOOKS + 1).astype(np.int64)[1:]:
        found = int(replay.own[ranked])
        starts = ranked - np.unique(np.geomspace(1, ranked, _URNS).astype(np.int64))
        before = replay.own[starts]
        relevant = np.floor(found / recall + 1 - before + 1e-9).astype(np.int64)
        urn = replay.readings - starts
        value = np.where(
            relevant > urn, 0.0, hypergeom.cdf(found - before, urn, np.minimum(relevant, urn), ranked - starts)
        )
        if found and value.min() < ALPHA:
            return replay.stop(int(ranked))
    return replay.stop(replay.readings)


def in_a_row(replay: Replay, run: int) -> Stop:
    """So many irrelevant messages in a row."""
    ends = np.concatenate([[-1], np.unique(replay.by_rank), [replay.readings]])
    long = np.flatnonzero(np.diff(ends) - 1 >= run)
    # The run before the first relevant message is no run: nobody has begun.
    long = long[long > 0]
    return replay.stop(int(ends[long[0]]) + 1 + run if long.size else replay.readings)


def knee(replay: Replay, least: int = 1000, *, farthest: bool = False) -> Stop:
    """Cormack and Grossman 2016: the slope before a bend over that after it, looked at after batches that grow.

    The bend is where the ratio is greatest, as it is often programmed, or the point `farthest` from the chord.
    """
    ranked, batch = 1, 1.0
    while ranked < replay.readings:
        ranked = min(replay.readings, ranked + int(batch))
        batch += np.ceil(batch / 10)
        if ranked < least:
            continue
        found = int(replay.own[ranked])
        depths = np.arange(1, ranked)
        heights = replay.own[1:ranked]
        ratios = heights / depths / ((found - heights + 1) / (ranked - depths))
        ratio = ratios[np.argmax(heights * ranked - found * depths)] if farthest else ratios.max()
        if ratio >= 156 - min(found, 150):
            return replay.stop(ranked)
    return replay.stop(replay.readings)
