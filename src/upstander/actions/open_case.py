"""Open a case."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from django.db import DatabaseError

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import CaseExists
from upstander.register.models import Case, Grant, Role
from upstander.storage import Home
from upstander.storage.case import Opened

__all__ = ["open_case"]


@action(Power.OPEN, says="opened the case {about}: {title}")
def open_case(actor: Actor, now: datetime, /, *, home: Home, reference: str, title: str) -> Told[Case]:
    """Open a case: its folder, its place in the register, and whoever opens it as its owner.

    Raises `CaseExists`, or `UsageError` where the reference cannot name a folder.
    """
    home.checked(reference)
    if Case.objects.filter(reference=reference).exists():
        # Its folder may not be where it was: nothing of another may be taken for it.
        raise CaseExists(f"there is a case {reference} already; choose another reference")
    said = " ".join(title.split())
    case = Case.objects.create(reference=reference, title=said, opened_at=now, opened_by=actor.account)
    if actor.account is not None:
        Grant.objects.create(case=case, account=actor.account, role=Role.OWNER, given_at=now, given_by=actor.account)
    # Last: what comes after it is the entry, and where that fails the folder is taken back.
    opened = home.opened(reference, title=said, now=now)
    return Told(case, reference, {"title": said}, case=case, undo=partial(_taken_back, opened))


def _taken_back(opened: Opened) -> None:
    """Take its folder back, unless the register has the case all the same: whether it has may be all that is not known.

    A reference whose folder stays could never be used, and the next start of the desk would admit it with nobody in it.
    """
    with suppress(DatabaseError):
        if not Case.objects.filter(reference=opened.case.path.name).exists():
            opened.take_back()
