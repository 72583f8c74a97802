"""Locks between processes, and waiting for them: said once, with who holds it, and for a limited time."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from upstander.errors import CaseBusy

__all__ = ["PATIENCE", "Patience", "held"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody waits for another process, and who is told that they do."""

    #: Seconds; ten minutes are more than anything but reading a large exhibit takes.
    limit: float = 600.0
    #: Seconds after which it is worth a sentence.
    quiet: float = 0.5
    told: Callable[[str], None] = lambda _: None


#: The command line sets whom to tell; a test sets how long.
PATIENCE: ContextVar[Patience] = ContextVar("PATIENCE", default=Patience())  # noqa: B039 - it is frozen

#: Seconds between two tries: at first, and at most.
_SOON, _LATER = 0.01, 0.25


@contextmanager
def held(path: Path, what: str) -> Iterator[None]:
    """Hold the lock at `path` on `what`. Raises `CaseBusy` where another holds it for longer than `PATIENCE`.

    The lock is the kernel's: it is gone when the process is, however it ended.
    """
    # Not emptied on opening: it says who holds it.
    with path.open("a+", encoding="utf-8") as stream:
        _wait(stream, what)
        with suppress(OSError):
            # On a full disk the lock is held all the same, and nobody knows by whom.
            stream.truncate(0)
            stream.write(json.dumps({"process": os.getpid()}))
            stream.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                stream.truncate(0)


def _wait(stream: IO[str], what: str) -> None:
    patience = PATIENCE.get()
    began, pause, said = time.monotonic(), _SOON, False
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            waited = time.monotonic() - began
            if waited >= patience.limit:
                raise CaseBusy(
                    f"{what} is being written to by another process{_holder(stream)}, and has been for"
                    f" {_seconds(waited)}; try again when it has ended"
                ) from problem
            if waited >= patience.quiet and not said:
                patience.told(
                    f"{what} is being written to by another process{_holder(stream)}; waiting for it, for"
                    f" {_seconds(patience.limit)} at most (Ctrl-C stops waiting)"
                )
                said = True
            time.sleep(min(pause, max(0.0, patience.limit - waited)))
            pause = min(pause * 1.5, _LATER)
        else:
            return


def _holder(stream: IO[str]) -> str:
    """Who holds it, as they wrote; nothing where they have not."""
    try:
        stream.seek(0)
        return f" ({int(json.loads(stream.read(100))['process'])})"
    except (OSError, ValueError, TypeError, KeyError):
        return ""


def _seconds(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:.0f} seconds"
