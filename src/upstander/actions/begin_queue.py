"""Begin to read for a code: the seed of its random draws is written down."""

from dataclasses import replace
from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_file
from upstander.register.models import Case, File
from upstander.review.queue.begun import Begun, begun
from upstander.storage import Case as Folder

__all__ = ["begin_queue"]


@action(Power.CODE, says="began to read for {about}, with seed {seed}")
def begin_queue(actor: Actor, now: datetime, /, *, case: Case, folder: Folder, way: Begun, by: str) -> Told[None]:
    """Begin the ranked reading of a code; whoever was first began it, and it is said once."""
    project_file(case, folder, File.QUEUES)
    there = begun(folder, way.code)
    detail = {"seed": (there or way).seed, "copies": (there or way).copies.value, "first": there is None}
    if there is not None:
        return Told(None, way.code, detail)
    line = replace(way, by=by, at=now).line()
    return Told(None, way.code, detail, decision=decision(case, folder, File.QUEUES, line))
