"""Conversations opened for the question of who knew: worked out once, and kept beside the text index."""

import shutil
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from upstander import __version__
from upstander.people.kept import keep, kept
from upstander.people.opened import Opened, opened
from upstander.people.presence import Presence
from upstander.stages.review import digest
from upstander.storage import Case
from upstander.storage.kept import tables_digest

__all__ = ["KNOWING", "presence"]

#: The folder of the index that they are kept in.
KNOWING = "knowing"

_VERSION = f"upstander {__version__} knowing 1"

#: The tables that who knew is worked out of.
_TABLES = (
    "exhibits", "conversations", "participants", "membership_events", "messages", "reactions", "receipts", "captures",
    "sightings", "gaps", "persons", "memberships", "presence", "responses",
)  # fmt: skip

#: Conversations that stay open. Their arrays are mapped: what nobody looks at takes no memory.
_OPEN = 64

_lock = threading.Lock()

#: Held while one is worked out, so that twenty who open the same work it out once.
_at_work = threading.Lock()

_known: OrderedDict[tuple[Case, str, str], Presence] = OrderedDict()


def presence(case: Case, conversation: str) -> Presence:
    """The conversation of that id, open. Raises `UsageError` where the case has none."""
    made_from = _made_from(case)
    key = (case, conversation, made_from)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    found = Presence(_kept(case, conversation, made_from) or _worked_out(case, conversation))
    with _lock:
        _known[key] = found
        while len(_known) > _OPEN:
            _known.popitem(last=False)
    return found


def _made_from(case: Case) -> str:
    return digest(_VERSION, tables_digest(case, _TABLES))


def _kept(case: Case, conversation: str, made_from: str) -> Opened | None:
    return kept(_folder(case, conversation, made_from), made_from=made_from)


def _folder(case: Case, conversation: str, made_from: str) -> Path:
    """A folder for these tables alone: one that another process puts in its place holds the same."""
    return case.index / KNOWING / conversation / made_from[:16]


def _worked_out(case: Case, conversation: str) -> Opened:
    with _at_work:
        made_from = _made_from(case)
        there = _kept(case, conversation, made_from)
        if there is not None:
            return there
        made = opened(case, conversation)
        if _made_from(case) != made_from:
            # The tables were replaced while they were read: this once it is answered, and not kept under their name.
            return made
        folder = _folder(case, conversation, made_from)
        # Where it cannot be kept (a full disk, another process that keeps it too), it is worked out again.
        with suppress(OSError):
            keep(made, folder, made_from=made_from)
            _clear(folder)
        return _kept(case, conversation, made_from) or made


def _clear(folder: Path) -> None:
    """Delete what was kept of older tables."""
    for older in folder.parent.iterdir():
        if not older.is_dir():
            older.unlink(missing_ok=True)
        elif older != folder:
            shutil.rmtree(older, ignore_errors=True)
