"""Writing that is there whole or not at all."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["read_json", "replaced", "sync_folder", "unfinished", "write_json"]


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A path to write to, whose file becomes that of `path` when it is whole, whoever makes the same meanwhile.

    The name is this use's own: threads of one process share its number.
    """
    made = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        yield made
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write `value` to `path` so that a reader, or a machine that loses power, sees the old file or the new one.

    Of two who write the same file at once, one fails: whoever calls it holds the case.
    """
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    temporary = unfinished(path)
    try:
        with temporary.open("w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        # Half of a file on a full disk is nobody's.
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def unfinished(path: Path) -> Path:
    """Where `write_json` writes before it is whole; what a full disk cut short lies there."""
    return path.with_name(f".{path.name}.new")


def read_json(path: Path) -> Any:
    """What `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
