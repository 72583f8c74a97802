"""One hand-in taken in: from the case's inbox to exhibits, tables, text index and picture."""

import errno
import hashlib
import shutil
import sys
import traceback
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError
from django.utils import timezone

from upstander.actions import SYSTEM
from upstander.actions.end_hand_in import fail_hand_in, finish_hand_in
from upstander.actions.hand_in import inbox_of, offered
from upstander.errors import CaseBusy, IntakeError, UpstanderError
from upstander.evidence.intake import Handed
from upstander.register.models import HandIn, HandInState
from upstander.register.site import Site
from upstander.stages import ingest
from upstander.storage import Case, Home, Intake, intakes
from upstander.worker.keeping import shown
from upstander.worker.lease import Leaving, Lost, Stopped, Watch, put_back

__all__ = ["take"]

#: How long a case that another process writes to is left alone.
_BUSY = timedelta(seconds=5)

#: Bytes that are hashed at a time.
_PIECE = 1024 * 1024


def take(hand_in: HandIn, site: Site, watch: Watch) -> None:
    """Take a claimed hand-in in, and say in the register how it ended; whatever happens, it stays there to be seen."""
    try:
        if hand_in.stopping:
            raise Stopped
        _taken(hand_in, site, watch)
    except Stopped:
        HandIn.objects.filter(pk=hand_in.pk, worker=hand_in.worker).update(
            state=HandInState.STOPPED, stopping=False, worker="", leased_until=None, ended_at=timezone.now()
        )
    except Leaving:
        put_back(hand_in)
        raise
    except Lost:
        return
    except CaseBusy:
        put_back(hand_in, label="Another process writes to the case", until=timezone.now() + _BUSY)
    except DatabaseError:
        # The register is away: nothing is decided by that, and the lease runs out.
        raise
    except UpstanderError as problem:
        _failed(hand_in, _sentence(str(problem)))
    except OSError as problem:
        _failed(hand_in, _system(problem))
    except Exception as problem:  # noqa: BLE001 - the boundary: one hand-in must not stop the others
        traceback.print_exc(file=sys.stderr)
        _failed(
            hand_in,
            f"This is a fault of Upstander's own ({type(problem).__name__}), not of the files; nothing that was handed"
            " in is lost: please report it.",
        )


def _taken(hand_in: HandIn, site: Site, watch: Watch) -> None:
    case = Home(site.home).open(hand_in.case.reference)
    became = _became(hand_in, case)
    if became is not None:
        # A copy of the site that was made between: the exhibits are there, what was handed in is not.
        finish_hand_in(SYSTEM, timezone.now(), case=hand_in.case, folder=case, hand_in=hand_in, intake=became)
        return
    paths = _paths(hand_in, case, site)
    _check(hand_in, case, watch)
    # The phones are compared once, after the last of many: where that one fails, the worker does it by itself.
    behind = HandIn.objects.filter(case=hand_in.case, state=HandInState.WAITING).exists()
    handed = replace(_handed(hand_in, case), names=_names(hand_in, case))
    done = ingest(case, paths, handed, now=hand_in.handed_at, progress=watch.told, later=behind)
    stored = {file.exhibit for file in done.intake.files}
    for file in hand_in.files:
        if file["sha256"] not in stored:
            raise IntakeError(_other(file["name"]))
    if not behind:
        shown(case, watch.told)
    finish_hand_in(SYSTEM, timezone.now(), case=hand_in.case, folder=case, hand_in=hand_in, intake=done.intake)
    if hand_in.files:
        # Not before the ledger says which exhibits they are.
        shutil.rmtree(case.inbox / Path(hand_in.files[0]["at"]).parts[0], ignore_errors=True)


def _became(hand_in: HandIn, case: Case) -> Intake | None:
    """The intake that a hand-in became whose files are gone from the inbox; None where they lie there."""
    if not hand_in.files or all((case.inbox / file["at"]).is_file() for file in hand_in.files):
        return None
    wanted = {file["sha256"] for file in hand_in.files}
    said = (hand_in.custodian or None, hand_in.reference or None)
    for intake in intakes(case):
        if {file.exhibit for file in intake.files} == wanted and (intake.custodian, intake.reference) == said:
            return intake
    raise IntakeError("what was handed in is not in the inbox any more, nor among the exhibits: hand it in again")


def _paths(hand_in: HandIn, case: Case, site: Site) -> list[Path]:
    if not hand_in.folder:
        return [case.inbox / file["at"] for file in hand_in.files]
    own = inbox_of(hand_in.case, site.inbox)
    if own is None or hand_in.folder not in offered(own):
        raise IntakeError(f"there is no {hand_in.folder} in the server's inbox any more; put it there and try again")
    return [own / hand_in.folder]


def _names(hand_in: HandIn, case: Case) -> dict[Path, str]:
    """What the files that were sent were called: the folders that keep them apart in the inbox are ours."""
    lying = ((case.inbox / file["at"], file["name"]) for file in hand_in.files)
    # What is no name of one file is called as it lies here.
    return {path: path.name if "/" in name or name in ("", ".", "..") else name for path, name in lying}


def _handed(hand_in: HandIn, case: Case) -> Handed:
    return Handed(
        custodian=hand_in.custodian or None,
        producer=hand_in.producer or None,
        reference=hand_in.reference or None,
        time_zone=hand_in.time_zone or None,
        date_order=hand_in.date_order or None,
        key=case.inbox / hand_in.key if hand_in.key else None,
        conversation=hand_in.conversation or None,
    )


def _check(hand_in: HandIn, case: Case, watch: Watch) -> None:
    """What lies in the inbox is what was sent: before any of it is the case's. Raises `IntakeError`."""
    done = 0
    for file in hand_in.files:
        digest = hashlib.sha256()
        with (case.inbox / file["at"]).open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                done += len(piece)
                watch.told(f"Checking {file['name']}", done, hand_in.bytes)
        if digest.hexdigest() != file["sha256"]:
            raise IntakeError(_other(file["name"]))


def _other(name: str) -> str:
    return f"what lies here as {name} is not what was sent: its SHA-256 differs; look at the disk, and hand it in again"


def _failed(hand_in: HandIn, sentence: str) -> None:
    try:
        fail_hand_in(SYSTEM, timezone.now(), case=hand_in.case, hand_in=hand_in, error=sentence)
    except UpstanderError:
        return


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def _system(problem: OSError) -> str:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk that holds the case is full. What was handed in is kept: make room, and try again."
    where = f" ({problem.filename})" if problem.filename else ""
    return f"The system refused it: {problem.strerror or problem}{where}. What was handed in is kept: try again."
