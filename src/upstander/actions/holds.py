"""Holds as actions find them: whose it is, whether it still stands, and how it ends."""

from datetime import datetime

from django.db.models import QuerySet

from upstander.actions.actor import Actor
from upstander.errors import Refused, SaidAlready
from upstander.register.models import Account, Case, Grant, Hold, HoldEnd, HoldMode

__all__ = ["ended", "firsts", "given_back", "held", "role_ended"]


def held(actor: Actor, case: Case, number: int, *, again: bool = False) -> Hold:
    """The hold that a form speaks of, of whoever sends it, to be decided on.

    One that lapsed is theirs still where nobody else has the message. `again` is for a word on what they coded
    before. Raises `SaidAlready` where the form was sent before, `Refused`.
    """
    found = Hold.objects.filter(pk=number, case=case, account=actor.account).first()
    if found is None:
        raise Refused("That message was not given to you here; go on with the next one.")
    if again != (found.end == HoldEnd.CODED):
        if again:
            raise Refused("You have not said anything on that message here; go on with the next one.")
        raise SaidAlready("That is written already: the form was sent twice. Nothing was written again.")
    if found.end == HoldEnd.PASSED:
        raise SaidAlready("You passed that message on; it is for others now.")
    if found.end == HoldEnd.LAPSED and firsts(found).exclude(pk=found.pk).exists():
        raise Refused("It was left lying, and somebody else was given that message meanwhile.")
    if not found.revealed_at:
        raise Refused("The words of the message have not been shown to you yet; show them first.")
    return found


def firsts(hold: Hold) -> QuerySet[Hold]:
    """Holds of the same message that keep it from others: those that last or were coded."""
    modes = [HoldMode.SECOND] if hold.mode == HoldMode.SECOND else [HoldMode.QUEUE, HoldMode.SAMPLE]
    return Hold.objects.filter(
        case=hold.case, code=hold.code, message=hold.message, mode__in=modes, end__in=["", HoldEnd.CODED]
    )


def ended(hold: Hold, end: HoldEnd, now: datetime) -> None:
    """End it; a word on what was coded before leaves it as it is."""
    if hold.end != HoldEnd.CODED:
        hold.end, hold.ended_at = end, now
        hold.save(update_fields=["end", "ended_at"])


def role_ended(grant: Grant, now: datetime) -> None:
    """Take a role away; what they had in hand in its case goes to others."""
    grant.withdrawn_at = now
    grant.save()
    given_back(grant.account, now, case=grant.case)


def given_back(account: Account, now: datetime, *, case: Case | None = None) -> None:
    """Take from their hands what they have not decided on, in a case or in all: others are given it at once."""
    held = Hold.objects.filter(account=account, end="")
    (held if case is None else held.filter(case=case)).update(end=HoldEnd.LAPSED, ended_at=now)
