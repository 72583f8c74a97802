"""Somebody codes on the desk and is killed, at every moment of it; run in a home of its own.

Many reviewers of one case each have a message in hand, and say two things of it at once: that the code applies which it
was given for, and another beside it. Each does so in a process that is killed at the next moment of its work. Then the
desk is opened anew: what register, file and hold have of each reviewer is compared, each asks what they have in hand
and goes on, and what nobody goes on with is given to others. Run by `main`, once Django knows its settings, it prints
one JSON object.

The process that forks opens no table: a fork beside the threads of Polars would hang.
"""

import json
import pickle
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.made_case import Made
from tests.support.made_case import say as written
from tests.support.moments import DONE, KILLED, Moments, apart, ended
from tests.web.cases import made

from upstander.actions import SYSTEM, Actor, admit_case, make_account
from upstander.actions.giving import LEASE, give, reveal
from upstander.actions.projecting import project
from upstander.actions.saying import Said, say
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import Refused, SaidAlready
from upstander.register.models import Account, Case, Decision, Entry, Grant, Hold, HoldEnd, Role
from upstander.register.shape import bring_up_to_date
from upstander.register.site import Site
from upstander.review.codings.named import Named
from upstander.stages.reading import found
from upstander.stages.resident import resident
from upstander.stages.sighted import named_by
from upstander.storage import Case as Folder
from upstander.storage import Home

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CODE, BESIDE = "threat_violence", "joke"
#: More than the moments that saying it has.
REVIEWERS = 100


def _filled(exhibit: Made) -> None:
    group = exhibit.conversation(title="Nights")
    for place in range(REVIEWERS):
        written(group, place, f"entry {place} of the night", platform_key=f"key-{place}")


def _of(folder: Folder, hold: Hold) -> Named:
    place = found(folder, hold.message)
    assert place is not None
    return named_by(place[1], place[0].lines(place[1], place[2], place[2] + 1)[0])


def _given(case: Case, folder: Folder, who: Account, now: datetime = NOW) -> Hold | None:
    told = give(Actor.of(who), now, case=case, folder=folder, code=CODE)
    assert told is not None
    return told[1]


def _prepared(case: Case, folder: Folder, who: list[Account], path: Path) -> None:
    """Give everybody a message, and show them its words."""
    resident(folder, CODE, patience=60)
    ready = []
    for account in who:
        hold = _given(case, folder, account)
        assert hold is not None
        reveal(hold, NOW, before=1, after=1)
        ready.append((hold.pk, _of(folder, hold)))
    path.write_bytes(pickle.dumps(ready))


def _said(hold: int) -> Said:
    return Said(hold, CODE, applies=True, others=(BESIDE,))


def _compared(case: Case, folder: Folder, who: list[Account], holds: list[int], done: int) -> dict[str, Any]:
    """Opened anew after all that: what there is of each, and how each goes on; those up to `done` were tried."""
    project(case, folder)
    codings = Decision.objects.filter(case=case, file="codings.jsonl").order_by("entry_id")
    there = [(entry, json.loads(line)["code"]) for entry, line in codings.values_list("entry_id", "line")]
    wrong, kept = [], []
    for number in range(done + 1):
        entries = set(Entry.objects.filter(account=who[number], verb="code_message").values_list("pk", flat=True))
        codes = [code for entry, code in there if entry in entries]
        end = Hold.objects.get(pk=holds[number]).end
        if (codes, end) == ([CODE, BESIDE], HoldEnd.CODED):
            kept.append(number)
        elif codes or entries or end:
            wrong.append((number, codes, end))
    same = there == [(line["ledger"], line["code"]) for line in _lines(folder)]
    told = {"same": same, "wrong": wrong, "kept": kept}
    told |= _gone_on(case, folder, who, holds, set(kept))
    return {**told, "entries": verify_ledger()[0]}


def _gone_on(case: Case, folder: Folder, who: list[Account], holds: list[int], kept: set[int]) -> dict[str, Any]:
    """What each finds in hand, and what comes of their form when it is sent (again); two of them never come back."""
    resident(folder, CODE, patience=60)
    counted: Counter[str] = Counter()
    left = [number for number in range(len(who)) if number not in kept]
    *back, one, two = left
    for number in sorted({*kept, *back}):
        hold = _given(case, folder, who[number])
        if number not in kept:
            counted["has their own"] += hold is not None and hold.pk == holds[number]
        counted[_told(case, folder, who[number], holds[number])] += 1
    away = {Hold.objects.get(pk=holds[number]).message for number in (one, two)}
    nothing = [_given(case, folder, who[number]) for number in back[:2]]
    later = NOW + LEASE + timedelta(minutes=1)
    others = [_given(case, folder, who[number], later) for number in back[:2]]
    return {
        "back": len(back),
        "counted": dict(counted),
        "kept from others": nothing == [None, None],
        "given to others": {hold.message for hold in others if hold is not None} == away,
        "too late": [_told(case, folder, who[number], holds[number]) for number in (one, two)],
    }


def _told(case: Case, folder: Folder, who: Account, hold: int) -> str:
    """What comes of the form."""
    of = _of(folder, Hold.objects.get(pk=hold))
    try:
        say(Actor.of(who), NOW, case=case, folder=folder, of=of, said=_said(hold))
    except SaidAlready:
        return "said before"
    except Refused:
        return "refused"
    return "written"


def _lines(folder: Folder) -> list[dict[str, Any]]:
    path = folder.decisions / "codings.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def main() -> None:
    """Make the register, a case and its reviewers, kill each of them, and open the desk anew."""
    home = Site.read().home
    bring_up_to_date(home)
    if ended(apart(lambda: made(home, "MS-1", _filled))) != DONE:
        raise SystemExit("the case was not made")
    folder = Home(home).open("MS-1")
    password = "-".join(["lamp"] * 4)
    ines = make_account(SYSTEM, NOW, username="ines", full_name="Ines Example", password=password)
    case = admit_case(SYSTEM, NOW, folder=folder, owner=ines)
    who = []
    for number in range(REVIEWERS):
        name = f"r{number:03d}"
        account = Account.objects.create(username=name, full_name=f"Reader {number:03d}", made_at=NOW)
        Grant.objects.create(case=case, account=account, role=Role.REVIEWER, given_at=NOW)
        who.append(account)
    path = home / "prepared"
    if ended(apart(lambda: _prepared(case, folder, who, path))) != DONE:
        raise SystemExit("nothing was given")
    ready: list[tuple[int, Named]] = pickle.loads(path.read_bytes())  # noqa: S301 - our own, of a moment ago
    done = None
    for number, (hold, of) in enumerate(ready):

        def work(number: int = number, hold: int = hold, of: Named = of) -> None:
            named: dict[str, Any] = {"case": case, "folder": folder, "of": of, "said": _said(hold)}
            Moments(number + 1).during(lambda: say(Actor.of(who[number]), NOW, **named))

        how = ended(apart(work))
        if how == DONE:
            done = number
            break
        if how != KILLED:
            raise SystemExit(f"the work failed of itself at moment {number + 1}: {how}")
    if done is None:
        raise SystemExit("nobody lived: more reviewers are needed")
    report, holds = home / "report", [hold for hold, _ in ready]
    if ended(apart(lambda: report.write_text(json.dumps(_compared(case, folder, who, holds, done))))) != DONE:
        raise SystemExit("what was left cannot be read")
    sys.stdout.write(json.dumps({"tried": done + 1, **json.loads(report.read_text())}))
