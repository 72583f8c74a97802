"""The queue itself: what was decided, in its order, decides what is read next, and nothing else does but the seed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.review.codings import Via
from upstander.review.queue.batches import LIVE, grown
from upstander.review.queue.learner import Learned, learn
from upstander.review.queue.matrix import Floats, Indices, Matrix
from upstander.review.queue.stream import shuffled

__all__ = ["Item", "Order", "Queue", "Why"]

#: Messages that are held to be irrelevant for one training, though nobody has read them; drawn anew each time.
PRESUMED = 100
#: One of so many messages that are shown is of the random stream.
EVERY = 10
#: Places of a ranking that are kept in order: far more than are read of one.
_DEEP = 4_096


class Why(StrEnum):
    """Why a message is the next one."""

    RANDOM = "random stream"
    HIT = "seed: search hit"
    PRIOR = "first ranking"
    DRAWN = "nothing is known yet: drawn by the seed"
    RANKED = "ranked by what was read"


@dataclass(frozen=True, slots=True)
class Item:
    """A message to read: its place in the pool, how it comes before the reviewer, and why."""

    place: int
    via: Via
    why: Why


@dataclass(frozen=True, slots=True)
class Order:
    """One ranking: the places of its first messages in order, and what was learnt for it."""

    places: Indices
    why: Why
    learned: Learned | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a ranking is made from, as it was when its time came."""

    round: int
    trained: Indices
    relevant: npt.NDArray[np.bool_]
    read: npt.NDArray[np.bool_]


class Queue:
    """Ranked reading of one code over a pool of messages.

    `said` takes the decisions in their order; `next` says what to read. The same decisions and seed give the same
    rankings, whoever asks and how often. With an `executor` a ranking is made beside the reading, and the one before it
    goes on until it is there.
    """

    def __init__(
        self,
        matrix: Matrix,
        *,
        seed: int,
        hits: Sequence[int] = (),
        prior: Floats | None = None,
        twins: Indices | None = None,
        every: int = EVERY,
        cap: int = LIVE,
        executor: Executor | None = None,
    ) -> None:
        """Begin with nothing read. `every` of 0 means no random stream; `twins` names each message's group."""
        size = len(matrix)
        self.matrix, self.seed, self.prior, self.cap, self.every = matrix, seed, prior, cap, every
        self.hits = np.asarray(hits, np.int64)
        self.twins: Indices = np.arange(size) if twins is None else twins
        self.stream: Indices = shuffled(size, seed)
        #: By place: 1 relevant, 0 not, -1 unread; whether rank (or a reader) came to it; whether the stream drew it.
        self.label = np.full(size, -1, np.int8)
        self.ranked = np.zeros(size, np.bool_)
        self.drawn = np.zeros(size, np.bool_)
        self.held: dict[int, tuple[str, Item]] = {}
        self.shown = 0
        self.rankings = 0
        self._group_read = np.zeros(int(self.twins.max(initial=-1)) + 1, np.bool_)
        self._trained: list[int] = []
        self._batch, self._since = 1, 0
        self._known: _Known | None = self._now()
        self._order: Order | None = None
        self._executor = executor
        self._making: Future[Order] | None = None
        self._taken = 0
        self._drawn_to = 0

    def said(self, place: int, applies: bool, via: Via = Via.QUEUE) -> None:
        """Take one decision; those of the stream and of samples are known and teach nothing."""
        self.held = {key: item for key, item in self.held.items() if key != place}
        first = self.label[place] < 0
        self.label[place] = applies
        if via is Via.RANDOM:
            self.drawn[place] = True
            self.shown += first
            return
        if via in (Via.SAMPLE, Via.SECOND, Via.SETTLED) or self.ranked[place]:
            return
        self.ranked[place] = True
        self._group_read[self.twins[place]] = True
        self.shown += first and via is Via.QUEUE
        self._trained.append(place)
        self._since += 1
        if self._since >= self._batch:
            self._since, self._batch = 0, grown(self._batch, self.cap)
            self.rankings += 1
            self._known = self._now()

    def next(self, by: str = "") -> Item | None:
        """What `by` reads next: what they hold already, or else the first that nobody holds; None where all is read."""
        for holder, held in self.held.values():
            if holder == by:
                return held
        item = self._random() if self._turn() else None
        item = item or self._ranked() or self._random()
        if item is not None:
            self.held[item.place] = (by, item)
        return item

    def due(self) -> list[int]:
        """What the stream had shown and rank now comes to: known at no cost, to be written down as read by rank."""
        found: list[int] = []
        for place in self._ahead(self.order()):
            if self.ranked[place] or self._group_read[self.twins[place]]:
                continue
            if self.label[place] < 0:
                break
            found.append(int(place))
        return found

    def order(self) -> Order:
        """The ranking that holds now."""
        if self._making is not None and self._making.done():
            self._order, self._making, self._taken = self._making.result(), None, 0
        if self._known is not None and self._making is None:
            known, self._known = self._known, None
            if self._executor is None or self._order is None:
                self._order, self._taken = self._made(known), 0
            else:
                self._making = self._executor.submit(self._made, known)
        if self._order is None:  # pragma: no cover - the first ranking is always made at once
            raise RuntimeError("no ranking was made")
        return self._order

    def sample(self) -> list[tuple[bool, bool]]:
        """The random stream as far as it was drawn, in its order: relevant, and reached by rank."""
        drawn = np.flatnonzero(self.drawn[self.stream])
        last = int(drawn[-1]) + 1 if len(drawn) else 0
        shown = self.stream[:last]
        # What somebody holds and has not decided on ends it: a sample is a beginning of the stream without holes.
        waiting = np.flatnonzero(self.label[shown] < 0)
        shown = shown[: int(waiting[0])] if len(waiting) else shown
        return [(bool(self.label[place] > 0), bool(self.ranked[place])) for place in shown]

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """What the decisions so far came to, and the ranking that holds, for `resume`; what is held is not in it."""
        order = self.order()
        if self._making is not None or self._known is not None:
            raise ValueError("a ranking is being made")
        counted = [self.shown, self.rankings, self._batch, self._since]
        made = {name: getattr(self, name) for name in ("label", "ranked", "drawn")}
        made |= {"group_read": self._group_read, "trained": np.asarray(self._trained, np.int64)}
        made |= {"counted": np.array(counted), "places": order.places, "why": np.array(order.why.value)}
        if order.learned is not None:
            made |= {"weights": order.learned.weights, "prior": np.array(order.learned.prior)}
        return made

    def resume(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what `state` gave. Raises `KeyError` or `ValueError` where it is of no queue like this one."""
        sizes = {"label": len(self.label), "ranked": len(self.label), "drawn": len(self.label)}
        sizes |= {"group_read": len(self._group_read)}
        if any(state[name].shape != (size,) for name, size in sizes.items()) or state["counted"].shape != (4,):
            raise ValueError("a state of other messages")
        learned = Learned(state["weights"], float(state["prior"])) if "weights" in state else None
        order = Order(state["places"], Why(str(state["why"])), learned)
        self.label, self.ranked, self.drawn = (state[name].copy() for name in ("label", "ranked", "drawn"))
        self._group_read, self._trained = state["group_read"].copy(), state["trained"].tolist()
        self.shown, self.rankings, self._batch, self._since = (int(value) for value in state["counted"])
        self._order, self._known, self._taken, self._drawn_to = order, None, 0, 0

    def _ahead(self, order: Order) -> Indices:
        """What of a ranking is left from the first message that rank has not come to."""
        places = order.places
        while self._taken < len(places):
            place = places[self._taken]
            if not self.ranked[place] and not self._group_read[self.twins[place]]:
                break
            self._taken += 1
        return places[self._taken :]

    def _turn(self) -> bool:
        return bool(self.every) and (self.shown + len(self.held) + 1) % self.every == 0

    def _random(self) -> Item | None:
        if not self.every:
            return None
        while self._drawn_to < len(self.stream) and self.label[self.stream[self._drawn_to]] >= 0:
            self._drawn_to += 1
        for place in self.stream[self._drawn_to :]:
            if self.label[place] < 0 and int(place) not in self.held:
                return Item(int(place), Via.RANDOM, Why.RANDOM)
        return None

    def _ranked(self) -> Item | None:
        order = self.order()
        for place in self._ahead(order):
            if self.label[place] < 0 and int(place) not in self.held and not self._group_read[self.twins[place]]:
                return Item(int(place), Via.QUEUE, order.why)
        # The ranking is read to its end, or what is left says what was read before: in the order of the pool.
        known = self._now()
        if len(left := np.flatnonzero(self.label < 0)):
            self._order, self._taken = self._made(known), 0
            for place in [*self._order.places, *left]:
                if self.label[place] < 0 and int(place) not in self.held:
                    return Item(int(place), Via.QUEUE, self._order.why)
        return None

    def _now(self) -> _Known:
        trained = np.asarray(self._trained, np.int64)
        read = self.ranked | self._group_read[self.twins] if len(self.twins) else self.ranked.copy()
        return _Known(self.rankings, trained, self.label[trained] > 0, read)

    def _made(self, known: _Known) -> Order:
        """The ranking from what was known: a function of that and the seed, wherever it runs."""
        unread = np.flatnonzero(~known.read)
        chance = np.random.default_rng([self.seed, 1, known.round])
        if known.relevant.any():
            presumed = chance.choice(unread, min(PRESUMED, len(unread)), replace=False)
            chosen = np.concatenate([known.trained, presumed])
            relevant = np.concatenate([known.relevant, np.zeros(len(presumed), np.bool_)])
            if not relevant.all():
                learned = learn(self.matrix, chosen, relevant, self.prior)
                return Order(_top(learned.scores(self.matrix, self.prior), unread), Why.RANKED, learned)
        hits = self.hits[~known.read[self.hits]]
        if len(hits):
            if self.prior is not None:
                hits = hits[np.argsort(-self.prior[hits], kind="stable")]
            return Order(hits, Why.HIT)
        if self.prior is not None:
            return Order(_top(self.prior, unread), Why.PRIOR)
        return Order(np.random.default_rng([self.seed, 2]).permutation(unread), Why.DRAWN)


def _top(scores: Floats, unread: Indices) -> Indices:
    """The unread places with the highest scores, in order; of equal ones the earlier first."""
    own = -scores[unread]
    if len(own) > _DEEP:
        bar = np.partition(own, _DEEP - 1)[_DEEP - 1]
        some = np.flatnonzero(own <= bar)
        return unread[some[np.argsort(own[some], kind="stable")[:_DEEP]]]
    return unread[np.argsort(own, kind="stable")]
