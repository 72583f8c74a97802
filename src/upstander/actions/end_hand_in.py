"""End a hand-in: it became exhibits of the case, or it cannot."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.added import added
from upstander.actions.admit_exhibits import admitted_by
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Case, HandIn, HandInState
from upstander.storage import Case as Folder
from upstander.storage import Intake

__all__ = ["fail_hand_in", "finish_hand_in"]


@action(Power.TAKE_IN, says="took in {about}: {added}")
def finish_hand_in(
    actor: Actor, now: datetime, /, *, case: Case, folder: Folder, hand_in: HandIn, intake: Intake
) -> Told[None]:
    """Enter which exhibits a hand-in became, each with its reference and SHA-256."""
    _end(hand_in, state=HandInState.DONE, ended_at=now, intake=intake.id, done=hand_in.total)
    exhibits = [
        {"reference": file.reference, "sha256": file.exhibit, "bytes": file.bytes, "name": file.name}
        for file in intake.files
    ]
    refused = [{"name": entry.name, "why": entry.detail} for entry in intake.refused]
    new = added(folder, intake, again=not _began(case, hand_in, intake))
    detail = {"number": hand_in.number, **new, "exhibits": exhibits, "refused": refused}
    return Told(None, hand_in.title, detail)


@action(Power.TAKE_IN, says="could not take in {about}: {error}")
def fail_hand_in(actor: Actor, now: datetime, /, *, case: Case, hand_in: HandIn, error: str) -> Told[None]:
    """Enter why a hand-in cannot be taken in; what was sent is kept, and it can be tried again."""
    _end(hand_in, state=HandInState.FAILED, ended_at=now, error=error)
    return Told(None, hand_in.title, {"number": hand_in.number, "error": error})


def _began(case: Case, hand_in: HandIn, intake: Intake) -> bool:
    """Whether the record was made for this hand-in: who hands in the same again, saying the same, is given it again."""
    others = HandIn.objects.filter(case=case, intake=intake.id).exclude(pk=hand_in.pk)
    at = [_second(row) for row in (hand_in, *others)]
    return at[0] == intake.received_at and intake.received_at not in at[1:] and intake.id not in admitted_by(case)


def _second(hand_in: HandIn) -> str:
    """When it was handed in, as the record of an intake has it."""
    return hand_in.handed_at.isoformat(timespec="seconds")


def _end(hand_in: HandIn, **become: object) -> None:
    """Only whoever has it ends it, and once."""
    this = HandIn.objects.filter(pk=hand_in.pk, state=HandInState.RUNNING, worker=hand_in.worker)
    if not this.update(**become, label="", stopping=False, worker="", leased_until=None):
        raise Refused(f"{hand_in.title} is not this worker's any more.")
