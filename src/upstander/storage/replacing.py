"""Putting a newer folder in the place of an older one, while others look at what is there."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["OLDER", "folders", "put", "unchanging"]

#: What the name of a folder ends with that a newer one is taking the place of.
OLDER = "~"


def put(new: Path, final: Path) -> None:
    """Move the folder `new` to `final`; what was there is deleted. Who looks in `unchanging` finds one of the two."""
    older = final.with_name(f"{final.name}{OLDER}")
    with _lock(final.parent).open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if final.exists():
            shutil.rmtree(older, ignore_errors=True)
            final.replace(older)
        new.replace(final)
    shutil.rmtree(older, ignore_errors=True)


@contextmanager
def unchanging(parent: Path) -> Iterator[None]:
    """Nothing in `parent` is replaced meanwhile."""
    try:
        stream = _lock(parent).open("rb")
    except OSError:
        # Nobody has replaced anything there yet, or can.
        yield
        return
    with stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        yield


def _lock(parent: Path) -> Path:
    """Who looks holds this file's lock with others, who replaces holds it alone: for two renames, and no longer."""
    return parent.with_name(f".{parent.name}")


def folders(parent: Path, record: str) -> dict[str, Path]:
    """The folders in `parent` that have a file called `record`, by name.

    Where a machine stopped in the middle of `put`, the older folder is the one that is there.
    """
    there = {found.parent.name: found.parent for found in parent.glob(f"*/{record}")}
    names = sorted({name.removesuffix(OLDER) for name in there})
    return {name: there[name] if name in there else there[f"{name}{OLDER}"] for name in names}
