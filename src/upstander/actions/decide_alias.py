"""Say that two participants are one person, or that they are not, or take that back."""

import hashlib
from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project
from upstander.errors import Overtaken
from upstander.people.decisions import Decision as Said
from upstander.people.decisions import decisions, line
from upstander.register.models import Case, File
from upstander.storage import Case as Folder
from upstander.storage.decisions import instant

__all__ = ["decide_alias", "tokens"]

_WORDS = {True: "confirmed", False: "refused", None: "took back what was decided:"}


@action(Power.IDENTIFY, says="{word} that {a} and {b} are one person")
def decide_alias(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    a: str,
    b: str,
    confirmed: bool | None,
    seen: str | None = None,
) -> Told[None]:
    """Decide on a pair of participants; `confirmed` of None takes back what was said before.

    `seen` is what stood when whoever decides looked at the pair (`tokens`): where somebody else decided meanwhile
    nothing is done. Raises `Overtaken`, which says who was first.
    """
    # What was committed and not yet written counts: two people on one pair are one after the other.
    project(case, folder)
    before = standing(folder, a, b)
    if (before is None and confirmed is None) or (before is not None and before.confirmed is confirmed):
        raise _already(before)
    if seen is not None and seen != token(before):
        raise _already(before)
    written = line(a, b, confirmed=confirmed, by=actor.name, at=now)
    detail = {"word": _WORDS[confirmed], "a": a, "b": b, "before": None if before is None else before.confirmed}
    return Told(None, f"{a} {b}"[:300], detail, decision=decision(case, folder, File.ALIASES, written))


def standing(folder: Folder, a: str, b: str) -> Said | None:
    """What stands of a pair; None where nobody decided, or it was taken back. Raises `BadDecision`."""
    one, other = sorted((a, b))
    return next((said for said in decisions(folder.decisions / File.ALIASES) if (said.a, said.b) == (one, other)), None)


def tokens(folder: Folder) -> dict[tuple[str, str], str]:
    """What forms carry of every pair that somebody decided on. Raises `BadDecision`."""
    return {(said.a, said.b): token(said) for said in decisions(folder.decisions / File.ALIASES)}


def token(said: Said | None) -> str:
    """What a form carries, so that a decision that was made meanwhile is seen."""
    return "" if said is None else hashlib.sha256(f"{said.by}\n{said.at}".encode()).hexdigest()[:32]


def _already(before: Said | None) -> Overtaken:
    if before is None:
        return Overtaken("Nobody has decided on this pair, or it was taken back meanwhile")
    said = "confirmed" if before.confirmed else "refused"
    return Overtaken(f"{before.by} {said} this pair", at=instant(before.at, "the decision"))
