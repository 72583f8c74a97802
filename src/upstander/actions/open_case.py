"""Open a case."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import CaseExists
from upstander.register.models import Case, Grant, Role
from upstander.storage import Home

__all__ = ["open_case"]


@action(Power.OPEN, says="opened the case {about}: {title}")
def open_case(actor: Actor, now: datetime, /, *, home: Home, reference: str, title: str) -> Told[Case]:
    """Open a case: its folder, its place in the register, and whoever opens it as its owner.

    Raises `CaseExists`, or `UsageError` where the reference cannot name a folder.
    """
    if Case.objects.filter(reference=reference).exists():
        # Its folder may not be where it was: nothing of another may be taken for it.
        raise CaseExists(f"there is a case {reference} already; choose another reference")
    cover = home.new(reference, title=" ".join(title.split()), now=now).cover
    case = Case.objects.create(reference=cover.reference, title=cover.title, opened_at=now, opened_by=actor.account)
    if actor.account is not None:
        Grant.objects.create(case=case, account=actor.account, role=Role.OWNER, given_at=now, given_by=actor.account)
    return Told(case, cover.reference, {"title": cover.title}, case=case)
