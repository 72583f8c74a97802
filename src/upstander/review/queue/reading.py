"""The queue itself: what was decided, in its order, decides what is read next, and nothing else does but the seed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.review.codings import Via
from upstander.review.queue.batches import LIVE, grown
from upstander.review.queue.known import Known
from upstander.review.queue.learner import Learned, learn
from upstander.review.queue.matrix import Floats, Indices, Matrix
from upstander.review.queue.order import Item, Order, Why, top
from upstander.review.queue.stream import shuffled
from upstander.review.queue.wordings import Rows, leaders

__all__ = ["Item", "Order", "Queue", "Why"]

#: Messages that are held to be irrelevant for one training, though nobody has read them; drawn anew each time.
PRESUMED = 100
#: One of so many messages that are shown is of the random stream.
EVERY = 10


@dataclass(frozen=True, slots=True)
class _Read:
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
        rows: Rows | None = None,
        carried: bool = True,
        hits: Sequence[int] = (),
        prior: Floats | None = None,
        twins: Indices | None = None,
        every: int = EVERY,
        cap: int = LIVE,
        executor: Executor | None = None,
    ) -> None:
        """Begin with nothing read. `every` of 0 means no random stream.

        `matrix` and `twins` (each one's group) are of wordings, `prior` and `hits` of messages; `rows` has for each
        message its wording. Unless they are `carried`, decisions are of one message each.
        """
        size = len(matrix) if rows is None else len(rows)
        self.matrix, self.seed, self.cap, self.every = matrix, seed, cap, every
        self.rows: Rows = np.arange(size, dtype=np.int32) if rows is None else rows
        # Of messages with the same words that is shown which stands where the first ranking finds it likeliest.
        first = leaders(self.rows, prior if carried and rows is not None else None)
        words = first[self.rows]
        self.known = Known(size, words if carried else None)
        self.prior = None if prior is None else prior[self.known.words]
        self.twins: Indices = words if twins is None else first[twins][self.rows]
        begun = self.known.words[np.asarray(hits, np.int64)]
        self.hits = begun[np.sort(np.unique(begun, return_index=True)[1])]
        self.stream: Indices = shuffled(size, seed)
        self._streamed = np.argsort(self.stream).astype(np.uint32)
        self.held: dict[int, tuple[str, Item]] = {}
        self.shown = 0
        self.rankings = 0
        self._put_off = np.zeros(size, np.bool_)
        self._trained: list[int] = []
        self._batch, self._since = 1, 0
        self._next: _Read | None = self._now()
        self._order: Order | None = None
        self._executor = executor
        self._making: Future[Order] | None = None
        self._taken = 0
        self._drawn_to = 0

    def __len__(self) -> int:
        """Messages."""
        return len(self.rows)

    def said(self, place: int, applies: bool, via: Via = Via.QUEUE) -> None:
        """Take one decision; those of the stream and of samples are known and teach nothing."""
        known = self.known
        self.held = {key: item for key, item in self.held.items() if key != place}
        first = known.label[place] < 0
        if via is Via.SECOND and known.own[place] >= 0:
            # What was read blind a second time waits to be settled; until then the first reading stands here.
            return
        apart = bool(known.apart[place])
        teaches = known.said(place, applies, via)
        if known.apart[place] and not apart:
            # Copies are to be read after all: ranking and stream are looked through from their beginnings.
            self._taken = self._drawn_to = 0
        self.shown += bool(first and via in (Via.RANDOM, Via.QUEUE))
        if known.ranked[place]:
            # What says the same as something that does not count can wait; what says the same as a find is likely one.
            group, off = self.twins[place], bool(known.label[place] == 0)
            if self._put_off[group] and not off:
                self._taken = 0
            self._put_off[group] = off
        if not teaches:
            return
        self._trained.append(place)
        self._since += 1
        if self._since >= self._batch:
            self._since, self._batch = 0, grown(self._batch, self.cap)
            self.rankings += 1
            self._next = self._now()

    def next(self, by: str = "", *, random: bool = False) -> Item | None:
        """What `by` reads next: what they hold already, or else the first that nobody holds; None where all is read.

        With `random` it is of the stream, out of turn: its order is fixed, so that who asks sooner chooses no draw.
        """
        for holder, held in self.held.values():
            if holder == by:
                return held
        item = self._random() if random or self._turn() else None
        item = item or self._ranked() or self._random()
        if item is not None:
            self.held[item.place] = (by, item)
        return item

    def due(self) -> list[int]:
        """What the stream had shown and rank now comes to: known at no cost, to be written down as read by rank."""
        found: list[int] = []
        for place in self._ahead(self.order()):
            if self._passed(place):
                continue
            if self.known.label[place] < 0:
                break
            # The one that was shown; what a final sample showed is passed over, for it is that sample's.
            drawn = self.known.drawn_copy(place)
            if drawn is not None:
                found.append(drawn)
        return found

    def ahead(self, most: int) -> list[int]:
        """The next by rank, as they would be given: no two that say the same, and none that anybody holds."""
        found: list[int] = []
        groups: set[int] = set()
        for place in self._ahead(self.order()):
            if len(found) == most:
                break
            group = int(place) if self.known.apart[place] else int(self.twins[place])
            if self.known.label[place] < 0 and self._free(place) and group not in groups:
                found.append(int(place))
                groups.add(group)
        return found

    def order(self) -> Order:
        """The ranking that holds now."""
        if self._making is not None and self._making.done():
            self._order, self._making, self._taken = self._making.result(), None, 0
        if self._next is not None and self._making is None:
            known, self._next = self._next, None
            if self._executor is None or self._order is None:
                self._order, self._taken = self._made(known), 0
            else:
                self._making = self._executor.submit(self._made, known)
        if self._order is None:  # pragma: no cover - the first ranking is always made at once
            raise RuntimeError("no ranking was made")
        return self._order

    def sample(self) -> list[tuple[bool, bool]]:
        """The random stream as far as it was drawn, in its order: relevant, and reached by rank."""
        known = self.known
        return [(bool(known.label[place] > 0), bool(known.ranked[place])) for place in self.beginning()]

    def beginning(self) -> Indices:
        """The places of the sample: the stream up to the last that was shown of it, or to the first hole."""
        known = self.known
        drawn = np.flatnonzero(known.drawn)
        last = int(self._streamed[drawn].max()) + 1 if len(drawn) else 0
        shown = self.stream[:last]
        # What somebody holds and has not decided on ends it: a sample is a beginning of the stream without holes.
        waiting = np.flatnonzero(known.label[shown] < 0)
        return shown[: int(waiting[0])] if len(waiting) else shown

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """What the decisions so far came to, and the ranking that holds, for `resume`; what is held is not in it."""
        order = self.order()
        if self._making is not None or self._next is not None:
            raise ValueError("a ranking is being made")
        counted = [self.shown, self.rankings, self._batch, self._since]
        made = self.known.state()
        made |= {"put_off": self._put_off, "trained": np.asarray(self._trained, np.int64)}
        made |= {"counted": np.array(counted), "places": order.places, "why": np.array(order.why.value)}
        if order.learned is not None:
            made |= {"weights": order.learned.weights, "prior": np.array(order.learned.prior)}
        return made

    def resume(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what `state` gave. Raises `KeyError` or `ValueError` where it is of no queue like this one."""
        if state["put_off"].shape != self._put_off.shape or state["counted"].shape != (4,):
            raise ValueError("a state of other messages")
        learned = Learned(state["weights"], float(state["prior"])) if "weights" in state else None
        order = Order(state["places"], Why(str(state["why"])), learned)
        self.known.resume(state)
        self._put_off, self._trained = state["put_off"].copy(), state["trained"].tolist()
        self.shown, self.rankings, self._batch, self._since = (int(value) for value in state["counted"])
        self._order, self._next, self._taken, self._drawn_to = order, None, 0, 0

    def _ahead(self, order: Order) -> Indices:
        """What of a ranking is left from the first message that rank has not come to."""
        places = order.places
        while self._taken < len(places):
            if not self._passed(places[self._taken]):
                break
            self._taken += 1
        return places[self._taken :]

    def _passed(self, place: int) -> bool:
        """Whether rank is done with a message for now: it came to it, or to another that says the same and is none."""
        known = self.known
        return bool(known.ranked[place] or (self._put_off[self.twins[place]] and not known.apart[place]))

    def _free(self, place: int) -> bool:
        """Whether nobody holds the message or another that says the same."""
        if int(place) in self.held:
            return False
        return bool(self.known.apart[place]) or all(self.twins[each] != self.twins[place] for each in self.held)

    def _turn(self) -> bool:
        """Whether chance is behind: one of `every` on the whole, so that draws out of turn are not made twice."""
        drawn = np.count_nonzero(self.known.drawn) + sum(item.via is Via.RANDOM for _, item in self.held.values())
        return bool(0 < self.every * (drawn + 1) <= self.shown + len(self.held) + 1)

    def _random(self) -> Item | None:
        if not self.every:
            return None
        label = self.known.label
        while self._drawn_to < len(self.stream) and label[self.stream[self._drawn_to]] >= 0:
            self._drawn_to += 1
        # One that waits for somebody's decision is come back to: no draw is left out.
        for place in self.stream[self._drawn_to :]:
            if label[place] < 0 and self._free(place):
                return Item(int(place), Via.RANDOM, Why.RANDOM)
        return None

    def _ranked(self) -> Item | None:
        order = self.order()
        for place in self._ahead(order):
            if self.known.label[place] < 0 and self._free(place) and not self._passed(place):
                return Item(int(place), Via.QUEUE, order.why)
        # The ranking is read to its end, or what is left says what was read before: in the order of the pool.
        known = self._now()
        if len(left := np.flatnonzero(self.known.label < 0)):
            self._order, self._taken = self._made(known), 0
            for place in [*self._order.places, *left]:
                if self.known.label[place] < 0 and self._free(place):
                    return Item(int(place), Via.QUEUE, self._order.why)
        return None

    def _now(self) -> _Read:
        known = self.known
        trained = np.asarray(self._trained, np.int64)
        # Of messages with the same words the first stands for all, until they are decided differently.
        read = known.ranked | ~(known.first | known.apart) | (self._put_off[self.twins] & ~known.apart)
        return _Read(self.rankings, trained, known.label[trained] > 0, read)

    def _made(self, known: _Read) -> Order:
        """The ranking from what was known: a function of that and the seed, wherever it runs."""
        unread = np.flatnonzero(~known.read)
        if not len(unread):
            return Order(unread, Why.LEFT)
        chance = np.random.default_rng([self.seed, 1, known.round])
        if known.relevant.any():
            presumed = chance.choice(unread, min(PRESUMED, len(unread)), replace=False)
            chosen = np.concatenate([known.trained, presumed])
            relevant = np.concatenate([known.relevant, np.zeros(len(presumed), np.bool_)])
            if not relevant.all():
                prior = None if self.prior is None else self.prior[chosen]
                learned = learn(self.matrix, self.rows[chosen].astype(np.int64), relevant, prior)
                scores = learned.scores(self.matrix)[self.rows[unread]]
                if self.prior is not None:
                    scores += np.float32(learned.prior) * self.prior[unread]
                return Order(top(scores, unread), Why.RANKED, learned)
        hits = self.hits[~known.read[self.hits]]
        if len(hits):
            if self.prior is not None:
                hits = hits[np.argsort(-self.prior[hits], kind="stable")]
            return Order(hits, Why.HIT)
        if self.prior is not None:
            return Order(top(self.prior[unread], unread), Why.PRIOR)
        return Order(np.random.default_rng([self.seed, 2]).permutation(unread), Why.DRAWN)
