"""Make an account."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import Refused, UsageError
from upstander.register.models import Account
from upstander.storage.signing import signed

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
    """Make an account for somebody. Raises `Refused` where a name cannot be taken or the password is easily guessed."""
    return made(
        now, username=username, full_name=full_name, password=password, number=number, administrator=administrator
    )


def made(
    now: datetime, *, username: str, full_name: str, password: str, number: str, administrator: bool
) -> Told[Account]:
    """The account, checked and saved: with a full name under which its decisions can be written down."""
    try:
        name = signed(full_name, option="the full name")
    except UsageError as problem:
        said = str(problem)
        raise Refused(f"{said[:1].upper()}{said[1:]}.") from problem
    # Compared here: a database knows of capitals in English alone, or of others, as it was made.
    other = next((known for known in Account.objects.all() if known.full_name.casefold() == name.casefold()), None)
    if other is not None:
        # What somebody decides stands under their full name, for ever.
        raise Refused(
            f"{other.full_name} has an account already ({other.username}). If this is somebody else, give their full"
            f" name with what tells them apart: {name} (B Relief), for example."
        )
    account = Account(
        username=username.strip().lower(),
        full_name=name,
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
