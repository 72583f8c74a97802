"""Lock somebody out for a while: too many wrong passwords, or codes after a right one."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power

__all__ = ["lock_out"]


@action(Power.RUN, says="locked {about} out for a quarter of an hour, at {client}: {why}")
def lock_out(actor: Actor, now: datetime, /, *, username: str, client: str, why: str) -> Told[None]:
    """Note that a user name is locked, whether there is such an account or not."""
    return Told(None, username, {"client": client, "why": why})
