"""Sign in."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power

__all__ = ["sign_in"]


@action(Power.OWN, says="signed in")
def sign_in(actor: Actor, now: datetime, /) -> Told[None]:
    """Sign in: the password was right, and the second step where there is one."""
    return Told(None, "" if actor.account is None else actor.account.username)
