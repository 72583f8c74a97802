"""Exhibits: stored as received, addressed by SHA-256, never changed."""

import errno
import hashlib
import os
from collections.abc import Callable
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
    try:
        # O_NOFOLLOW: between listing and opening, a path may have become a link to something else.
        source = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb", buffering=0)
    except FileNotFoundError as problem:
        raise PathMissing(f"{path} is not there any more") from problem
    except OSError as problem:
        raise PathUnreadable(f"{path} cannot be read: {problem.strerror}") from problem
    with source:
        try:
            with temporary.open("wb", buffering=0) as target:
                room = memoryview(bytearray(_CHUNK))
                while count := source.readinto(room):
                    digest.update(room[:count])
                    rest = room[:count]
                    while rest:  # a disk that is all but full takes a part, and refuses only the next
                        rest = rest[target.write(rest) :]
                    size += count
                    advance(count)
                os.fsync(target.fileno())
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise OutputError(f"the disk that holds the case is full; {path} was not taken in") from problem
            raise PathUnreadable(f"{path} could not be copied: {problem.strerror}") from problem
    address = digest.hexdigest()
    final = case.exhibit(address)
    if final.exists():
        temporary.unlink()
        return address, size
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary.chmod(0o444)
    temporary.replace(final)
    sync_folder(final.parent)
    return address, size
