"""Run as a program: `python -m tests.support.handing HOME FILE…` hands files in, in a home of its own."""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import django


def main(files: list[str]) -> None:
    """Make the register, a case MS-1 with an owner, and one hand-in a file: AB/1, AB/2 and so on."""
    django.setup()
    from upstander.actions import SYSTEM, Actor, Sent, Statement, admit_case, hand_in, make_account
    from upstander.register.shape import bring_up_to_date
    from upstander.register.site import Site
    from upstander.storage import Home

    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    home = Site.read().home
    bring_up_to_date(home)
    folder = Home(home).new("MS-1", title="Late turn", now=now)
    who = make_account(SYSTEM, now, username="ines", full_name="Ines Example", password="-".join(["lamp"] * 4))
    case = admit_case(SYSTEM, now, folder=folder, owner=who)
    for number, name in enumerate(files, start=1):
        path = Path(name)
        content = path.read_bytes()
        sent = Sent(path.name, path, len(content), hashlib.sha256(content).hexdigest())
        statement = Statement(custodian="PC Ash Example", reference=f"AB/{number}")
        hand_in(Actor.of(who), now, case=case, folder=folder, statement=statement, files=[sent])


if __name__ == "__main__":
    main(sys.argv[1:])
