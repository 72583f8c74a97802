"""Note that the ranking has come to a message that the random stream had shown: read by rank, at no cost."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision
from upstander.register.models import Case, File
from upstander.review.codings.coding import Coding
from upstander.storage import Case as Folder

__all__ = ["note_reached"]


@action(
    Power.CODE, says="noted that the ranking for {code} has come to message {about}, which was drawn at random before"
)
def note_reached(actor: Actor, now: datetime, /, *, case: Case, folder: Folder, coding: Coding) -> Told[None]:
    """Write a coding again as read by rank, in the words of whoever decided; it is nobody's new judgement."""
    detail = {"code": coding.code, "by": coding.by, "applies": coding.applies}
    return Told(None, coding.sighting[:300], detail, decision=decision(case, folder, File.CODINGS, coding.line()))
