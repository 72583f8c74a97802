"""Who holds which message, and how they were given it: a file in the case's index, which may be thrown away."""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from upstander.errors import UsageError
from upstander.review.codings import Via
from upstander.review.codings.named import named
from upstander.review.codings.record import History, history
from upstander.review.collection import ids_of
from upstander.review.queue.order import Why
from upstander.storage import Case
from upstander.storage.signing import signed

__all__ = ["given_as", "holding", "holdings", "window"]


#: What the queue's way of giving a message cannot be called.
_OTHERWISE = (Via.READ, Via.SEARCH, Via.QUEUE, Via.RANDOM)

#: How many messages before and after were on show.
Window = tuple[int, int]


def given_as(
    case: Case, code: str, *, by: str, message: str, via: Via | None, shown: Window | None
) -> tuple[Via, Window | None]:
    """How a message that somebody codes came before them, and what was on show around it.

    Where the queue gave it to them for this code, that is how, and `shown` what it showed unless they say what; else
    it is as they say, as they last said of it (a word taken back comes as it came), or read. Raises `UsageError` where
    they say that it came in another way than the queue gave it: a certificate rests on which messages were drawn.
    """
    name = signed(by)
    held = [row for row in holdings(case, code) if row["by"] == name]
    before = history(case)
    # What is named is looked for only where they hold something, or have said something.
    of = named(case, message).message if held or (via is None and name in before.names) else None
    row = next((row for row in held if row["message"] == of), None)
    if row is None:
        return via or (_said(case, before, of, code, name) if of else Via.READ), shown
    gave = Via(row["via"])
    if via in _OTHERWISE and via is not gave:
        raise UsageError(
            f"`queue next` gave this message to {name} as {gave.value}, and --via says {via.value}; leave --via out"
        )
    return via or gave, shown if via in (Via.SECOND, Via.SETTLED, Via.SAMPLE) else shown or window(row)


def holdings(case: Case, code: str) -> list[dict[str, Any]]:
    """What reviewers hold, to look at; nothing where the file is not there or cannot be read."""
    try:
        with _path(case, code).open(encoding="utf-8", errors="replace") as stream:
            # Whoever changes it writes it anew, and is waited for.
            fcntl.flock(stream, fcntl.LOCK_SH)
            return _read(stream.read())
    except OSError:
        return []


def _said(case: Case, before: History, of: str, code: str, by: str) -> Via:
    """How a message came before somebody when they last said whether the code applies; read, where they have not."""
    own = [coding for coding in before.about(ids_of(case, of)) if coding.code == code and coding.by == by]
    return next((coding.via for coding in reversed(own) if coding.via is not Via.SETTLED), Via.READ)


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


def window(row: dict[str, Any]) -> Window | None:
    """The messages before and after that were on show with what is held."""
    shown = row.get("window")
    if isinstance(shown, list) and len(shown) == 2 and all(type(each) is int and each >= 0 for each in shown):
        return shown[0], shown[1]
    return None


def _path(case: Case, code: str) -> Path:
    # What was typed may be no text at all: it is told so by whoever looks for the code.
    name = hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()[:16]
    return case.index / "queue" / f"{name}.json"


def _read(content: str) -> list[dict[str, Any]]:
    """What was held; nothing where the file is not what it should be, for it may be thrown away at any time."""
    try:
        rows = json.loads(content or "[]")
        keys = {"message", "by", "via", "why", "codings"}
        whole = [row for row in rows if isinstance(row, dict) and keys <= row.keys()]
        return [row for row in whole if row["via"] in set(Via) and row["why"] in set(Why)]
    except (ValueError, TypeError):
        return []
