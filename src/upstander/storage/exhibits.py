"""Exhibits: stored as received, addressed by SHA-256, never changed."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from upstander.errors import OutputError, PathMissing, PathUnreadable
from upstander.storage.case import Case
from upstander.storage.files import sync_folder

__all__ = ["store"]

#: Bytes copied at a time: few enough to be hashed and written while the processor still has them at hand.
_CHUNK = 256 * 1024


def store(case: Case, path: Path, *, advance: Callable[[int], None]) -> tuple[str, int]:
    """Copy the file at `path` into the case, hashing it on the way; gives its SHA-256 and its size in bytes.

    Bytes that the case holds already are hashed and not stored again. `advance` is told of every chunk's size.
    Raises `PathMissing`, `PathUnreadable`, or `OutputError` where the disk is full.
    """
    temporary = case.scratch / "arriving"
    digest = hashlib.sha256()
    size = 0
    with _opened(path) as source, _room(path), temporary.open("wb", buffering=0) as target:
        while chunk := _chunk(source, path):
            digest.update(chunk)
            _write(target, chunk)
            size += len(chunk)
            advance(len(chunk))
        os.fsync(target.fileno())
    address = digest.hexdigest()
    final = case.exhibit(address)
    if final.exists():
        temporary.unlink()
        return address, size
    with _room(path):
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o444)
        temporary.replace(final)
        sync_folder(final.parent)
    return address, size


def _opened(path: Path) -> FileIO:
    """The file at `path`. Between listing and opening, it may have become something else."""
    try:
        # A link would lead elsewhere, and to open a pipe would wait for its writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as problem:
        raise PathMissing(f"{path} is not there any more") from problem
    except OSError as problem:
        raise PathUnreadable(f"{path} cannot be read: {problem.strerror}") from problem
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PathUnreadable(f"{path} is no ordinary file any more")
    return FileIO(descriptor)


def _chunk(source: FileIO, path: Path) -> bytes:
    try:
        return source.read(_CHUNK) or b""
    except OSError as problem:
        raise PathUnreadable(f"{path} cannot be read to its end: {problem.strerror}") from problem


def _write(target: FileIO, chunk: bytes) -> None:
    """Write all of `chunk`: a disk with some room takes a part, and says no only to the next."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[target.write(rest) :]


@contextmanager
def _room(path: Path) -> Iterator[None]:
    """What the case's disk refuses is no fault of the file: the run ends, and the next one takes it in."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"the disk that holds the case is full; {path} was not taken in: make room and run it again"
        else:
            message = f"the disk that holds the case refused {path}: {problem.strerror}; it was not taken in"
        raise OutputError(message) from problem
