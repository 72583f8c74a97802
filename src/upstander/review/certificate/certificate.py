"""A certificate: what may be said about what was not found."""

from dataclasses import asdict, dataclass
from typing import Any

from upstander.review.certificate.plan import Plan
from upstander.review.certificate.reviewed import Reviewed

__all__ = ["Bound", "Certificate"]


@dataclass(frozen=True, slots=True)
class Bound:
    """At one confidence: recall is no less than this; None where nothing may be said."""

    confidence: float
    recall: float | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whether the recall asked for may be claimed, why, and for what price it could be."""

    holds: bool
    recall: float
    confidence: float
    #: The rule it was made by, and how often a final sample was drawn.
    plan: Plan
    reviewed: Reviewed
    #: How it was decided: a rule's name, `everything` where all was read, `nothing` where nothing was found.
    method: str
    #: The lower bound of recall at the confidence asked for and at others. Each is for one claim that is made once.
    bounds: tuple[Bound, ...]
    #: Further random labels that would decide, if the rest holds no more than chance has shown so far; None: nobody
    #: can say, the claim stands, or there is nothing to read.
    price: int | None
    #: For people: what is claimed or not, by which plan, what counts against it, and what it does not cover.
    said: tuple[str, ...]
    #: Why it may not be claimed though the numbers might bear it: it was not chosen before; empty where it was.
    late: str = ""

    @property
    def words(self) -> str:
        """All that is said, as one text."""
        return " ".join(self.said)

    @property
    def bound(self) -> float | None:
        """The lower bound of recall at the confidence asked for."""
        return next(bound.recall for bound in self.bounds if bound.confidence == self.confidence)

    def plain(self) -> dict[str, Any]:
        """For a program; the stream is counted and not listed."""
        read = self.reviewed
        return {
            "holds": self.holds,
            "recall": self.recall,
            "confidence": self.confidence,
            "bound": self.bound,
            "method": self.method,
            "words": self.words,
            "not_chosen_before": self.late or None,
            "price": self.price,
            "bounds": [asdict(bound) for bound in self.bounds],
            "plan": {
                "rule": self.plan.rule.value,
                "draws": self.plan.draws,
                "start": self.plan.start,
                "attempt": self.plan.attempt,
                "budget": self.plan.budget,
            },
            "reviewed": {
                "population": read.population,
                "ranked": read.ranked,
                "found": read.found,
                "drawn": len(read.sample),
                "drawn_outside_rank": read.apart,
                "relevant_outside_rank": read.apart_relevant,
                "final": {"size": read.final[0], "relevant": read.final[1]} if read.final else None,
                "undecided": read.undecided,
                "disputed": read.disputed,
                "passed_over": read.skipped,
                "waiting": read.open[1],
                "by_words": read.by_words,
                "known": read.known,
                "read": read.read,
                "unread": read.rest,
            },
        }
