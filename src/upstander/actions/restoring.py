"""The mark in a home that something is brought back into: what a restore began to make, each before it is made.

One that is killed leaves it, and the next takes away what it names. Whatever else is there is somebody's.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from upstander.errors import Refused
from upstander.register.site import RESTORING
from upstander.storage.files import sync_folder

__all__ = ["REGISTER", "Mark", "begun", "marked"]

#: The register, in the mark.
REGISTER = "register"

_NAMED = re.compile(rf"{REGISTER}|cases/[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}")


class Mark:
    """The mark, held by the restore that is at work."""

    def __init__(self, path: Path, stream: FileIO, *, new: bool) -> None:
        self._path, self._stream = path, stream
        self._begun: set[str] = set()
        #: Whether there was none before.
        self.new = new

    def begin(self, name: str) -> None:
        """Write down that the register, or `cases/` and a reference, is made next."""
        if name not in self._begun:
            self._stream.write(f"{name}\n".encode())
            os.fsync(self._stream.fileno())
            self._begun.add(name)

    def forget(self) -> None:
        """What it names is gone."""
        self._stream.truncate(0)
        os.fsync(self._stream.fileno())

    def end(self) -> None:
        """Take it away: what it names is whole, or nothing was begun."""
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)


def begun(home: Path) -> frozenset[str]:
    """What the mark in a home names."""
    try:
        said = (home / RESTORING).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return frozenset()
    # What a line would name that was cut short was not made.
    return frozenset(line for line in said.split("\n")[:-1] if _NAMED.fullmatch(line))


@contextmanager
def marked(home: Path) -> Iterator[Mark]:
    """Hold the mark of a home, which is made where it is not there. Raises `Refused` where another restore holds it."""
    # A home that is made here is nobody else's.
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / RESTORING
    new = not path.exists()
    with path.open("a+b", buffering=0) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise Refused(f"another restore into {home} is at work; wait for it") from problem
        sync_folder(home)
        yield Mark(path, stream, new=new)
