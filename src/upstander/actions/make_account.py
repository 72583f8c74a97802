"""Make an account."""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor, Via
from upstander.actions.powers import Power
from upstander.errors import Refused, UsageError
from upstander.evidence.worded import capital
from upstander.register.models import Account
from upstander.storage.signing import signed

__all__ = ["ends", "made", "make_account"]

#: How long a password lets in that somebody else chose.
_FIRST = timedelta(days=7)


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
        now,
        username=username,
        full_name=full_name,
        password=password,
        number=number,
        administrator=administrator,
        until=ends(actor, now),
    )


def ends(actor: Actor, now: datetime, account: Account | None = None) -> datetime | None:
    """When a password ends that `actor` chose for an account: whoever else knows it could read in somebody's name.

    Never where it is their own, or the demo's, which is told to whoever opened it.
    """
    own = account is not None and actor.account is not None and actor.account.pk == account.pk
    return None if own or actor.via is Via.SYSTEM else now + _FIRST


def made(
    now: datetime,
    *,
    username: str,
    full_name: str,
    password: str,
    number: str,
    administrator: bool,
    until: datetime | None = None,
) -> Told[Account]:
    """The account, checked and saved: with a full name under which its decisions can be written down."""
    try:
        name = signed(full_name, option="the full name")
    except UsageError as problem:
        raise Refused(f"{capital(str(problem))}.") from problem
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
        password_ends=until,
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
