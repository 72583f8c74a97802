"""Lock somebody out for a while: too many wrong passwords."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power

__all__ = ["lock_out"]


@action(Power.RUN, says="locked {about} out for a quarter of an hour: too many wrong passwords")
def lock_out(actor: Actor, now: datetime, /, *, username: str) -> Told[None]:
    """Note that a user name is locked, whether there is such an account or not."""
    return Told(None, username)
