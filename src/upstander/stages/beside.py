"""Work that takes longer than a page may: done in a thread, and what it gave last kept meanwhile."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Beside", "Worked"]

Gives = TypeVar("Gives")

#: Seconds that a page waits for it: where it has nothing to show or the work is quick, and where it takes long and
#: there is what it gave before.
PATIENCE, BRIEFLY = 2.0, 0.05
#: Work that took so many seconds takes long. It is not begun again before so many times that time: while many people
#: decide, what is asked for again and again would take the machine from them.
LONG, RESTS = 0.3, 4.0


@dataclass(frozen=True, slots=True)
class Worked(Generic[Gives]):
    """What the work gave, and whether that is of what there is now."""

    value: Gives
    current: bool


@dataclass(frozen=True, slots=True)
class _Done(Generic[Gives]):
    stamp: Hashable
    value: Gives
    #: Whether the work took long; if so, until when what it gave is shown, of whatever state it is.
    long: bool
    until: float


class Beside(Generic[Gives]):
    """Answers by key; each is of a state of what it is made from, by its stamp."""

    def __init__(self, most: int = 32) -> None:
        """Keep so many answers."""
        self._most = most
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="beside")
        self._at_work: dict[Hashable, tuple[Hashable, Future[Gives]]] = {}
        self._done: OrderedDict[Hashable, _Done[Gives]] = OrderedDict()

    def ask(
        self, key: Hashable, stamp: Hashable, work: Callable[[], Gives], *, patience: float | None = None
    ) -> Worked[Gives] | None:
        """What the work gives for this stamp, or gave for an earlier one; None where there is nothing yet.

        Raises whatever the work raises.
        """
        with self._lock:
            done = self._done.get(key)
            if done is not None and done.stamp == stamp:
                self._done.move_to_end(key)
                return Worked(done.value, current=True)
            running = self._at_work.get(key)
            if running is None and done is not None and done.long and time.monotonic() < done.until:
                return Worked(done.value, current=False)
            if running is None:
                running = self._at_work[key] = (stamp, self._pool.submit(self._done_with, key, stamp, work))
        of, future = running
        wait = (BRIEFLY if done is not None and done.long else PATIENCE) if patience is None else patience
        try:
            value = future.result(timeout=wait)
        except TimeoutError:
            return None if done is None else Worked(done.value, current=False)
        return Worked(value, current=of == stamp)

    def _done_with(self, key: Hashable, stamp: Hashable, work: Callable[[], Gives]) -> Gives:
        """Work, and keep what it gives, whether or not anybody still waits for it."""
        began = time.monotonic()
        try:
            value = work()
        except BaseException:
            with self._lock:
                self._at_work.pop(key, None)
            raise
        took = time.monotonic() - began
        with self._lock:
            self._at_work.pop(key, None)
            self._done[key] = _Done(stamp, value, took > LONG, began + took + RESTS * took)
            self._done.move_to_end(key)
            while len(self._done) > self._most:
                self._done.popitem(last=False)
        return value
