"""Decides on pairs while it is killed, and twice at once; run in a home of its own, wherever the tests' register is.

`killed`: somebody decides on one pair after another, each in a process that is killed at the next moment of its work: a
statement that the register is given, or a deed on the file system. After each the next one decides, and what register
and file then hold is compared. `together`: two people decide on one pair at once, again and again. Run by `main`, once
Django knows its settings, it prints one JSON object.
"""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from tests.support.moments import DONE, KILLED, Moments, apart, ended

from upstander.actions import SYSTEM, Actor, admit_case, decide_alias, give_role, make_account
from upstander.actions.decide_alias import standing, token
from upstander.actions.projecting import project
from upstander.actions.verify_ledger import verify_ledger
from upstander.register.models import Account, Case, Decision, Entry, Role
from upstander.register.shape import bring_up_to_date
from upstander.register.site import Site
from upstander.storage import Case as Folder
from upstander.storage import Home

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _held(case: Case, folder: Folder) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]]:
    """What the register and the file hold, once what was left out is written."""
    project(case, folder)
    path = folder.decisions / "aliases.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    known = [
        (entry, json.loads(line)) for entry, line in Decision.objects.order_by("entry").values_list("entry_id", "line")
    ]
    return [(entry, line["a"], line["b"]) for entry, line in known], [
        (row["ledger"], row["a"], row["b"]) for row in rows
    ]


def killed(case: Case, folder: Folder, who: list[Account]) -> dict[str, Any]:
    """One after the other, each at a later moment, until one lives."""
    fatal, lost, acknowledged = 0, [], set()
    while True:
        fatal += 1
        pair = (f"c/{fatal:04d}", "c/x")

        def work(fatal: int = fatal, pair: tuple[str, str] = pair) -> None:
            named: dict[str, Any] = {"a": pair[0], "b": pair[1], "confirmed": True}
            actor = Actor.of(who[0])
            Moments(fatal).during(lambda: decide_alias(actor, NOW, case=case, folder=folder, **named))

        how = ended(apart(work))
        if how == DONE:
            acknowledged.add(pair[0])
        register, file = _held(case, folder)
        verify_ledger()
        if register != file or acknowledged - {a for _, a, _ in register}:
            lost.append((fatal, register[-2:], file[-2:]))
        if how == DONE:
            return {"moments": fatal, "kept": len(register), "entries": _entries(), "lost": lost}
        if how != KILLED:
            raise SystemExit(f"the work failed of itself at moment {fatal}: {how}")


def together(case: Case, folder: Folder, who: list[Account]) -> dict[str, Any]:
    """Two at once on one pair: one says that they are one person, the other that they are two, or the same."""
    both = []
    for turn in range(8):
        pair = {"a": f"d/{turn}", "b": "d/x"}
        seen = token(standing(folder, **pair))
        ready, go = os.pipe()

        def work(
            person: int, pair: dict[str, str] = pair, seen: str = seen, ready: int = ready, turn: int = turn
        ) -> None:
            os.read(ready, 1)
            said = True if turn % 2 else person == 0
            actor = Actor.of(who[person])
            decide_alias(actor, NOW, case=case, folder=folder, **pair, confirmed=said, seen=seen)

        children = [apart(lambda person=person: work(person)) for person in (0, 1)]  # type: ignore[misc]
        os.write(go, b"xx")
        both.append(sorted(ended(child) for child in children))
        os.close(ready)
        os.close(go)
    register, file = _held(case, folder)
    verify_ledger()
    register, file = ([row for row in rows if row[1].startswith("d/")] for rows in (register, file))
    return {"ended": both, "kept": len(register), "same": register == file}


def _entries() -> int:
    return Entry.objects.filter(verb="decide_alias").count()


def main() -> None:
    """Make the register and a case with two people who may decide, and do both."""
    home = Site.read().home
    bring_up_to_date(home)
    folder = Home(home).new("MS-1", title="Late turn", now=NOW)
    password = "-".join(["lamp"] * 4)
    who = [
        make_account(SYSTEM, NOW, username=name, full_name=f"{name.title()} Example", password=password)
        for name in ("ines", "olive")
    ]
    case = admit_case(SYSTEM, NOW, folder=folder, owner=who[0])
    give_role(Actor.of(who[0]), NOW, case=case, account=who[1], role=Role.INVESTIGATOR)
    told = {"killed": killed(case, folder, who), "together": together(case, folder, who)}
    sys.stdout.write(json.dumps(told))
