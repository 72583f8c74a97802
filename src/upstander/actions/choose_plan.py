"""Choose how a certificate is made, before what it counts is drawn."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project_files
from upstander.errors import NotAllowed
from upstander.register.models import Case, File
from upstander.review.certificate import Rule
from upstander.review.certificate.choices import Choice
from upstander.stages.certificate import standing
from upstander.stages.choosing import to_choose
from upstander.stages.population import population as scoped
from upstander.storage import Case as Folder

__all__ = ["choose_plan"]


@action(
    Power.SETTLE,
    says="chose how the certificate of {about} is made: {rule}, {recall} at {confidence} confidence, {population}",
)
def choose_plan(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    code: str,
    population: str,
    rule: Rule,
    draws: int | None,
    recall: float,
    confidence: float,
) -> Told[Choice]:
    """Write down the rule, the numbers and the population of a code's certificate; what is drawn from then on counts.

    Raises `UsageError` where the choice is none, or would be the best of several; `BadCode`, `CaseBusy`.
    """
    if actor.account is None:
        raise NotAllowed("Only somebody with an account chooses on the desk.")
    project_files(case, folder, File.CODINGS, File.CERTIFICATES, File.QUEUES)
    stands = standing(folder, code, scoped(folder, population))
    by = actor.account.full_name
    made = to_choose(stands, rule, draws, recall=recall, confidence=confidence, by=by, now=now)
    detail = {
        "rule": rule.value, "draws": draws, "recall": f"{recall:g}", "confidence": f"{confidence:g}",
        "population": population, "seen": made.seen,
    }  # fmt: skip
    return Told(made, code, detail, decision=decision(case, folder, File.CERTIFICATES, made.line()))
