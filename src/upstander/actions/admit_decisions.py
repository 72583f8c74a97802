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
from upstander.storage import Case as Folder
from upstander.storage.decisions import unnumbered

__all__ = ["admit_decisions"]


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


@action(Power.SETTLE, says="decided at the command line on {at}: {line}")
def admit_decision(actor: Actor, now: datetime, /, *, case: Case, file: File, line: str) -> Told[None]:
    """Admit one line of a decision file."""
    row = _row(line)
    decision = Decision(case=case, file=file, line=line, admitted=True)
    return Told(None, file.label, {"file": file.value, "line": line, "at": row.get("at")}, decision=decision)


def _new(case: Case, folder: Folder, file: File) -> list[str]:
    """The lines without a number that were not admitted yet; a line that stands there twice is two."""
    admitted = Decision.objects.filter(case=case, file=file, admitted=True)
    known = Counter(admitted.values_list("line", flat=True))
    found = []
    for line in unnumbered(folder.decisions / file.value):
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
