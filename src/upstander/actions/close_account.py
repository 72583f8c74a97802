"""Close an account."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import given_back
from upstander.actions.owners import acting
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Account, Case, Role

__all__ = ["close_account"]


@action(Power.RUN, says="closed the account of {name} ({about})")
def close_account(actor: Actor, now: datetime, /, *, account: Account) -> Told[list[str]]:
    """Close an account: nobody can sign in with it any more, and open sessions end. What it did stays.

    Gives the references of the cases in which nobody can give a role any more by it. That refuses nothing: whoever has
    left must be locked out at once, and whoever has the machine gives such a case another owner (`admit_case`).
    """
    if not account.is_active:
        raise Refused(f"The account of {account} is closed already.")
    others = Account.objects.filter(administrator=True, is_active=True).exclude(pk=account.pk)
    if account.administrator and not others.exists():
        raise Refused("The site cannot be without an administrator: make another one first.")
    account.is_active = False
    account.sessions_end_before = now
    account.save(update_fields=["is_active", "sessions_end_before"])
    given_back(account, now)
    owned = Case.objects.filter(grants__account=account, grants__role=Role.OWNER, grants__withdrawn_at=None)
    left = [case.reference for case in owned.order_by("reference") if not acting(case)]
    return Told(left, account.username, {"name": account.full_name})
