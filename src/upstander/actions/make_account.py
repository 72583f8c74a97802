"""Make an account."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Account

__all__ = ["made", "make_account"]


@action(Power.RUN, says="made an account for {full_name} ({about})")
def make_account(
    actor: Actor,
    now: datetime,
    /,
    *,
    username: str,
    full_name: str,
    password: str,
    number: str = "",
    administrator: bool = False,
) -> Told[Account]:
    """Make an account for somebody. Raises `Refused` where the name is taken or the password too easily guessed."""
    return made(
        now, username=username, full_name=full_name, password=password, number=number, administrator=administrator
    )


def made(
    now: datetime, *, username: str, full_name: str, password: str, number: str, administrator: bool
) -> Told[Account]:
    """The account, checked and saved."""
    account = Account(
        username=username.strip().lower(),
        full_name=" ".join(full_name.split()),
        number=number.strip(),
        administrator=administrator,
        made_at=now,
    )
    account.set_password(password)
    try:
        account.full_clean()
        validate_password(password, account)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    account.save()
    detail = {"full_name": account.full_name, "number": account.number, "administrator": administrator}
    return Told(account, account.username, detail)
