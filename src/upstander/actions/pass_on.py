"""Pass a message on to others."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import ended
from upstander.actions.powers import Power
from upstander.errors import Refused, SaidAlready
from upstander.register.models import Case, Hold, HoldEnd

__all__ = ["pass_on"]


@action(Power.CODE, says="passed message {about} on to others, unread for {code}")
def pass_on(actor: Actor, now: datetime, /, *, case: Case, hold: int) -> Told[None]:
    """Give a message back without a decision: others are given it, and the actor is not, unless they ask.

    Nobody has to say why. Raises `SaidAlready`, `Refused`.
    """
    given = Hold.objects.filter(pk=hold, case=case, account=actor.account).first()
    if given is None:
        raise Refused("That message was not given to you here; go on with the next one.")
    if given.end == HoldEnd.CODED:
        raise SaidAlready("You have coded that message; it cannot be passed on any more.")
    if given.end == HoldEnd.PASSED:
        raise SaidAlready("That message is passed on already.")
    ended(given, HoldEnd.PASSED, now)
    return Told(None, given.message[:300], {"code": given.code, "hold": given.pk})
