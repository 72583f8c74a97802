"""Stop a hand-in that waits or is being taken in."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Case, HandIn, HandInState

__all__ = ["stop_hand_in"]


@action(Power.TAKE_IN, says="stopped taking in {about}")
def stop_hand_in(actor: Actor, now: datetime, /, *, case: Case, hand_in: HandIn) -> Told[None]:
    """Stop a hand-in: what was read of it stays, and it can go on. One that is at work stops within a second or so."""
    this = HandIn.objects.filter(pk=hand_in.pk, case=case)
    # Each in one statement: a worker may take it up at this moment.
    stopped = this.filter(state=HandInState.WAITING).update(state=HandInState.STOPPED, ended_at=now, stopping=False)
    asked = 0 if stopped else this.filter(state=HandInState.RUNNING, stopping=False).update(stopping=True)
    if not stopped and not asked:
        raise Refused(f"{hand_in.title} is not being taken in, or is stopping already.")
    return Told(None, hand_in.title, {"number": hand_in.number})
