"""Begin a site: the first account, while there is none."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import SYSTEM, Actor
from upstander.actions.make_account import made
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Account

__all__ = ["begin_site"]


def begin_site(
    now: datetime, *, username: str, full_name: str, password: str, number: str = "", administrator: bool = False
) -> Account:
    """Make the first account of a site. Raises `Refused` where there is one, or where it cannot be made."""
    return make_first_account(
        SYSTEM,
        now,
        username=username,
        full_name=full_name,
        password=password,
        number=number,
        administrator=administrator,
    )


@action(Power.RUN, says="began the site with an account for {full_name} ({about})")
def make_first_account(
    actor: Actor,
    now: datetime,
    /,
    *,
    username: str,
    full_name: str,
    password: str,
    number: str,
    administrator: bool,
) -> Told[Account]:
    """Begin the site with its first account."""
    if Account.objects.exists():
        raise Refused("The site has begun already: the administrator makes accounts.")
    return made(
        now, username=username, full_name=full_name, password=password, number=number, administrator=administrator
    )
