"""Ways to stop, replayed: each is told one ranking and one random stream, and says where it stops and what it knows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from benchmarks.review_certificate.rankings import Ranking
from benchmarks.review_certificate.reading import Reading
from scipy.stats import binom, hypergeom

from upstander.review.certificate import Plan, Rule
from upstander.review.certificate.chances import LEVELS, at_most
from upstander.review.certificate.shares import least_left, least_total
from upstander.review.queue.stream import shuffled

__all__ = [
    "Replay",
    "Stop",
    "again",
    "final",
    "fixed",
    "may_stand",
    "passed_over",
    "quantile",
    "sized",
    "watched",
]

ALPHA = 0.05
#: Moments at which a watched rule looks.
LOOKS = 200
#: How many of the messages that may be missed a sample is due to show.
_DUE = 9.0
#: Share of its mean yield below which a ranking is taken to be dry.
DRY = 0.25

_Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a rule stopped: the share of all readings done, and the recall of what they found."""

    effort: float
    recall: float
    #: Readings by rank, and messages drawn.
    ranked: int
    drawn: int


class Replay:
    """One ranking and one stream: where each relevant message stands in both.

    A depth is a number of readings by rank, each of which decides all messages with its words. All else is counted in
    messages.
    """

    def __init__(self, ranking: Ranking, seed: int | None) -> None:
        """Draw the stream; without a seed there is none."""
        self.ranking, self.seed = ranking, seed
        place, relevant = ranking.place, ranking.relevant
        self.population, self.readings = len(place), int(place.max()) + 1
        #: Messages that rank has come to at each depth, and relevant ones among them.
        self.reached = np.concatenate([[0], np.cumsum(np.bincount(place))])
        self.found = np.concatenate([[0], np.cumsum(np.bincount(place[relevant], minlength=self.readings))])
        self.total = int(self.found[-1])
        #: Relevant ones among the readings themselves.
        self.own = np.concatenate([[0], np.cumsum(np.bincount(np.unique(place[relevant]), minlength=self.readings))])
        order = np.argsort(place[relevant], kind="stable")
        self.by_rank = place[relevant][order].astype(np.int64)
        if seed is not None:
            stream = shuffled(self.population, seed)
            #: The reading by rank that comes to each draw, and whether the draw is relevant.
            self.stream, self.shows = place[stream].astype(np.int64), relevant[stream]
            drawn = np.empty(self.population, np.int64)
            drawn[stream] = np.arange(self.population)
            self.by_draw = drawn[np.flatnonzero(relevant)[order]]

    @cached_property
    def pace(self) -> tuple[_Counts, _Counts]:
        """Depths and draws as the queue gives them, at each look that a watched rule takes."""
        reading = Reading.of(self.ranking, self.seed or 0)
        seen = [(reading.depth, reading.random[-1] + 1 if reading.random else 0) for _ in reading.looks(LOOKS)]
        depths, draws = np.array(seen, np.int64).T
        return depths, draws

    def missed(self, depths: _Counts, drawn: _Counts) -> _Counts:
        """Relevant draws outside what rank had read, at each pair of depth and draws."""
        outside = self.by_rank[None, :] >= depths[:, None]
        return np.asarray((outside & (self.by_draw[None, :] < drawn[:, None])).sum(axis=1))

    def inside(self, start: int, end: int) -> _Counts:
        """Depths below which the relevant ones of these draws lie, the least first."""
        return np.sort(self.by_rank[(self.by_draw >= start) & (self.by_draw < end)])

    def stop(self, depth: int, drawn: int = 0) -> Stop:
        """The stop at this depth and so many draws."""
        return Stop(self.effort(depth, drawn), float(self.found[depth] / self.total), depth, drawn)

    def effort(self, depth: int, drawn: int, others: _Counts | None = None) -> float:
        """The share of all readings at this depth, with so many draws or as many as the queue has given by then.

        `others` are read besides: by the reading by rank that comes to each.
        """
        if self.seed is None:
            return depth / self.readings
        depths, draws = self.pace
        given = int(draws[min(int(np.searchsorted(depths, depth)), len(draws) - 1)])
        apart = self.stream[: max(drawn, given)]
        if others is not None:
            apart = np.concatenate([apart, others])
        return (depth + len(np.unique(apart[apart >= depth]))) / self.readings


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
    """`Rule.FIXED`: so many draws, written down before and read at once; the ranking is watched after every reading."""
    drawn = round(share * replay.population)
    return _soon(replay, recall, replay.inside(0, drawn), drawn)


def _soon(replay: Replay, recall: float, against: _Counts, drawn: int) -> Stop:
    """Where the claim of so many draws first stands; `against` are the depths at which each that counts is reached."""
    population = replay.population

    def stands(depth: int) -> bool:
        left = least_left(int(replay.found[depth]), recall)
        missed = len(against) - int(np.searchsorted(against, depth))
        return left > population - replay.reached[depth] or at_most(missed, population, left, drawn) <= ALPHA

    return replay.stop(_soonest(stands, 1, replay.readings) or replay.readings, drawn)


def passed_over(replay: Replay, recall: float, share: float, passed: float) -> Stop:
    """The same, where readers decide nothing on some of the draws: each counts as relevant and missed till rank comes.

    It is the relevant ones that are hard to decide on: they are passed over twice as often.
    """
    drawn = round(share * replay.population)
    draws, relevant = replay.stream[:drawn], replay.shows[:drawn]
    likely = np.where(relevant, 2 * passed, passed)
    open_ = np.random.default_rng([replay.seed or 0, 1]).random(drawn) < likely
    return _soon(replay, recall, np.sort(draws[relevant | open_]), drawn)


def again(replay: Replay, recall: float, first: float, then: float) -> Stop:
    """The program's own way till a share was drawn; then a number of draws, chosen on seeing them."""
    looks = int(np.searchsorted(replay.pace[1], first * replay.population)) + 1
    return _later(replay, recall, looks, round(then * replay.population))


def _later(replay: Replay, recall: float, looks: int, number: int) -> Stop:
    """What the program does by itself for so many looks at the queue's pace; then so many draws at once.

    The first may use a fifth of the chance of error, the second what is left of it, and its draws are those from then
    on; what was drawn before is known to it.
    """
    depths, drawn = (each[:looks] for each in replay.pace)
    left = _left(replay.found[depths], recall)
    value = _watched_value(replay.missed(depths, drawn), replay.population, left, drawn)
    place = _first(value <= Plan().stream(ALPHA))
    if place is not None:
        return replay.stop(int(depths[place]), int(drawn[place]))
    start = int(drawn[-1])
    plan = Plan(Rule.FIXED, number, start=start, budget=0.8)
    end = min(start + number, replay.population)
    before, inside = replay.inside(0, start), replay.inside(start, end)

    def known(depth: int) -> int:
        return int(replay.found[depth]) + len(before) - int(np.searchsorted(before, depth))

    def stands(depth: int) -> bool:
        missed = len(inside) - int(np.searchsorted(inside, depth))
        left = least_left(known(depth), recall)
        whole = replay.population - start
        return left > whole or at_most(missed, whole, left, end - start) <= plan.stream(ALPHA)

    depth = _soonest(stands, int(depths[-1]), replay.readings) or replay.readings
    # What the first draws showed and rank has not come to is found as well.
    return Stop(replay.effort(depth, end), known(depth) / replay.total, depth, end)


def quantile(replay: Replay, recall: float, share: float) -> Stop | None:
    """`Rule.QUANTILE`, which is QBCB; None where the draws hold too few relevant ones for it ever to stop."""
    drawn = round(share * replay.population)
    inside = replay.inside(0, drawn)
    if len(inside) == 0 or binom.sf(len(inside) - 1, len(inside), recall) > ALPHA:
        return None
    needed = int(binom.isf(ALPHA, len(inside), recall)) + 1
    return replay.stop(int(inside[needed - 1]) + 1, drawn)


def watched(replay: Replay, recall: float) -> Stop:
    """`Rule.WATCHED`: draws and ranking as the queue gives them, both looked at all along."""
    depths, drawn = replay.pace
    left = _left(replay.found[depths], recall)
    passes = _watched_value(replay.missed(depths, drawn), replay.population, left, drawn) <= ALPHA
    passes |= left > replay.population - replay.reached[depths]
    place = _first(passes)
    return replay.stop(replay.readings) if place is None else replay.stop(int(depths[place]), int(drawn[place]))


def may_stand(replay: Replay, recall: float, alpha: float, step: int) -> npt.NDArray[np.bool_]:
    """At every so many looks at the queue's pace: whether the watched stream bears the claim."""
    depths, drawn = (each[step - 1 :: step] for each in replay.pace)
    left = _left(replay.found[depths], recall)
    return _watched_value(replay.missed(depths, drawn), replay.population, left, drawn) <= alpha


def dry(replay: Replay, share: float) -> int | None:
    """The first look at which the ranking yields less than `share` of what it did on the whole, from ten found on."""
    looks = np.unique(np.linspace(0, replay.readings, LOOKS + 1).astype(np.int64))[1:]
    before = np.maximum(looks - np.maximum(looks // 5, replay.readings // 100), 0)
    late = (replay.found[looks] - replay.found[before]) / np.maximum(looks - before, 1)
    place = _first((late < share * replay.found[looks] / looks) & (replay.found[looks] >= 10))
    return None if place is None else int(looks[place])


def sized(replay: Replay, recall: float) -> Stop:
    """`Rule.FIXED`, the number of draws written down when the ranking yields a quarter of what it did, and no earlier.

    The number comes of the ranking alone: enough draws to be due to show nine of the messages that may be missed at
    most, so that a few may be found outside what is read and the claim still stands. What the queue had drawn till
    then is known and does not count, and the program's own way has had its share of the chance of error.
    """
    begun = dry(replay, DRY)
    if begun is None:
        return replay.stop(replay.readings)
    looks = int(np.searchsorted(replay.pace[0], begun)) + 1
    share = _DUE * recall / (1 - recall) / int(replay.found[begun])
    return _later(replay, recall, looks, round(min(1.0, share) * replay.population))


def final(replay: Replay, recall: float) -> Stop:
    """`Rule.FINAL`: one final sample when the ranking yields a quarter of what it did, and reading on after it."""
    begun = dry(replay, DRY)
    if begun is None:
        return replay.stop(replay.readings)
    unread, found = replay.population - int(replay.reached[begun]), int(replay.found[begun])
    size = min(unread, round(_DUE * recall / (1 - recall) * unread / found))
    # The stream's order, without what rank has shown, is a simple random sample of what is left.
    there = replay.stream >= begun
    members = replay.stream[there][:size]
    inside = np.sort(members[replay.shows[there][:size]])
    limit = Plan(Rule.FINAL).final(ALPHA)[0]

    def known(depth: int) -> int:
        return int(replay.found[depth]) + len(inside) - int(np.searchsorted(inside, depth))

    def stands(depth: int) -> bool:
        left = least_total(known(depth), recall) - found
        return left > unread or at_most(len(inside), unread, left, size) <= limit

    depth = _soonest(stands, begun, replay.readings) or replay.readings
    return Stop(replay.effort(depth, 0, members), known(depth) / replay.total, depth, size)
