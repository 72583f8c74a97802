"""Go on with a hand-in that was stopped, or that failed."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Case, HandIn, HandInState

__all__ = ["resume_hand_in"]


@action(Power.TAKE_IN, says="went on with taking in {about}")
def resume_hand_in(
    actor: Actor, now: datetime, /, *, case: Case, hand_in: HandIn, reference: str | None = None
) -> Told[None]:
    """Go on where a hand-in was stopped or failed: it does what is missing, and nothing twice.

    With another `reference`, where the one that was given turned out to be another exhibit's. Raises `Refused`.
    """
    given = {} if reference is None else {"reference": reference}
    going = HandIn.objects.filter(pk=hand_in.pk, case=case, state__in=(HandInState.STOPPED, HandInState.FAILED)).update(
        state=HandInState.WAITING,
        error="",
        label="",
        done=0,
        stopping=False,
        ended_at=None,
        leased_until=None,
        worker="",
        **given,
    )
    if not going:
        raise Refused(f"{hand_in.title} was neither stopped nor has it failed.")
    return Told(None, hand_in.title, {"number": hand_in.number, **given})
