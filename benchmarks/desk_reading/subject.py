"""One desk on a made case, asked for pages; what it prints is JSON.

UPSTANDER_HOME=FOLDER DJANGO_SETTINGS_MODULE=upstander.web.settings python -m benchmarks.desk_reading.subject CASE
"""

import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - the settings come first
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from upstander.actions import SYSTEM, make_account  # noqa: E402
from upstander.register.models import Account, Case, Grant, Role  # noqa: E402
from upstander.stages.reading import prepare  # noqa: E402
from upstander.stages.transcripts import transcript  # noqa: E402
from upstander.storage import Case as Folder  # noqa: E402
from upstander.web.at import home  # noqa: E402

#: Pages asked for of each kind.
ASKED = 100


def main() -> None:
    """Make what is missing, ask for pages, and print how long each took."""
    reference = sys.argv[1]
    call_command("migrate", verbosity=0)
    folder = home().open(reference)
    began, before = time.perf_counter(), _cpu()
    prepare(folder)
    there = transcript(folder)
    made = {"wall_seconds": time.perf_counter() - began, "cpu_seconds": _cpu() - before}
    made["bytes"] = sum(file.stat().st_size for file in there.folder.iterdir())
    made["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    browser = _browser(reference)
    answered = {name: _timed(browser, list(paths)) for name, paths in _pages(folder, f"/cases/{reference}").items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"made": made, "pages": answered, "peak_bytes": peak}))


def _browser(reference: str) -> Client:
    """Somebody signed in who has said why they read, and for whom text is shown."""
    account = Account.objects.filter(username="reader").first() or make_account(
        SYSTEM,
        timezone.now(),
        username="reader",
        full_name="Reader Example",
        password="three green lamps burn",  # noqa: S106
    )
    case, _ = Case.objects.get_or_create(
        reference=reference, defaults={"title": "measured", "opened_at": timezone.now()}
    )
    if not Grant.objects.filter(case=case, account=account).exists():
        Grant.objects.create(case=case, account=account, role=Role.INVESTIGATOR, given_at=timezone.now())
    browser = Client(headers={"host": "localhost"})
    browser.force_login(account, backend="upstander.web.signing_in.Passwords")
    browser.post(f"/cases/{reference}/reading/why/", {"kind": "reviewing"})
    browser.post(f"/cases/{reference}/reading/text/", {"shown": "yes"})
    return browser


def _pages(folder: Folder, root: str) -> dict[str, Iterator[str]]:
    chance = random.Random(5)
    there = transcript(folder)
    every = there.conversations()
    large, small = every[0], every[1:]

    def page(of: Any) -> str:
        return f"{root}/conversations/{of.conversation}/?page={chance.randint(1, max(1, of.lines // 100))}"

    def message(of: Any) -> str:
        place = chance.randrange(of.lines)
        return f"{root}/messages/{there.lines(of, place, place + 1)[0].message}/"

    def day() -> str:
        assert large.first_at is not None  # noqa: S101 - it was made so
        at = large.first_at + (large.last_at - large.first_at) * chance.random() if large.last_at else large.first_at
        return f"{root}/conversations/{large.conversation}/?date={at.date().isoformat()}"

    return {
        "the list of conversations": (f"{root}/conversations/?page={number % 4 + 1}" for number in range(ASKED)),
        "a page of the large conversation": (page(large) for _ in range(ASKED)),
        "a page of any other": (page(chance.choice(small)) for _ in range(ASKED)),
        "a day of the large conversation (leads to its page)": (day() for _ in range(ASKED)),
        "a message of the large conversation": (message(large) for _ in range(ASKED)),
        "a message of one other conversation, read on": (message(small[3]) for _ in range(ASKED)),
        "a message of any other conversation": (message(chance.choice(small)) for _ in range(ASKED)),
    }


def _timed(browser: Client, paths: list[str]) -> dict[str, float]:
    walls: list[float] = []
    cpus: list[float] = []
    for path in paths:
        began, before = time.perf_counter(), _cpu()
        answer = browser.get(path)
        walls.append(time.perf_counter() - began)
        cpus.append(_cpu() - before)
        if answer.status_code not in (200, 302):
            raise SystemExit(f"{path} was answered with {answer.status_code}")
    return {
        "median_ms": 1000 * statistics.median(walls),
        "p95_ms": 1000 * sorted(walls)[int(len(walls) * 0.95)],
        "worst_ms": 1000 * max(walls),
        "cpu_median_ms": 1000 * statistics.median(cpus),
        "cpu_p95_ms": 1000 * sorted(cpus)[int(len(cpus) * 0.95)],
        "cpu_worst_ms": 1000 * max(cpus),
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
