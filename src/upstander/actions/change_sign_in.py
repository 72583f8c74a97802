"""Change how one signs in."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power

__all__ = ["change_sign_in"]


@action(Power.OWN, says="changed how they sign in: {about}")
def change_sign_in(actor: Actor, now: datetime, /, *, what: str) -> Told[None]:
    """Note that somebody changed their own password, or added or removed a second step: never what it is."""
    return Told(None, what)
