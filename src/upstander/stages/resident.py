"""Queues kept in memory, for a process that answers many: opened once beside the pages, then led on by each decision.

What a queue says follows from the decision file, its order and the seed, whoever keeps it: each process has its own,
and reads on in the file. Rankings are made in a thread; until one is there the one before goes on.
"""

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.following import Following, Rewritten
from upstander.review.codings.nothing import Expansion
from upstander.review.codings.standing import Reading, readings
from upstander.review.queue.begun import begun
from upstander.review.queue.order import Item, Order, Why
from upstander.review.queue.reasons import Span, reasons
from upstander.stages.headway import Estimate, State, headway
from upstander.stages.placed import Placed
from upstander.stages.queue import Opened, opened
from upstander.stages.sighted import messages_of
from upstander.storage import Case
from upstander.storage.kept import tables_digest

__all__ = ["Estimate", "Reason", "Resident", "State", "open_already", "resident"]

#: Queues that stay open, and the seconds that a page waits for one that is being opened.
_OPEN, PATIENCE = 16, 2.0

#: Messages whose reasons are remembered: as many as are in somebody's hands.
_REASONS = 256

_TABLES = ("sightings", "messages", "scores")

_opening = ThreadPoolExecutor(2, thread_name_prefix="queue")
_learning = ThreadPoolExecutor(1, thread_name_prefix="ranking")
_lock = threading.Lock()
_known: OrderedDict[tuple[Path, str], "Future[Resident]"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a message that is given, and what else is decided with it or put off for it."""

    spans: tuple[Span, ...]
    copies: int
    near: int


@dataclass
class Resident:
    """One code's queue. Whoever uses it holds its `lock`."""

    found: Opened
    made_from: str
    following: Following
    lock: threading.RLock = field(default_factory=threading.RLock)
    #: Everything that was decided for the code, by message and codebook.
    readings: dict[tuple[str, str, str], Reading] = field(default_factory=dict)
    #: By message, for whom the random stream drew it last.
    drawn: dict[str, str] = field(default_factory=dict)
    _about: dict[str, list[Reading]] = field(default_factory=dict)
    _taken: int = 0
    _skip: int = 0
    _state: tuple[int, State] | None = None
    _expansion: Expansion = field(init=False)
    _placed: Placed = field(init=False)
    _why: dict[str, tuple[Order | None, list[Span]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What the queue has taken already stands at the beginning of the file."""
        self._expansion = Expansion(self.following.codes, code=self.code)
        self._skip = len(self.found.made)
        self._placed = Placed(self.found.pool.ids)

    @classmethod
    def open(cls, case: Case, code: str, made_from: str) -> "Resident":
        """The queue after every decision so far. Raises `BadCode`, `BadCodebook`, `BadDecision`."""
        found = opened(case, code, executor=_learning)
        made = cls(found, made_from, Following(case))
        made.catch_up()
        found.queue.order()
        return made

    @property
    def case(self) -> Case:
        """The case."""
        return self.found.pool.case

    @property
    def code(self) -> str:
        """The code."""
        return self.found.code

    def catch_up(self) -> None:
        """Take what was decided since. Raises `Rewritten` where the file or the way of reading is another now."""
        way = begun(self.case, self.code)
        mine = self.found.way
        if way is not None:
            if (way.seed, way.copies) != (mine.seed, mine.copies):
                raise Rewritten
            self.found = replace(self.found, way=way)
        rows = self.following.new()
        new = [coding for row in rows for coding in self._expansion.of(row)]
        if not new:
            return
        named = messages_of(self.case, {coding.sighting for coding in new})
        for coding in new:
            message = named.get(coding.sighting, coding.sighting)
            self._read(message, coding)
            self._taken += 1
            if self._taken <= self._skip:
                continue
            self.found.made.append(coding)
            place = self.place(message)
            if place is not None:
                self.found.queue.said(place, coding.applies, coding.via)

    def _read(self, message: str, coding: Coding) -> None:
        key = (message, coding.code, coding.book)
        known = self.readings.get(key)
        if known is None:
            known = self.readings[key] = Reading(*key)
            self._about.setdefault(message, []).append(known)
        if coding.via is Via.RANDOM:
            self.drawn[message] = coding.by
        one = readings([(message, coding)])[key]
        known.settling += one.settling
        for name, word in one.own.items():
            known.own.pop(name, None)
            known.own[name] = word

    def about(self, message: str) -> list[Reading]:
        """What was decided about a message, one of each codebook."""
        return self._about.get(message, [])

    def place(self, message: str) -> int | None:
        """The place of a message in the pool; None where it has no words."""
        return self._placed.place(message)

    def message(self, place: int) -> str:
        """The message at a place."""
        return str(self.found.pool.ids[place])

    def undecided(self, message: str) -> bool:
        """Whether nobody has decided on it, nor on its words."""
        place = self.place(message)
        return place is not None and bool(self.found.queue.known.label[place] < 0)

    def hold(self, held: dict[int, tuple[str, Item]]) -> None:
        """What is in somebody's hands now."""
        self.found.queue.held = held

    def reason(self, message: str, text: str, why: str) -> Reason:
        """Why the message was given: the words that speak for it, and how many say the same."""
        queue, place = self.found.queue, self.place(message)
        if place is None:
            return Reason((), 0, 0)
        order = queue.order()
        spans: list[Span] = []
        if why == Why.RANKED and order.learned is not None:
            # Asked for again when the words are shown: by the same ranking they are the same.
            by, spans = self._why.get(message, (None, spans))
            if by is not order:
                spans = reasons(text, order.learned, queue.matrix, int(queue.rows[place]))
                if len(self._why) >= _REASONS:
                    self._why.clear()
                self._why[message] = order, spans
        copies = 0 if queue.known.apart[place] else len(queue.known.copies(place)) - 1
        group = int(np.count_nonzero(queue.twins == queue.twins[place]))
        return Reason(tuple(spans), copies, max(0, group - 1 - copies))

    def state(self) -> State:
        """How far reading has come."""
        count = len(self.found.made)
        if self._state is None or self._state[0] != count:
            self._state = (count, headway(self.found))
        return self._state[1]


def resident(case: Case, code: str, *, patience: float | None = None) -> Resident | None:
    """The queue of a code, up to date; None while it is being opened: ask again.

    Raises `BadCode`, `BadCodebook`, `BadDecision`.
    """
    made_from = tables_digest(case, _TABLES)
    for _ in range(2):
        future = _asked(case, code, made_from)
        try:
            there = future.result(timeout=PATIENCE if patience is None else patience)
        except TimeoutError:
            return None
        except BaseException:
            _drop(case, code, future)
            raise
        try:
            with there.lock:
                there.catch_up()
        except Rewritten:
            _drop(case, code, future)
            continue
        return there
    return None


def _asked(case: Case, code: str, made_from: str) -> "Future[Resident]":
    key = (case.path, code)
    with _lock:
        future = _known.get(key)
        ready = future is not None and future.done() and future.exception() is None
        if future is not None and ready and future.result().made_from != made_from:
            # The tables are others: messages have come, or were compared anew.
            future = None
        if future is None:
            future = _opening.submit(Resident.open, case, code, made_from)
            _known[key] = future
        _known.move_to_end(key)
        while len(_known) > _OPEN:
            _known.popitem(last=False)
        return future


def _drop(case: Case, code: str, future: "Future[Resident]") -> None:
    with _lock:
        if _known.get((case.path, code)) is future:
            del _known[case.path, code]


def open_already(case: Case, code: str) -> State | None:
    """How far the queue of a code had come when somebody last asked for it here; None where it is not open."""
    with _lock:
        future = _known.get((case.path, code))
    if future is None or not future.done() or future.exception() is not None:
        return None
    there = future.result()
    if not there.lock.acquire(blocking=False):
        return None
    try:
        return there.state()
    finally:
        there.lock.release()
