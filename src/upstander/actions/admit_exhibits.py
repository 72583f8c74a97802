"""Admit what was taken in at the command line: exhibits that came into the case beside the desk."""

import json
from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.added import added
from upstander.actions.powers import Power
from upstander.errors import SaidAlready
from upstander.register.models import Case, Entry, HandIn
from upstander.storage import Case as Folder
from upstander.storage import Intake, intakes

__all__ = ["admit_exhibits", "admit_intakes", "admitted_by"]

#: Exhibits that the sentence names; the entry has all of them.
_NAMED = 5


def admit_intakes(
    now: datetime, *, case: Case, folder: Folder, by: str = "somebody", since: datetime | None = None
) -> int:
    """Enter every intake that the ledger does not know; gives how many there were.

    Those received `since` then were taken in `by` whoever typed; who took in what came before was not written down.
    Raises `CaseDamaged` where a record of an intake cannot be read.
    """
    known = set(admitted_by(case)) | set(HandIn.objects.filter(case=case).values_list("intake", flat=True))
    done = 0
    for intake in intakes(folder):
        if intake.id in known or _comes_of_the_desk(case, intake):
            continue
        # A record has its time in seconds.
        mine = since is not None and datetime.fromisoformat(intake.received_at) >= since.replace(microsecond=0)
        try:
            admit_exhibits(Actor.typing(by if mine else "somebody"), now, case=case, folder=folder, intake=intake)
        except SaidAlready:
            # Another command was first.
            continue
        done += 1
    return done


@action(Power.TAKE_IN, says="took in {about} at the command line on {at}: {added}; custodian: {custodian}")
def admit_exhibits(actor: Actor, now: datetime, /, *, case: Case, folder: Folder, intake: Intake) -> Told[None]:
    """Enter which exhibits an intake of the command line became, each with its reference and SHA-256."""
    if intake.id in admitted_by(case):
        raise SaidAlready(f"Intake {intake.number} of {case.reference} is in the ledger; it is not entered twice.")
    exhibits = [
        {"reference": _plain(file.reference), "sha256": file.exhibit, "bytes": file.bytes, "name": _plain(file.name)}
        for file in intake.files
    ]
    detail = {
        "intake": intake.id,
        "number": intake.number,
        "at": intake.received_at,
        "custodian": None if intake.custodian is None else _plain(intake.custodian),
        **added(folder, intake),
        "exhibits": exhibits,
        "refused": [{"name": _plain(entry.name), "why": _plain(entry.detail)} for entry in intake.refused],
    }
    return Told(None, _about(intake), detail)


def admitted_by(case: Case) -> dict[str, str]:
    """Intakes of a case that were taken in at the command line, by id, and who took each in."""
    rows = Entry.objects.filter(case=case.reference, verb="admit_exhibits").values_list("detail", "actor")
    return {json.loads(detail)["intake"]: actor for detail, actor in rows}


def _comes_of_the_desk(case: Case, intake: Intake) -> bool:
    """Whether it is a hand-in's that was not ended yet: that enters it."""
    said = {
        name: getattr(intake, name) or ""
        for name in ("custodian", "producer", "reference", "time_zone", "date_order", "conversation")
    }
    mine = {file.exhibit for file in intake.files}
    return any(
        row.folder or mine <= {file["sha256"] for file in row.files}
        for row in HandIn.objects.filter(case=case, intake="", **said)
    )


def _about(intake: Intake) -> str:
    named = ", ".join(file.reference for file in intake.files[:_NAMED])
    more = f" and {len(intake.files) - _NAMED} more" if len(intake.files) > _NAMED else ""
    return _plain(f"{named[:250]}{more}" or f"intake {intake.number}")


def _plain(text: str) -> str:
    """Bytes of a file's name that have no characters are lone surrogates, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
