"""What is done to the register beside the server: people for the load, and afterwards the proof of what they did.

python -m benchmarks.desk.site prepare REFERENCE   # prints what may be asked for, as JSON
python -m benchmarks.desk.site verify REFERENCE FILE   # FILE says what was acknowledged; prints what was found
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import django

django.setup()

from benchmarks.desk.people import CODES, PASSWORD  # noqa: E402
from django.core.management import call_command  # noqa: E402 - the settings come first
from django.utils import timezone  # noqa: E402

from upstander.actions import SYSTEM, Actor, admit_case, begin_site, give_role, make_account  # noqa: E402
from upstander.evidence.contents import exhibits  # noqa: E402
from upstander.people.listed import persons  # noqa: E402
from upstander.register.models import Case, Decision, Entry, File, Hold, HoldEnd, HoldMode, Role  # noqa: E402
from upstander.stages.transcripts import transcript  # noqa: E402
from upstander.web.at import home  # noqa: E402

#: Messages of each kind, persons and days that may be asked for.
_SOME = 300


def prepare(reference: str) -> dict[str, Any]:
    """Accounts, roles, and what pages may be asked for."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    now = timezone.now()
    begin_site(now, username="runner", full_name="Runner Example", password=PASSWORD, administrator=True)
    owner = make_account(SYSTEM, now, username="reader", full_name="Reader Example", password=PASSWORD)
    folder = home().open(reference)
    case = admit_case(SYSTEM, now, folder=folder, owner=owner)
    for number in range(len(CODES)):
        username, full_name = f"reviewer{number}", f"Reviewer {_LETTERS[number]} Example"
        account = make_account(SYSTEM, now, username=username, full_name=full_name, password=PASSWORD)
        give_role(Actor.of(owner), now, case=case, account=account, role=Role.REVIEWER)
    return _asked(reference)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _asked(reference: str) -> dict[str, Any]:
    folder, chance = home().open(reference), random.Random(18)
    there = transcript(folder)
    every = there.conversations()
    large, small = every[0], every[1:]

    def messages(of: Any, count: int) -> list[str]:
        places = [chance.randrange(of.lines) for _ in range(count)]
        return [there.lines(of, place, place + 1)[0].message for place in places]

    lines = [line for of in (large, *small[:4]) for line in there.lines(of, 0, 300)]
    words = sorted({word for line in lines for word in (line.text or "").split()})
    everybody = persons(folder)
    first, last = large.first_at, large.last_at
    if first is None or last is None:
        raise SystemExit("the large conversation has no times")
    days = [(first + (last - first) * chance.random()).date().isoformat() for _ in range(_SOME)]
    return {
        "reference": reference,
        "code": CODES[0],
        "conversations": [{"conversation": of.conversation, "lines": of.lines} for of in every],
        "of_large": messages(large, _SOME),
        "of_others": [message for of in chance.choices(small, k=_SOME) for message in messages(of, 1)],
        "days": days,
        "months": sorted({day[:7] for day in days}),
        "words": words,
        "authors": [row["label"] for row in everybody],
        "persons": [row["person"] for row in chance.choices(everybody, k=_SOME)],
        "exhibits": [row["exhibit"] for row in exhibits(folder)],
        "reasons": ["before_join", "export_cut_short", "unexplained", "all"],
    }


def verify(reference: str, file: Path) -> dict[str, Any]:
    """Whether every coding that was acknowledged is there once, and nothing else is."""
    acknowledged: list[int] = json.loads(file.read_text(encoding="utf-8"))
    case = Case.objects.get(reference=reference)
    entries = Entry.objects.filter(case=reference, verb__in=("code_message", "deny_message"))
    of_hold: dict[int, list[int]] = {}
    for entry in entries:
        of_hold.setdefault(json.loads(entry.detail)["hold"], []).append(entry.sequence)
    path = home().open(reference).decisions / File.CODINGS.value
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    written = Counter(row["ledger"] for row in rows)
    decided = dict(
        Decision.objects.filter(case=case, file=File.CODINGS, admitted=False).values_list("entry_id", "line")
    )
    own = {number for numbers in of_hold.values() for number in numbers}
    firsts = Counter((row["message"], row.get("code") or row.get("for")) for row in rows if row["ledger"] in own)
    coded = Hold.objects.filter(case=case, end=HoldEnd.CODED)
    held = Counter(coded.exclude(mode=HoldMode.SECOND).values_list("code", "message"))
    return {
        "acknowledged": len(acknowledged),
        "lost_in_the_ledger": [hold for hold in acknowledged if not of_hold.get(hold)],
        "twice_in_the_ledger": [hold for hold, numbers in of_hold.items() if len(numbers) > 1],
        "lost_in_the_file": [hold for hold in acknowledged if any(written[n] != 1 for n in of_hold.get(hold, ()))],
        "lines": len(rows),
        "lines_of_the_ledger": len(decided),
        "lines_that_differ": sum(
            {name: value for name, value in row.items() if name != "ledger"}
            != json.loads(decided.get(row["ledger"], "{}"))
            for row in rows
        ),
        "messages_coded_twice_for_a_code": [list(key) for key, count in firsts.items() if count > 1],
        "messages_held_twice_for_a_code": [list(key) for key, count in held.items() if count > 1],
        "written_and_not_acknowledged": len(set(of_hold) - set(acknowledged)),
        "entries": Entry.objects.count(),
    }


if __name__ == "__main__":
    done = prepare(sys.argv[2]) if sys.argv[1] == "prepare" else verify(sys.argv[2], Path(sys.argv[3]))
    print(json.dumps(done))
