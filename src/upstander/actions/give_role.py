"""Give somebody a role in a case."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import given_back
from upstander.actions.owners import leave_an_owner
from upstander.actions.powers import OF_ROLES, Power
from upstander.errors import Refused
from upstander.register.kinship import barred
from upstander.register.models import Account, Case, Grant, Role, StandingKind

__all__ = ["give_role"]


@action(Power.GRANT, says="gave {about} the role {role}")
def give_role(actor: Actor, now: datetime, /, *, case: Case, account: Account, role: Role) -> Told[Grant]:
    """Give somebody a role, in place of the one that they had.

    Raises `Refused` where they are one of those whom the case is about, where they run the site, or where the case
    would be left without an owner.
    """
    standing = barred(case, account)
    if standing is not None:
        said = StandingKind(standing.kind).label.lower()
        raise Refused(
            f"{account} cannot be given access: {standing.name} is named in this case as {said}."
            " If they are two people, give both their staff numbers, or say at the name which account is theirs;"
            " what was stated wrongly can be withdrawn (Access, Whom the case is about)."
        )
    if account.administrator:
        raise Refused(f"{account} runs the site and cannot be given access to a case; use another account.")
    if not account.is_active:
        raise Refused(f"The account of {account} is closed.")
    before = Grant.objects.filter(case=case, account=account, withdrawn_at=None).first()
    if before is not None:
        if before.role == role:
            raise Refused(f"{account} is {Role(role).label.lower()} of this case already.")
        leave_an_owner(case, before)
        before.withdrawn_at = now
        before.save()
        if Power.CODE not in OF_ROLES[Role(role)]:
            given_back(account, now, case=case)
    grant = Grant.objects.create(case=case, account=account, role=role, given_at=now, given_by=actor.account)
    detail = {"role": Role(role).value, "name": account.full_name, "instead_of": before.role if before else None}
    return Told(grant, account.username, detail)
