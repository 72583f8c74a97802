"""Ways to stop, replayed: each is told one ranking and one random stream, and says where it stops and what it knows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom

from upstander.review.certificate.chances import LEVELS

__all__ = ["Replay", "Stop", "buscar", "fixed", "in_a_row", "knee", "quantile", "steered", "watched"]

ALPHA = 0.05
#: Moments at which a watched rule looks, and at which buscar does.
_LOOKS = 400
_URNS = 150

_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a rule stopped: messages read, each counted once, and the recall of what rank had read."""

    effort: float
    recall: float
    #: Messages read by rank, and drawn.
    ranked: int
    drawn: int


class Replay:
    """One ranking and one stream: where each relevant message stands in both."""

    def __init__(self, shown: npt.NDArray[np.bool_], seed: int | None) -> None:
        """Draw the stream; without a seed there is none."""
        self.shown = shown
        self.population = len(shown)
        self.found = np.concatenate([[0], np.cumsum(shown)])
        self.total = int(self.found[-1])
        self.by_rank = np.flatnonzero(shown)
        if seed is not None:
            #: Place in the ranking of every draw.
            self.stream = np.random.default_rng(seed).permutation(self.population)
            drawn = np.empty(self.population, np.int64)
            drawn[self.stream] = np.arange(self.population)
            self.by_draw = drawn[self.by_rank]

    def missed(self, ranked: _Counts, drawn: _Counts) -> _Counts:
        """Relevant draws outside what rank had read, at each pair of depths."""
        outside = self.by_rank[None, :] >= ranked[:, None]
        return np.asarray((outside & (self.by_draw[None, :] < drawn[:, None])).sum(axis=1))

    def stop(self, ranked: int, drawn: int = 0) -> Stop:
        """The stop at these depths."""
        apart = int((self.stream[:drawn] >= ranked).sum()) if drawn else 0
        recall = float(self.found[ranked] / self.total)
        return Stop((ranked + apart) / self.population, recall, ranked, drawn)


def _left(found: _Counts, recall: float) -> _Counts:
    """As `upstander.review.certificate.shares.least_left`, of many at once."""
    return np.asarray(np.floor(found / recall + 1e-9).astype(np.int64) + 1 - found)


_ALLOWED = np.array([allowed for allowed, _ in LEVELS])
_SHARES = np.array([share for _, share in LEVELS])


def _watched_value(missed: _Counts, population: int, left: _Counts, drawn: _Counts) -> npt.NDArray[np.float64]:
    """As `upstander.review.certificate.chances.watched`, of many at once, by the next allowance only."""
    level = np.searchsorted(_ALLOWED, missed)
    fits = np.minimum(left, population)
    return np.asarray(hypergeom.cdf(_ALLOWED[level], population, fits, drawn) / _SHARES[level])


def _first(passes: npt.NDArray[np.bool_]) -> int | None:
    places = np.flatnonzero(passes)
    return int(places[0]) if places.size else None


def fixed(replay: Replay, recall: float, share: float) -> Stop:
    """`Rule.FIXED`: so many draws, written down before; the ranking is watched after every look."""
    drawn = round(share * replay.population)
    ranked = np.unique(np.linspace(0, replay.population, 4 * _LOOKS + 1).astype(np.int64))
    missed = replay.missed(ranked, np.full(len(ranked), drawn))
    left = _left(replay.found[ranked], recall)
    passes = (hypergeom.cdf(missed, replay.population, left, drawn) <= ALPHA) & (replay.found[ranked] > 0)
    passes |= left > replay.population - ranked
    place = _first(passes)
    return replay.stop(replay.population if place is None else int(ranked[place]), drawn)


def quantile(replay: Replay, recall: float, share: float) -> Stop | None:
    """`Rule.QUANTILE`, which is QBCB; None where the draws hold too few relevant ones for it ever to stop."""
    drawn = round(share * replay.population)
    inside = np.sort(replay.by_rank[replay.by_draw < drawn])
    if len(inside) == 0 or binom.sf(len(inside) - 1, len(inside), recall) > ALPHA:
        return None
    needed = int(binom.isf(ALPHA, len(inside), recall)) + 1
    return replay.stop(int(inside[needed - 1]) + 1, drawn)


def watched(replay: Replay, recall: float, share: float) -> Stop:
    """`Rule.WATCHED`: one in so many of what is shown is drawn, and both are looked at all along."""
    steps = np.arange(1, _LOOKS + 1) / _LOOKS
    drawn = np.minimum((steps * share / (1 - share) * replay.population).astype(np.int64), replay.population)
    ranked = (steps * replay.population).astype(np.int64)
    left = _left(replay.found[ranked], recall)
    passes = _watched_value(replay.missed(ranked, drawn), replay.population, left, drawn) <= ALPHA
    passes |= left > replay.population - ranked
    place = _first(passes)
    return replay.stop(replay.population, 0) if place is None else replay.stop(int(ranked[place]), int(drawn[place]))


def _needed() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """For a share missed of what may be missed: how many of the latter the draws must be due to show, about."""
    from scipy.stats import chi2

    due = chi2.isf(ALPHA * _SHARES[:14], 2 * (_ALLOWED[:14] + 1)) / 2
    return _ALLOWED[:14] / due, due


def steered(replay: Replay, recall: float) -> Stop:
    """`Rule.WATCHED`, with each step where it helps more: read on by rank, or draw; by what is known at that moment."""
    population = replay.population
    step = max(1, population // _LOOKS)
    reach, due = _needed()
    ranked, drawn = step, step
    while ranked < population:
        missed = int(replay.missed(np.array([ranked]), np.array([drawn]))[0])
        found = int(replay.found[ranked])
        left = int(_left(np.array([found]), recall)[0])
        if left > population - ranked:
            break
        value = _watched_value(np.array([missed]), population, np.array([left]), np.array([drawn]))[0]
        if value <= ALPHA:
            break
        if drawn < population and _drawing_pays(replay, ranked, drawn, missed, found, recall, step, reach, due):
            drawn = min(population, drawn + step)
        else:
            ranked = min(population, ranked + step)
    return replay.stop(ranked, drawn)


def _drawing_pays(
    replay: Replay,
    ranked: int,
    drawn: int,
    missed: int,
    found: int,
    recall: float,
    step: int,
    reach: npt.NDArray[np.float64],
    due: npt.NDArray[np.float64],
) -> bool:
    """Whether the draws that are still due cost less than they and a further stretch of reading would."""
    population = replay.population
    back = max(3 * step, ranked // 10)
    yields = (found - int(replay.found[max(0, ranked - back)]) + 0.5) / back
    unfound = (missed + 0.7) / drawn * population

    def due_after(reading: float) -> float:
        gained = min(yields * reading, unfound * 0.9)
        left = (found + gained) * (1 - recall) / recall + 0.5
        share = (unfound - gained) / left
        place = int(np.searchsorted(reach, share))
        if place == len(reach):
            return float(population)
        return max(0.0, float(due[place]) / left * population - drawn) * (1 - (ranked + reading) / population)

    now = due_after(0)
    stretches = (2 * step, 8 * step, 24 * step)
    return all(now <= stretch + due_after(stretch) for stretch in stretches)


def buscar(replay: Replay, recall: float) -> Stop:
    """Callaghan and Müller-Hansen 2020, by its description: the last messages read are taken for drawn at random.

    The least p-value over where the random part is said to begin; it stops below 5 %. No sample is drawn.
    """
    for ranked in np.linspace(0, replay.population, _LOOKS // 2 + 1).astype(np.int64)[1:]:
        found = int(replay.found[ranked])
        starts = ranked - np.unique(np.geomspace(1, ranked, _URNS).astype(np.int64))
        before = replay.found[starts]
        relevant = np.floor(found / recall + 1 - before + 1e-9).astype(np.int64)
        urn = replay.population - starts
        value = np.where(
            relevant > urn, 0.0, hypergeom.cdf(found - before, urn, np.minimum(relevant, urn), ranked - starts)
        )
        if found and value.min() < ALPHA:
            return replay.stop(int(ranked))
    return replay.stop(replay.population)


def in_a_row(replay: Replay, run: int) -> Stop:
    """So many irrelevant messages in a row."""
    ends = np.concatenate([[-1], replay.by_rank, [replay.population]])
    long = np.flatnonzero(np.diff(ends) - 1 >= run)
    # The run before the first relevant message is no run: nobody has begun.
    long = long[long > 0]
    return replay.stop(int(ends[long[0]]) + 1 + run if long.size else replay.population)


def knee(replay: Replay, least: int = 1000) -> Stop:
    """Cormack and Grossman 2016: the curve's slope before its knee over that after it, by batches of growing size."""
    ranked, batch = 1, 1.0
    while ranked < replay.population:
        ranked = min(replay.population, ranked + int(batch))
        batch += np.ceil(batch / 10)
        found = int(replay.found[ranked])
        depths = np.arange(1, ranked)
        heights = replay.found[1:ranked]
        away = heights * ranked - found * depths
        bend = int(depths[np.argmax(away)]) if len(depths) else 1
        after = (found - int(replay.found[bend]) + 1) / max(1, ranked - bend)
        ratio = (int(replay.found[bend]) / bend) / after
        if ranked >= least and ratio >= 156 - min(found, 150):
            return replay.stop(ranked)
    return replay.stop(replay.population)
