"""Ways to stop, replayed: each is told one ranking and one random stream, and says where it stops and what it knows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, hypergeom

from upstander.review.certificate import Plan, Rule
from upstander.review.certificate.chances import LEVELS, at_most
from upstander.review.certificate.shares import least_left, least_total

__all__ = [
    "Replay",
    "Stop",
    "again",
    "buscar",
    "final",
    "fixed",
    "in_a_row",
    "knee",
    "passed_over",
    "quantile",
    "sized",
    "watched",
]

ALPHA = 0.05
#: Moments at which a watched rule looks, and at which buscar does.
_LOOKS = 200
_URNS = 150
#: How many of the messages that may be missed a sample is due to show.
_DUE = 9.0

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
        self.seed = seed
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


def _soonest(stands: Callable[[int], bool], low: int, high: int) -> int | None:
    """The least depth at which a claim stands that goes on standing once it does."""
    if not stands(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if stands(middle) else (middle + 1, high)
    return low


def fixed(replay: Replay, recall: float, share: float) -> Stop:
    """`Rule.FIXED`: so many draws, written down before; the ranking is watched after every message."""
    population, drawn = replay.population, round(share * replay.population)
    inside = np.sort(replay.by_rank[replay.by_draw < drawn])

    def stands(depth: int) -> bool:
        left = least_left(int(replay.found[depth]), recall)
        missed = len(inside) - int(np.searchsorted(inside, depth))
        return left > population - depth or at_most(missed, population, left, drawn) <= ALPHA

    return replay.stop(_soonest(stands, 1, population) or population, drawn)


def passed_over(replay: Replay, recall: float, share: float, passed: float) -> Stop:
    """The same, where readers decide nothing on some of the draws: each counts as relevant and missed till rank comes.

    It is the relevant ones that are hard to decide on: they are passed over twice as often.
    """
    population, drawn = replay.population, round(share * replay.population)
    draws = replay.stream[:drawn]
    likely = np.where(replay.shown[draws], 2 * passed, passed)
    open_ = np.random.default_rng([replay.seed or 0, 1]).random(drawn) < likely
    against = np.sort(draws[replay.shown[draws] | open_])

    def stands(depth: int) -> bool:
        left = least_left(int(replay.found[depth]), recall)
        missed = len(against) - int(np.searchsorted(against, depth))
        return left > population - depth or at_most(missed, population, left, drawn) <= ALPHA

    return replay.stop(_soonest(stands, 1, population) or population, drawn)


def again(replay: Replay, recall: float, first: float, then: float) -> Stop:
    """What the program does by itself, watched while one in five is drawn; then a number of draws, chosen on seeing it.

    The first may use a fifth of the chance of error, the second what is left of it, and its draws are those from then
    on; what was drawn before is known to it.
    """
    steps = np.arange(1, _LOOKS // 5 + 1) / (_LOOKS // 5)
    start = round(first * replay.population)
    drawn, ranked = (steps * start).astype(np.int64), (steps * start * 4).astype(np.int64)
    left = _left(replay.found[ranked], recall)
    value = _watched_value(replay.missed(ranked, drawn), replay.population, left, drawn)
    place = _first(value <= Plan().stream(ALPHA))
    if place is not None:
        return replay.stop(int(ranked[place]), int(drawn[place]))
    plan = Plan(Rule.FIXED, round(then * replay.population), start=start, budget=0.8)
    before = np.sort(replay.by_rank[replay.by_draw < start])
    end = start + (plan.draws or 0)
    inside = np.sort(replay.by_rank[(replay.by_draw >= start) & (replay.by_draw < end)])

    def stands(depth: int) -> bool:
        known = int(replay.found[depth]) + len(before) - int(np.searchsorted(before, depth))
        missed = len(inside) - int(np.searchsorted(inside, depth))
        left = least_left(known, recall)
        whole = replay.population - start
        return left > whole or at_most(missed, whole, left, end - start) <= plan.stream(ALPHA)

    depth = _soonest(stands, int(ranked[-1]), replay.population) or replay.population
    stop = replay.stop(depth, end)
    # What the first draws showed and rank has not come to is found as well.
    known = int(replay.found[depth]) + len(before) - int(np.searchsorted(before, depth))
    return Stop(stop.effort, known / replay.total, depth, end)


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


def _dry(replay: Replay, share: float) -> int | None:
    """The first look at which the ranking yields less than `share` of what it did on the whole, from ten found on."""
    looks = np.unique(np.linspace(0, replay.population, _LOOKS + 1).astype(np.int64))[1:]
    before = np.maximum(looks - np.maximum(looks // 5, replay.population // 100), 0)
    late = (replay.found[looks] - replay.found[before]) / np.maximum(looks - before, 1)
    place = _first((late < share * replay.found[looks] / looks) & (replay.found[looks] >= 10))
    return None if place is None else int(looks[place])


def sized(replay: Replay, recall: float) -> Stop:
    """`Rule.FIXED`, the number of draws written down when the ranking yields a quarter of what it did, and no earlier.

    Nothing was drawn till then, and the number comes of the ranking alone: enough draws to be due to show nine of the
    messages that may be missed at most, so that a few may be found outside what is read and the claim still stands.
    """
    begun = _dry(replay, 0.25)
    if begun is None:
        return replay.stop(replay.population)
    share = _DUE * recall / (1 - recall) / int(replay.found[begun])
    return fixed(replay, recall, min(1.0, share))


def final(replay: Replay, recall: float) -> Stop:
    """`Rule.FINAL`: one final sample when the ranking yields 15 % of what it did, and reading on after it."""
    population = replay.population
    begun = _dry(replay, 0.15)
    if begun is None:
        return replay.stop(population)
    unread, found = population - begun, int(replay.found[begun])
    size = min(unread, round(_DUE * recall / (1 - recall) * unread / found))
    # The stream's order, without what rank has shown, is a simple random sample of what is left.
    members = replay.stream[replay.stream >= begun][:size]
    inside = np.sort(members[replay.shown[members]])
    limit = Plan(Rule.FINAL).final(ALPHA)[0]

    def known(depth: int) -> int:
        return int(replay.found[depth]) + len(inside) - int(np.searchsorted(inside, depth))

    def stands(depth: int) -> bool:
        left = least_total(known(depth), recall) - found
        return left > unread or at_most(len(inside), unread, left, size) <= limit

    depth = _soonest(stands, begun, population) or population
    apart = int((members >= depth).sum())
    return Stop((depth + apart) / population, known(depth) / replay.total, depth, size)


def buscar(replay: Replay, recall: float) -> Stop:
    """Callaghan and Müller-Hansen 2020, by its description: the last messages read are taken for drawn at random.

    The least p-value over where the random part is said to begin; it stops below 5 %. No sample is drawn.
    """
    for ranked in np.linspace(0, replay.population, _LOOKS + 1).astype(np.int64)[1:]:
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


def knee(replay: Replay, least: int = 1000, *, farthest: bool = False) -> Stop:
    """Cormack and Grossman 2016: the slope before a bend over that after it, looked at after batches that grow.

    The bend is where the ratio is greatest, as it is often programmed, or the point `farthest` from the chord.
    """
    ranked, batch = 1, 1.0
    while ranked < replay.population:
        ranked = min(replay.population, ranked + int(batch))
        batch += np.ceil(batch / 10)
        if ranked < least:
            continue
        found = int(replay.found[ranked])
        depths = np.arange(1, ranked)
        heights = replay.found[1:ranked]
        ratios = heights / depths / ((found - heights + 1) / (ranked - depths))
        ratio = ratios[np.argmax(heights * ranked - found * depths)] if farthest else ratios.max()
        if ratio >= 156 - min(found, 150):
            return replay.stop(ranked)
    return replay.stop(replay.population)
