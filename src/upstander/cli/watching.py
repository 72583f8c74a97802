"""Which cases a command opened, and how what is decided and received in them was: remembered until it has ended."""

import os
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Watched", "begun", "changed", "watched"]

#: Files of a folder by name, with size and time of the last change.
Mark = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Watched:
    """A case that a command opened, as it was then."""

    path: Path
    #: The home as the command was told it; None where it was not.
    home: Path | None
    folders: tuple[Path, ...]
    marks: tuple[Mark, ...]
    since: datetime


_WATCHED: ContextVar[dict[Path, Watched] | None] = ContextVar("_WATCHED", default=None)


def begun() -> None:
    """A command begins: what one before it opened in this process is no concern of this one's."""
    _WATCHED.set({})


def watched(path: Path, home: Path | None, folders: tuple[Path, ...]) -> None:
    """A command opens the case at `path`: remember how the `folders` of what is decided and received in it are now."""
    known = _WATCHED.get()
    if known is not None and path not in known:
        known[path] = Watched(path, home, folders, tuple(map(_mark, folders)), datetime.now(UTC))


def changed() -> list[Watched]:
    """Cases in which something is another than when they were opened; from here on none is watched."""
    known, _ = _WATCHED.get() or {}, _WATCHED.set(None)
    return [case for case in known.values() if tuple(map(_mark, case.folders)) != case.marks]


def _mark(folder: Path) -> Mark:
    found: dict[str, tuple[int, int]] = {}
    with suppress(OSError), os.scandir(folder) as listed:
        for file in listed:
            with suppress(OSError):
                seen = file.stat()
                found[file.name] = (seen.st_size, seen.st_mtime_ns)
    return found
