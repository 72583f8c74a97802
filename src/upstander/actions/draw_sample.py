"""Draw the final sample of a certificate."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_files
from upstander.errors import NotAllowed, Refused
from upstander.register.models import Case, File
from upstander.review.certificate.draws import Draw
from upstander.stages.certificate import standing
from upstander.stages.choosing import to_draw
from upstander.stages.population import population as scoped
from upstander.storage import Case as Folder

__all__ = ["draw_sample"]


@action(Power.SETTLE, says="drew a final sample of {size} unread messages for the certificate of {about}")
def draw_sample(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    code: str,
    population: str,
    size: int,
    recall: float,
    confidence: float,
) -> Told[Draw]:
    """Draw messages that nobody has read, by a seed that nobody chose; they are read with the final sample's queue.

    Raises `Refused` where no plan is written down yet, `UsageError` where no sample may be drawn now.
    """
    if actor.account is None:
        raise NotAllowed("Only somebody with an account draws on the desk.")
    project_files(case, folder, File.CODINGS, File.CERTIFICATES, File.QUEUES)
    stands = standing(folder, code, scoped(folder, population))
    by, seed = actor.account.full_name, int(now.timestamp())
    first, taken = to_draw(stands, size, recall=recall, confidence=confidence, seed=seed, by=by, now=now)
    if first is not None:
        raise Refused("Choose first how the certificate is made; a sample is drawn for a plan that is written down.")
    detail = {"size": size, "seed": seed, "population": population, "unread": taken.unread}
    return Told(taken, code, detail, decision=decision(case, folder, File.CERTIFICATES, taken.line()))
