"""Say that a code applies to a message, or does not."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import ended, held
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_file
from upstander.errors import NotAllowed, SaidAlready
from upstander.register.models import Case, File, HoldEnd
from upstander.review.codebook import keep
from upstander.review.codings.coding import Via
from upstander.review.codings.deciding import Asked, Decided, decided
from upstander.review.codings.named import Named
from upstander.storage import Case as Folder

__all__ = ["code_message"]

_WORDS = {True: "applies to", False: "does not apply to"}


@action(Power.CODE, says="said that {code} {word} message {about}")
def code_message(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    of: Named,
    code: str,
    applies: bool,
    hold: int,
    beside: str | None = None,
    span: str | None = None,
    note: str | None = None,
    again: bool = False,
) -> Told[Decided]:
    """Decide on a message that the actor was given, for the code that it was given for, or for one `beside` it.

    What was given is then coded, and goes to nobody else. `again` is for another word on what they coded before: the
    last one stands. Raises `SaidAlready` where that is what stands, `Refused`, `BadCode`, `UsageError`, `BadDecision`.
    """
    if actor.account is None:
        raise NotAllowed("Only somebody with an account codes on the desk.")
    given = held(actor, case, hold, again=again or beside is not None)
    if beside is None:
        # What was committed and is not written yet counts. The first of what is said at once is not committed yet when
        # it comes to the others: a file that had it before the register has it would speak of no entry after a crash.
        project_file(case, folder, File.CODINGS)
    via = Via(given.via)
    if beside is not None:
        # Chance drew it for every code; a ranking or a sample came to it for its own.
        via = Via.RANDOM if via is Via.RANDOM else Via.SECOND if via is Via.SECOND else Via.READ
    context = (given.before, given.after)
    asked = Asked(
        of.sighting, beside or code, actor.account.full_name, applies, via, span=span, note=note, context=context
    )
    made, used = decided(folder, asked, now=now, of=of)
    known = made.before
    if known is not None and (again or beside) and (known.applies, known.span) == (applies, made.coding.span):
        raise SaidAlready(f"You have said so of {made.code.title} before; it is not written twice.")
    keep(folder, used)
    if beside is None:
        ended(given, HoldEnd.CODED, now)
    detail = {"code": made.coding.code, "word": _WORDS[applies], "hold": given.pk, "by": made.coding.by}
    written = decision(case, folder, File.CODINGS, made.coding.line())
    return Told(made, of.message[:300], detail, decision=written)
