"""Begin to read for a code: the seed of its random draws is written down."""

from dataclasses import replace
from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_file
from upstander.errors import SaidAlready
from upstander.register.models import Case, File
from upstander.review.queue.begun import Begun, begun
from upstander.storage import Case as Folder

__all__ = ["begin_queue"]


@action(Power.CODE, says="began to read for {about} (seed of its random draws: {seed})")
def begin_queue(actor: Actor, now: datetime, /, *, case: Case, folder: Folder, way: Begun, by: str) -> Told[None]:
    """Begin the ranked reading of a code. Raises `SaidAlready` where somebody has begun it."""
    project_file(case, folder, File.QUEUES)
    if begun(folder, way.code) is not None:
        raise SaidAlready(f"Somebody has begun to read for {way.code} already.")
    detail = {"seed": way.seed, "copies": way.copies.value}
    line = replace(way, by=by, at=now).line()
    return Told(None, way.code, detail, decision=decision(case, folder, File.QUEUES, line))
