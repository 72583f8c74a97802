"""Admit what was decided at the command line before the desk was opened, or beside it."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.register.models import Case, Decision, File, Head
from upstander.register.sealing import storable
from upstander.storage import Case as Folder
from upstander.storage.decisions import unnumbered

__all__ = ["admit_decisions"]

#: What an entry repeats of a line: ids, words that are chosen from a list, numbers; and a search that was kept, which
#: is entered where it is kept at the desk, too.
_SAID = (
    *("message", "code", "codebook", "applies", "nothing", "decision", "a", "b", "act", "response", "person", "emoji"),
    *(
        "stance",
        "name",
        "query",
        "removed",
        "seed",
        "copies",
        "rule",
        "recall",
        "share",
        "size",
        "draws",
        "unread",
        "pool",
    ),
)
_LONGEST = 300


def admit_decisions(
    now: datetime, *, case: Case, folder: Folder, told: Callable[[int, int], None] | None = None
) -> int:
    """Enter every line of the decision files that the ledger does not know; gives how many there were.

    Each is entered under the name that it bears, as done at the command line, with the time that it says it was done.
    """
    if not any(_new(case, folder, file) for file in File):
        return 0
    with transaction.atomic():
        # Held while it is looked again: of two commands that end at once, one enters a line.
        Head.objects.select_for_update().get(pk=1)
        found = [(file, line) for file in File for line in _new(case, folder, file)]
        for done, (file, line) in enumerate(found):
            admit_decision(Actor.typing(_by(line)), now, case=case, file=file, line=line)
            if told is not None:
                told(done + 1, len(found))
    return len(found)


@action(Power.SETTLE, says="decided at the command line on {at}: {said}")
def admit_decision(actor: Actor, now: datetime, /, *, case: Case, file: File, line: str) -> Told[None]:
    """Admit one line of a decision file.

    The entry says what was decided on what, by their ids. Remarks and whatever else a line may hold stay in the line:
    an entry is read by auditors, who see no content, and can never be changed.
    """
    row = _row(line)
    said = {name: row[name] for name in _SAID if _brief(row.get(name))}
    at = row.get("at")
    detail = {"file": file.value, "said": said, "at": at if _brief(at) else None}
    return Told(None, file.label, detail, decision=Decision(case=case, file=file, line=line, admitted=True))


def _brief(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and 0 < len(value) <= _LONGEST)


def _new(case: Case, folder: Folder, file: File) -> list[str]:
    """The lines without a number that were not admitted yet; a line that stands there twice is two."""
    admitted = Decision.objects.filter(case=case, file=file, admitted=True)
    known = Counter(admitted.values_list("line", flat=True))
    found = []
    for line in map(storable, unnumbered(folder.decisions / file.value)):
        if known[line]:
            known[line] -= 1
        else:
            found.append(line)
    return found


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def _by(line: str) -> str:
    said = _row(line).get("by")
    return " ".join(said.split())[:200] if isinstance(said, str) and said.strip() else "somebody"
