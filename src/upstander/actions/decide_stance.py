"""Say what a response does: challenge, approve, laugh along, move on; or that it cannot be told."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project
from upstander.errors import Overtaken, Refused
from upstander.register.models import Case, File
from upstander.review.stance.decision import Ruling
from upstander.review.stance.kinds import Stance
from upstander.review.stance.standing import Key, short
from upstander.stages.stances import Response, one
from upstander.storage import Case as Folder

__all__ = ["decide_stance", "seen_of"]

_WORDS: Mapping[Stance, str] = MappingProxyType(
    {
        Stance.CHALLENGE: "challenges it",
        Stance.APPROVE: "approves of it",
        Stance.LAUGH_ALONG: "laughs along",
        Stance.MOVE_ON: "moves on",
        Stance.UNDECIDED: "cannot be told",
    }
)
_ACTS: Mapping[str, str] = MappingProxyType(
    {"reply": "the reply {}", "reaction": "the reaction {}", "next_post": "the post soon after, {}"}
)


@action(Power.RULE, says="decided that {what} to message {about} {word}")
def decide_stance(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    key: Key,
    stance: Stance,
    note: str | None = None,
    seen: str | None = None,
) -> Told[Response]:
    """Decide what a response does; undecided takes back what was said, or says that it cannot be told.

    `seen` is what stood when whoever decides looked at it (`seen_of`): where somebody else decided meanwhile nothing is
    done. Raises `Refused`, which says who was first.
    """
    # What was committed and not yet written counts: two people on one response are one after the other.
    project(case, folder)
    meant = one(folder, key)
    if meant is None:
        raise Refused("That response is not one of this case as it stands now; go back and choose it again.")
    before = meant.ruling
    if (before is not None and before.stance is stance) or (seen is not None and seen != _token(before)):
        raise _already(before)
    reacted = meant.act == "reaction"
    ruling = Ruling(
        message=meant.message,
        act=meant.act,
        response=None if reacted else meant.response,
        person=meant.person if reacted else None,
        emoji=meant.emoji if reacted else None,
        stance=stance,
        by=actor.name,
        at=now,
        note=note,
    )
    detail = {
        "what": _ACTS[meant.act].format(meant.emoji if reacted else meant.response),
        "person": meant.person,
        "word": _WORDS[stance],
        "stance": stance.value,
        "guess": meant.guess.value,
        "before": None if before is None else before.stance.value,
    }
    return Told(meant, meant.message[:300], detail, decision=decision(case, folder, File.STANCES, ruling.line()))


def seen_of(response: Response) -> str:
    """What a form carries, so that a decision that was made meanwhile is seen."""
    return _token(response.ruling)


def _token(ruling: Ruling | None) -> str:
    return "" if ruling is None else short(ruling.by, ruling.at.isoformat())


def _already(before: Ruling | None) -> Overtaken:
    if before is None:
        return Overtaken("What was decided of this response was taken back meanwhile")
    return Overtaken(f"{before.by} decided that this response {_WORDS[before.stance]}", at=before.at)
