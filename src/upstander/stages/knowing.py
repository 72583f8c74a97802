"""Conversations opened for the question of who knew: worked out once, and kept beside the text index."""

import threading
from collections import OrderedDict

from upstander import __version__
from upstander.people.kept import keep, kept
from upstander.people.opened import opened
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
_known: OrderedDict[tuple[Case, str, str], Presence] = OrderedDict()


def presence(case: Case, conversation: str) -> Presence:
    """The conversation of that id, open. Raises `UsageError` where the case has none."""
    made_from = digest(_VERSION, tables_digest(case, _TABLES))
    key = (case, conversation, made_from)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    folder = case.index / KNOWING / conversation
    there = kept(folder, made_from=made_from)
    if there is None:
        made = opened(case, conversation)
        folder.parent.mkdir(parents=True, exist_ok=True)
        keep(made, folder, made_from=made_from)
        there = kept(folder, made_from=made_from) or made
    found = Presence(there)
    with _lock:
        _known[key] = found
        while len(_known) > _OPEN:
            _known.popitem(last=False)
    return found
