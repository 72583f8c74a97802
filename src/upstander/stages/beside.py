"""Work that takes longer than a page may: done in a thread, and what it gave last kept meanwhile."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from upstander.storage import Case

__all__ = ["Beside", "Worked", "stamp"]

Gives = TypeVar("Gives")

#: Seconds that a page waits for it.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Worked(Generic[Gives]):
    """What the work gave, and whether that is of what there is now."""

    value: Gives
    current: bool


class Beside(Generic[Gives]):
    """Answers by key; each is of a state of what it is made from, by its stamp."""

    def __init__(self, most: int = 32) -> None:
        """Keep so many answers."""
        self._most = most
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="beside")
        self._at_work: dict[Hashable, tuple[Hashable, Future[Gives]]] = {}
        self._done: OrderedDict[Hashable, tuple[Hashable, Gives]] = OrderedDict()

    def ask(
        self, key: Hashable, stamp: Hashable, work: Callable[[], Gives], *, patience: float | None = None
    ) -> Worked[Gives] | None:
        """What the work gives for this stamp, or gave for an earlier one; None where there is nothing yet.

        Raises whatever the work raises.
        """
        with self._lock:
            done = self._done.get(key)
            if done is not None and done[0] == stamp:
                self._done.move_to_end(key)
                return Worked(done[1], current=True)
            running = self._at_work.get(key)
            if running is None:
                running = self._at_work[key] = (stamp, self._pool.submit(work))
        of, future = running
        try:
            value = future.result(timeout=PATIENCE if patience is None else patience)
        except TimeoutError:
            return None if done is None else Worked(done[1], current=False)
        except BaseException:
            with self._lock:
                self._at_work.pop(key, None)
            raise
        with self._lock:
            self._at_work.pop(key, None)
            self._done[key] = (of, value)
            self._done.move_to_end(key)
            while len(self._done) > self._most:
                self._done.popitem(last=False)
        return Worked(value, current=of == stamp)


def stamp(case: Case, *names: str) -> tuple[object, ...]:
    """What tells one state of decision files from another."""
    found: list[object] = []
    for name in names:
        path: Path = case.decisions / name
        known = path.stat() if path.is_file() else None
        found.append(None if known is None else (known.st_ino, known.st_size, known.st_mtime_ns))
    return tuple(found)
