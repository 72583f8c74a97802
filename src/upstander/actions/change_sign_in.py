"""Change how one signs in."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power

__all__ = ["change_sign_in"]


@action(Power.OWN, says="changed how they sign in: {about}")
def change_sign_in(actor: Actor, now: datetime, /, *, what: str, password: bool = False) -> Told[None]:
    """Note that somebody changed their own password, or added or removed a second step: never what it is.

    With `password`, the one that they have is their own from now on.
    """
    if password and actor.account is not None:
        actor.account.password_ends = None
        actor.account.save(update_fields=["password_ends"])
    return Told(None, what)
