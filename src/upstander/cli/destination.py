"""Where a result goes: stdout, or a file that is there whole or not at all."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from upstander.errors import OutputError
from upstander.storage import Case

__all__ = ["STDOUT", "destination", "outside"]

#: What is written to when `-` is asked for.
STDOUT = Path("-")


def outside(case: Case, path: Path) -> Path:
    """The file that `path` leads to. Raises `OutputError` where nothing may or can be written there."""
    path = path.expanduser()
    if path.is_symlink() and path.is_file():
        # What is replaced is the file, never the link to it.
        path = path.resolve()
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise OutputError(f"there is no folder {path.parent}; make it first")
    if path.resolve().is_relative_to(case.path.resolve()):
        raise OutputError(f"{path} lies inside the case folder, which only Upstander writes to; name another place")
    return path


@contextmanager
def destination(case: Case, path: Path) -> Iterator[BinaryIO]:
    """A stream to write to. A file takes the place of an older one when it is complete, and not before."""
    if path == STDOUT:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = outside(case, path)
    if path.exists() and not path.is_file():
        # A pipe or a device (/dev/stdout, a process substitution) is written to, and never replaced by a file.
        with path.open("wb") as stream:
            yield stream
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as problem:
        raise OutputError(f"{path} cannot be written: {problem.strerror or problem}") from problem
    finally:
        partial.unlink(missing_ok=True)
