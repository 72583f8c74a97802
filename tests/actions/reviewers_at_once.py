"""A process of the desk in which several reviewers code at once, each form sent twice; started by the test."""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from tests.support.made_case import say as written
from tests.web.cases import made, registered

from upstander.actions import Actor
from upstander.actions.giving import give, reveal
from upstander.actions.projecting import project
from upstander.actions.saying import Said, say
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import SaidAlready
from upstander.register.models import Account, Case, Decision, Hold, Role
from upstander.stages.reading import found
from upstander.stages.sighted import named_by
from upstander.storage import Home

CODE = "threat_violence"
THEN = datetime(2026, 3, 1, tzinfo=UTC)


def prepare(home: Path, reference: str, names: list[str]) -> None:
    """The register, a case of a hundred messages, and its reviewers."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)

    def fill(exhibit: object) -> None:
        group = exhibit.conversation(title="Nights")  # type: ignore[attr-defined]
        for place in range(100):
            written(group, place, f"message {place} of the night, and nothing more", platform_key=f"key-{place}")

    made(home, reference, fill)
    for name in names:
        Account.objects.create(username=name, full_name=f"{name.capitalize()} Example", made_at=THEN)
    registered(reference, **dict.fromkeys(names, Role.REVIEWER))


def code(home: Path, reference: str, names: list[str], each: int) -> None:
    """Each reads so many; says how many were written and how often a second form was told so."""
    case, folder = Case.objects.get(reference=reference), Home(home).open(reference)
    told = {"written": 0, "twice": 0}
    lock = threading.Lock()

    def reviewer(name: str) -> None:
        account = Account.objects.get(username=name)
        actor = Actor.of(account)
        with ThreadPoolExecutor(2) as both:
            for turn in range(each):
                given, until = None, time.monotonic() + 120
                while given is None:
                    assert time.monotonic() < until, f"nothing is given to {name}"
                    given = give(actor, datetime.now(UTC), case=case, folder=folder, code=CODE)
                hold = given[1]
                assert hold is not None
                reveal(hold, datetime.now(UTC), before=1, after=1)
                place = found(folder, hold.message)
                assert place is not None
                line = place[0].lines(place[1], place[2], place[2] + 1)[0]
                of = named_by(place[1], line)
                said = Said(hold.pk, CODE, applies=turn % 2 == 0, nothing=turn % 5 == 3)
                list(both.map(lambda _, said=said, of=of: send(actor, of, said), range(2)))
        connection.close()

    def send(actor: Actor, of: object, said: Said) -> None:
        try:
            say(actor, datetime.now(UTC), case=case, folder=folder, of=of, said=said)  # type: ignore[arg-type]
            done = "written"
        except SaidAlready:
            done = "twice"
        finally:
            connection.close()
        with lock:
            told[done] += 1

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(reviewer, names))
    sys.stdout.write(json.dumps(told))


def check(home: Path, reference: str) -> None:
    """What the register has, once the files have all of it too."""
    case = Case.objects.get(reference=reference)
    project(case, Home(home).open(reference))
    verify_ledger()
    told = {
        "coded": Hold.objects.filter(case=case, end="coded").count(),
        "open": Hold.objects.filter(case=case, end="").count(),
        "lines": Decision.objects.filter(case=case, file="codings.jsonl").count(),
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    home, which, first, second, count = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
    if "--prepare" in sys.argv:
        prepare(home, which, [*first.split(","), *second.split(",")])
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        code(home, which, first.split(","), count)
        sys.stdout.write("\n")
        sys.stdout.flush()
        # Said when the others are done.
        sys.stdin.readline()
        check(home, which)
    else:
        code(home, which, second.split(","), count)
