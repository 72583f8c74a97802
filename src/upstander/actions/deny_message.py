"""Say that a message was read and nothing of the codebook applies."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import ended, held
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_file
from upstander.errors import NotAllowed
from upstander.register.models import Case, File, HoldEnd
from upstander.review.codebook import keep
from upstander.review.codings.coding import Via
from upstander.review.codings.denying import Denied, Denying, denied
from upstander.review.codings.named import Named
from upstander.storage import Case as Folder

__all__ = ["deny_message"]


@action(Power.CODE, says="said that nothing of {codebook} applies to message {about}")
def deny_message(
    actor: Actor, now: datetime, /, *, case: Case, folder: Folder, of: Named, code: str, hold: int, note: str | None
) -> Told[Denied]:
    """Say it of a message that the actor was given to read for a code.

    Raises `SaidAlready` where the form was sent before, `Refused`, `BadCode` where they said that a code applies.
    """
    if actor.account is None:
        raise NotAllowed("Only somebody with an account codes on the desk.")
    given = held(actor, case, hold)
    project_file(case, folder, File.CODINGS)
    context = (given.before, given.after)
    asked = Denying(of.sighting, actor.account.full_name, code, Via(given.via), note=note, context=context)
    made, used = denied(folder, asked, now=now, of=of)
    keep(folder, used)
    ended(given, HoldEnd.CODED, now)
    detail = {"codebook": made.book.reference, "code": code, "hold": given.pk, "by": made.word.by}
    written = decision(case, folder, File.CODINGS, made.word.line())
    return Told(made, of.message[:300], detail, decision=written)
