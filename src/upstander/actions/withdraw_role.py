"""Withdraw somebody's role in a case."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import role_ended
from upstander.actions.owners import leave_an_owner
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Account, Case, Grant

__all__ = ["withdraw_role"]


@action(Power.GRANT, says="withdrew the role {role} of {about}")
def withdraw_role(actor: Actor, now: datetime, /, *, case: Case, account: Account) -> Told[None]:
    """Take somebody's access to a case away; the next page that they ask for is refused.

    What they were reading goes to others at once.
    """
    grant = Grant.objects.filter(case=case, account=account, withdrawn_at=None).first()
    if grant is None:
        raise Refused(f"{account} has no role in this case.")
    leave_an_owner(case, grant)
    role_ended(grant, now)
    return Told(None, account.username, {"role": grant.role, "name": account.full_name})
