"""Agreement and certificates for pages: worked out beside them, and kept while nothing changes."""

from dataclasses import dataclass

from upstander.review.agreement import Agreement, agreement
from upstander.review.agreement.report import coded_messages
from upstander.review.certificate.choices import CONFIDENCE, RECALL
from upstander.stages.beside import Beside, Worked
from upstander.stages.certificate import Certified, Standing, certify, chosen, standing
from upstander.stages.choosing import Planned, plan
from upstander.stages.population import population as scoped
from upstander.stages.review import codings
from upstander.storage import Case
from upstander.storage.kept import stamp, tables_digest

__all__ = ["Certifying", "Measured", "certified", "measured"]

_TABLES = ("sightings", "messages", "scores", "gaps", "attachments")


@dataclass(frozen=True, slots=True)
class Measured:
    """How far reviewers agree, and how many messages anybody coded."""

    agreement: Agreement
    coded: int


@dataclass(frozen=True, slots=True)
class Certifying:
    """A certificate as it stands, what it costs, and for what."""

    standing: Standing
    certified: Certified
    price: Planned
    recall: float
    confidence: float


_agreements: Beside[Measured] = Beside()
_certificates: Beside[Certifying] = Beside()


def measured(case: Case) -> Worked[Measured] | None:
    """How far reviewers agree; None while it is worked out for the first time."""

    def work() -> Measured:
        codings(case)
        return Measured(agreement(case), len(coded_messages(case)[0]))

    state = (stamp(case, "codings.jsonl", "draws.jsonl"), tables_digest(case, _TABLES))
    return _agreements.ask(case.path, state, work)


def certified(
    case: Case, code: str, *, population: str | None, recall: float | None, confidence: float | None
) -> Worked[Certifying] | None:
    """The certificate of a code, for what is planned where nothing else is asked for; None while it is worked out.

    Raises `UsageError`, `BadDate`, `BadCode`, `BadDecision`.
    """
    force = chosen(case, code)
    scope = scoped(case, population or force.population)
    share, sure = recall or force.recall or RECALL, confidence or force.confidence or CONFIDENCE

    def work() -> Certifying:
        stands = standing(case, code, scope)
        made = certify(stands, recall=share, confidence=sure)
        return Certifying(stands, made, plan(stands, recall=share, confidence=sure), share, sure)

    state = (stamp(case, "codings.jsonl", "certificates.jsonl", "queues.jsonl"), tables_digest(case, _TABLES))
    return _certificates.ask((case.path, code, scope.written, share, sure), state, work)
