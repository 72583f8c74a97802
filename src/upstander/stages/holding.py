"""Who holds which message, and how they were given it: a file in the case's index, which may be thrown away."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upstander.review.codings import Via
from upstander.review.codings.named import named
from upstander.review.queue.order import Why
from upstander.storage import Case

__all__ = ["Given", "given", "holding"]


@dataclass(frozen=True, slots=True)
class Given:
    """How the queue gave somebody a message: by rank or at random, and what stood around it on show."""

    via: Via
    #: Messages before and after it that were on show; None where its words were not.
    window: tuple[int, int] | None


def given(case: Case, code: str, *, by: str, message: str) -> Given | None:
    """How the queue gave `by` the message that they name, for this code; None where it did not. Raises `UsageError`."""
    try:
        with _path(case, code).open(encoding="utf-8") as stream:
            # Whoever changes it writes it anew, and is waited for.
            fcntl.flock(stream, fcntl.LOCK_SH)
            held = [row for row in _read(stream.read()) if row["by"] == by]
    except (OSError, UnicodeDecodeError):
        return None
    # What is named is looked for only where they hold something.
    of = named(case, message).message if held else None
    row = next((row for row in held if row["message"] == of), None)
    return None if row is None else Given(Via(row["via"]), window(row))


@contextmanager
def holding(case: Case, code: str) -> Iterator[list[dict[str, Any]]]:
    """What reviewers hold, for us alone while we change it."""
    path = _path(case, code)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8", errors="replace") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        held = _read(stream.read())
        yield held
        stream.seek(0)
        stream.truncate()
        json.dump(held, stream)


def window(row: dict[str, Any]) -> tuple[int, int] | None:
    """The messages before and after that were on show with what is held."""
    shown = row.get("window")
    if isinstance(shown, list) and len(shown) == 2 and all(type(each) is int and each >= 0 for each in shown):
        return shown[0], shown[1]
    return None


def _path(case: Case, code: str) -> Path:
    return case.index / "queue" / f"{hashlib.sha256(code.encode()).hexdigest()[:16]}.json"


def _read(content: str) -> list[dict[str, Any]]:
    """What was held; nothing where the file is not what it should be, for it may be thrown away at any time."""
    try:
        rows = json.loads(content or "[]")
        keys = {"message", "by", "via", "why", "codings"}
        whole = [row for row in rows if isinstance(row, dict) and keys <= row.keys()]
        return [row for row in whole if row["via"] in set(Via) and row["why"] in set(Why)]
    except (ValueError, TypeError):
        return []
