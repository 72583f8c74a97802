"""Change the collar, warrant or staff number of an account."""

from datetime import datetime

from django.core.exceptions import ValidationError

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import role_ended
from upstander.actions.owners import leave_an_owner
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.kinship import barred
from upstander.register.models import Account, Grant

__all__ = ["change_number"]


@action(Power.RUN, says="changed the number of {name} ({about}) from {before} to {number}")
def change_number(actor: Actor, now: datetime, /, *, account: Account, number: str) -> Told[None]:
    """Change an account's number: it tells two people of one name apart, and finds one under two names.

    Whoever is found by it to be named in a case as subject or supervisor loses their role there. Raises `Refused`
    where a case would be left without an owner.
    """
    before, account.number = account.number, " ".join(number.split())
    if account.number == before:
        raise Refused(f"That is the number of {account} already.")
    try:
        account.full_clean()
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    account.save(update_fields=["number"])
    lost = []
    for grant in Grant.objects.filter(account=account, withdrawn_at=None).select_related("case"):
        if barred(grant.case, account) is None:
            continue
        leave_an_owner(grant.case, grant)
        role_ended(grant, now)
        lost.append(grant.case.reference)
    detail = {"name": account.full_name, "before": before or None, "number": account.number or None}
    return Told(None, account.username, {**detail, "access_withdrawn": lost})
