"""What a command changed in a case, entered in the ledger right after it, where the case is on the desk.

Every command that opens a case passes here (`Shared.case`, and `run` once the command has ended, however it did). What
was decided or taken in meanwhile is seen by the files themselves: no command can forget to say so. A command that
changed nothing, or whose home has no register, loads nothing for this.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from upstander.cli.terminal import note

__all__ = ["begun", "entered", "watched"]

#: Files of a folder by name, with size and time of the last change.
Mark = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Watched:
    """A case that a command opened, as it was then."""

    path: Path
    #: The home as the command was told it; None where it was not.
    home: Path | None
    folders: tuple[Path, ...]
    marks: tuple[Mark, ...]
    since: datetime


_WATCHED: ContextVar[dict[Path, _Watched] | None] = ContextVar("_WATCHED", default=None)


def begun() -> None:
    """A command begins: what one before it opened in this process is no concern of this one's."""
    _WATCHED.set({})


def watched(path: Path, home: Path | None, folders: tuple[Path, ...]) -> None:
    """A command opens the case at `path`: remember how the `folders` of what is decided and received in it are now."""
    known = _WATCHED.get()
    if known is not None and path not in known:
        known[path] = _Watched(path, home, folders, tuple(map(_mark, folders)), datetime.now(UTC))


def entered() -> None:
    """The command is over: enter in the ledger what it changed in cases of the desk.

    What cannot be entered now, as where the database does not answer, is said, and is entered when the desk is opened.
    """
    known, _ = _WATCHED.get() or {}, _WATCHED.set(None)
    for case in known.values():
        if tuple(map(_mark, case.folders)) == case.marks or not _register_of(case.path.parent):
            continue
        try:
            from upstander.cli.admitting import admitted

            admitted(case.path, case.home, since=case.since)
        except Exception as problem:  # noqa: BLE001 - what the command did is done, whatever becomes of its entry
            said = " ".join(str(problem).split()).removesuffix(".") or type(problem).__name__
            note(
                f"What was changed in {case.path.name} is written, and not in the desk's ledger yet ({said});"
                " `upstander serve` enters it."
            )


def _register_of(home: Path) -> bool:
    """Whether there is a register: a database of its own, or the file in the home."""
    said = any(os.environ.get(name, "").strip() for name in ("UPSTANDER_DATABASE_URL", "UPSTANDER_DATABASE_URL_FILE"))
    return said or (home / "register.sqlite3").exists()


def _mark(folder: Path) -> Mark:
    found: dict[str, tuple[int, int]] = {}
    with suppress(OSError), os.scandir(folder) as listed:
        for file in listed:
            with suppress(OSError):
                seen = file.stat()
                found[file.name] = (seen.st_size, seen.st_mtime_ns)
    return found
