"""Admit a case that was made on the command line: its place in the register, and its owner."""

from datetime import datetime
from pathlib import Path

from upstander.actions.action import Told, action
from upstander.actions.actor import SYSTEM, Actor
from upstander.actions.admit_decisions import admit_decisions
from upstander.actions.admit_exhibits import admit_intakes
from upstander.actions.owners import acting, owners
from upstander.actions.powers import Power
from upstander.errors import Refused, UpstanderError
from upstander.register.kinship import barred
from upstander.register.models import Account, Case, Grant, Role
from upstander.storage import Case as Folder
from upstander.storage import Home

__all__ = ["admit_case", "admit_cases", "without_owner"]


@action(Power.RUN, says="admitted the case {about}, made on the command line; its owner: {owner}")
def admit_case(actor: Actor, now: datetime, /, *, folder: Folder, owner: Account | None = None) -> Told[Case]:
    """Admit a case that was made on the command line, with its owner.

    A case that was admitted without one is given one, and so is a case whose every owner is shut out of it or has a
    closed account: nobody could give a role in it. Raises `Refused` where it has an owner already, or where that
    account cannot own it; `CaseDamaged` where its cover cannot be read, `UsageError` where its reference is none that
    the desk can show it under.
    """
    cover = folder.cover
    reference = folder.path.name
    case = Case.objects.filter(reference=reference).first()
    if case is None:
        Home.checked(reference)
        opened_at = datetime.fromisoformat(cover.opened_at)
        case = Case.objects.create(reference=reference, title=cover.title[:300], opened_at=opened_at, opened_by=None)
    elif owner is None:
        raise Refused(f"The case {reference} is on the desk already.")
    before = _own(actor, now, case, owner) if owner is not None else []
    detail = {"title": cover.title, "owner": owner.username if owner is not None else None, "instead_of": before}
    return Told(case, reference, detail, case=case)


def admit_cases(now: datetime, home: Path) -> list[tuple[str, str]]:
    """Admit every case that the register does not know, and what was taken in and decided in any beside the desk.

    Gives the references that could not be admitted, each with the sentence that says why.
    """
    problems = []
    known = set(Case.objects.values_list("reference", flat=True))
    for folder in Home(home).cases():
        reference = folder.path.name
        try:
            if reference not in known:
                admit_case(SYSTEM, now, folder=folder)
            case = Case.objects.get(reference=reference)
            admit_intakes(now, case=case, folder=folder)
            admit_decisions(now, case=case, folder=folder)
        except (UpstanderError, ValueError) as problem:
            problems.append((reference, str(problem)))
    return problems


def without_owner() -> list[str]:
    """References of the cases in which nobody can give a role: nobody owns them, or no owner may act any more."""
    return [case.reference for case in Case.objects.order_by("reference") if not acting(case)]


def _own(actor: Actor, now: datetime, case: Case, owner: Account) -> list[str]:
    """Make them the owner; gives the user names of those that were and may not act any more."""
    held = owners(case)
    able = acting(case)
    if able:
        raise Refused(f"{able[0].account} owns the case {case.reference} already, and gives roles in it.")
    if owner.administrator:
        raise Refused(f"{owner} runs the site and cannot own a case; name another account.")
    if not owner.is_active:
        raise Refused(f"The account of {owner} is closed.")
    if barred(case, owner) is not None:
        raise Refused(f"{owner} is named in the case {case.reference} and cannot own it.")
    gone = Grant.objects.filter(pk__in=[grant.pk for grant in held]) | Grant.objects.filter(case=case, account=owner)
    gone.filter(withdrawn_at=None).update(withdrawn_at=now)
    Grant.objects.create(case=case, account=owner, role=Role.OWNER, given_at=now, given_by=actor.account)
    return [grant.account.username for grant in held]
