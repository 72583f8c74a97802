"""What was worked out from tables, kept while they are what they were: pages ask for the same again and again."""

import functools
import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, TypeVar

from upstander.storage.case import Case
from upstander.storage.parts import parts

__all__ = ["Kept", "kept", "stamp", "tables_digest"]

Gives = TypeVar("Gives")
Asked = ParamSpec("Asked")

#: Nanoseconds after which a folder's time tells whether it was touched since.
_SETTLED = 1_000_000_000


class Kept(Generic[Gives]):
    """Answers by key, each of one state of what it was made from; so many at most, those least asked for go first."""

    def __init__(self, most: int) -> None:
        """Keep so many answers."""
        self._most = most
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, tuple[Hashable, Gives]] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}

    def of(self, key: Hashable, stamp: Hashable, make: Callable[[], Gives]) -> Gives:
        """The answer for this state; made where there is none of it, by one thread while others wait for it.

        Whoever is given it may not change it: it is everybody's. Raises whatever `make` raises.
        """
        with self._lock:
            there = self._made.get(key)
            if there is not None and there[0] == stamp:
                self._made.move_to_end(key)
                return there[1]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                there = self._made.get(key)
            if there is not None and there[0] == stamp:
                return there[1]
            value = make()
            with self._lock:
                self._made[key] = (stamp, value)
                self._made.move_to_end(key)
                while len(self._made) > self._most:
                    gone, _ = self._made.popitem(last=False)
                    self._making.pop(gone, None)
            return value


def kept(
    *tables: str, most: int = 8
) -> Callable[[Callable[Concatenate[Case, Asked], Gives]], Callable[Concatenate[Case, Asked], Gives]]:
    """Keep what a function gives for a case while those tables hold what they held; its arguments can be hashed.

    What it gives is everybody's, and is not changed by whoever is given it.
    """

    def made(work: Callable[Concatenate[Case, Asked], Gives]) -> Callable[Concatenate[Case, Asked], Gives]:
        answers: Kept[Gives] = Kept(most)

        @functools.wraps(work)
        def asked(case: Case, /, *args: Asked.args, **named: Asked.kwargs) -> Gives:
            key = (case.path, args, tuple(sorted(named.items())))
            return answers.of(key, tables_digest(case, tables), lambda: work(case, *args, **named))

        return asked

    return made


def tables_digest(case: Case, names: tuple[str, ...]) -> str:
    """One digest of what those tables hold; a folder of parts that nobody has touched is not read again."""
    touched = case.tables.stat().st_mtime_ns if case.tables.is_dir() else 0
    if time.time_ns() - touched < _SETTLED:
        return _digest(case, names)
    return _remembered(case, names, touched)


@lru_cache(maxsize=256)
def _remembered(case: Case, names: tuple[str, ...], touched: int) -> str:  # noqa: ARG001 - what makes it another answer
    return _digest(case, names)


def _digest(case: Case, names: tuple[str, ...]) -> str:
    held: dict[str, list[str]] = {name: [] for name in names}
    for part in parts(case):
        for name in names:
            if name in part.tables:
                held[name].append(part.tables[name]["sha256"])
    return hashlib.sha256(json.dumps([held], sort_keys=True).encode()).hexdigest()


def stamp(case: Case, *names: str) -> tuple[object, ...]:
    """What tells one state of decision files from another."""
    found: list[object] = []
    for name in names:
        path: Path = case.decisions / name
        known = path.stat() if path.is_file() else None
        found.append(None if known is None else (known.st_ino, known.st_size, known.st_mtime_ns))
    return tuple(found)
