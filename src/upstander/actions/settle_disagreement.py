"""Settle what two reviewers decided differently."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_file
from upstander.errors import NotAllowed, Refused, SaidAlready
from upstander.register.models import Case, File
from upstander.review.codebook import keep
from upstander.review.codings.coding import Via
from upstander.review.codings.deciding import Asked, Decided, decided
from upstander.review.codings.named import Named
from upstander.review.codings.record import history
from upstander.storage import Case as Folder

__all__ = ["settle_disagreement", "stood"]

_WORDS = {True: "applies to", False: "does not apply to"}


@action(Power.SETTLE, says="{done} that {code} {word} message {about}")
def settle_disagreement(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    of: Named,
    code: str,
    applies: bool,
    seen: str,
    note: str | None = None,
) -> Told[Decided]:
    """Say whether a code applies where its readers differ; what each of them said stays as it is.

    `seen` is what stood when whoever settles looked (`stood`). Raises `Refused` where more was said meanwhile,
    `SaidAlready`, `BadCode` where nobody differs.
    """
    if actor.account is None:
        raise NotAllowed("Only somebody with an account settles on the desk.")
    project_file(case, folder, File.CODINGS)
    by = actor.account.full_name
    if stood(folder, of, code) != seen:
        said = [coding for coding in history(folder).about(of.ids, code=code) if coding.via is Via.SETTLED]
        if said and said[-1].by == by and said[-1].applies is applies:
            raise SaidAlready("That is settled so already: the form was sent twice. Nothing was written again.")
        raise Refused("More was said about that message meanwhile; look at it again before you settle it.")
    asked = Asked(of.sighting, code, by, applies, Via.SETTLED, note=note)
    made, used = decided(folder, asked, now=now, of=of)
    keep(folder, used)
    detail = {"code": made.code.id, "word": _WORDS[applies], "by": by, "waits_for": list(made.waits_for)}
    written = decision(case, folder, File.CODINGS, made.coding.line())
    return Told(made, of.message[:300], detail, decision=written)


def stood(folder: Folder, of: Named, code: str) -> str:
    """How much has been said about a message and code: what a form carries."""
    return str(len(history(folder).about(of.ids, code=code)))
