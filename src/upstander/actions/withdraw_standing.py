"""Withdraw what was said of somebody in a case: it was wrong."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import NotAllowed, Refused
from upstander.register.kinship import alike, same_person
from upstander.register.models import Case, Standing

__all__ = ["withdraw_standing"]


@action(Power.NAME, says="withdrew that {about} is named as {kind}: {reason}")
def withdraw_standing(actor: Actor, now: datetime, /, *, case: Case, standing: Standing, reason: str) -> Told[None]:
    """Withdraw that somebody is subject, supervisor, complainant or witness; that it was said stays in the ledger.

    Roles that they lost by it are not given back: an owner gives them anew. Raises `Refused` where no reason is given,
    and where it is, or may be, the actor whom it names. Nor does anybody whose name is like that of one who is shut
    out of the case withdraw anything of what was said in it: what tells the two apart may be mistyped.
    """
    if standing.case_id != case.pk:
        raise NotAllowed("There is no such case, or you have no access to it.", hidden=True)
    if standing.withdrawn_at is not None:
        raise Refused(f"That {standing.name} is named was withdrawn already.")
    said = " ".join(reason.split())
    if not said:
        raise Refused("Say why: the ledger keeps it.")
    if actor.account is not None and same_person(standing, actor.account):
        raise Refused(
            "It names you, or may: nobody withdraws what was said of themselves. Somebody else of the case can."
        )
    like = [] if actor.account is None else alike(case, actor.account)
    if like:
        raise Refused(
            f"You may be {like[0].name}, who is named in this case as a subject or supervisor: the names are alike."
            " Somebody else of the case can withdraw it."
        )
    standing.withdrawn_at = now
    standing.save()
    return Told(None, standing.name, {"kind": standing.kind, "number": standing.number, "reason": said})
