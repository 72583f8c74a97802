"""How a certificate is to be made, chosen by somebody and written down; and which of several choices counts.

A guarantee is for what was chosen before the draws that it rests on. So a choice is a line, with its rule, recall,
confidence and population, who made it, when, and how many random draws had been seen by then. Draws from then on count.

Who chooses again after draws were seen could take the best of several rules, populations or numbers. That is paid for:
a choice gets what the one before it has left of the chance of error, so that by the union bound all claims that a
review could make under any of its choices err with no more chance than one certificate may (`Force.after`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from upstander.errors import BadDecision
from upstander.review.certificate.plan import Plan, Rule
from upstander.storage import decisions

__all__ = ["CONFIDENCE", "POPULATION", "RECALL", "Choice", "Force", "chooses", "fields", "in_force"]

#: What the program claims where nobody has chosen; it was chosen before any case's draws, with `Rule.BOTH`.
RECALL, CONFIDENCE, POPULATION = 0.8, 0.95, "all"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of how a code's certificate is to be made."""

    code: str
    #: The population, as `Scope.written` says it.
    population: str
    rule: Rule
    #: What is to be claimed; None in lines of earlier versions, which do not say it.
    recall: float | None
    confidence: float | None
    #: Draws of the stream that are to be made, where the rule needs a number; and those in the population that were
    #: there already.
    draws: int | None
    start: int
    #: Messages of the case that chance had shown for the code by then, in whatever population.
    seen: int
    #: Messages in the population.
    size: int | None
    by: str
    at: datetime

    @property
    def ordinary(self) -> bool:
        """Whether it is what the program does by itself, so that writing it down changes nothing."""
        numbers = (self.rule, self.recall, self.confidence, self.population)
        return numbers == (Rule.BOTH, RECALL, CONFIDENCE, POPULATION)

    def line(self) -> str:
        """The choice as its line of the decision file."""
        return json.dumps(asdict(self) | {"at": decisions.written(self.at)}, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Choice":
        """The choice of a line. Raises `BadDecision`, which says `where`, when it is none."""
        row = fields(line, where, numbers=("start",))
        rule = row.get("rule", Rule.FIXED.value)
        if rule not in [each.value for each in Rule]:
            raise BadDecision(f"{where}: rule is {rule!r}, and no way to make a certificate")
        row["rule"] = Rule(rule)
        for field in ("draws", "seen", "size"):
            if row.get(field) is not None and (type(row[field]) is not int or row[field] < 0):
                raise BadDecision(f"{where}: {field!r} is no whole number")
        if row["rule"].draws and not row.get("draws"):
            raise BadDecision(f"{where}: 0 draws prove nothing; {decisions.MEND}")
        for field in ("recall", "confidence"):
            value = row.get(field)
            if value is not None and (type(value) not in (int, float) or not 0 < value <= 1):
                raise BadDecision(f"{where}: {field!r} is no share above 0, up to 1")
        if row.get("seen") is None:
            row["seen"] = row["start"]
        start = 0 if row["rule"] is Rule.FINAL else row["start"]
        names = ("code", "population", "rule", "recall", "confidence", "draws", "seen", "size", "by", "at")
        values: dict[str, Any] = {name: row.get(name) for name in names}
        return cls(start=start, **values)


def chooses(line: str) -> bool:
    """Whether a line of the decision file is a choice, and no final sample."""
    return '"messages"' not in line and ('"rule"' in line or '"draws"' in line)


def fields(line: str, where: str, *, numbers: Sequence[str]) -> dict[str, Any]:
    """A line's fields: the texts of every line, its whole numbers, and its time as one. Raises `BadDecision`."""
    row = decisions.row(line, where)
    for field in ("code", "population", "by", "at"):
        if not isinstance(row.get(field), str) or not row[field]:
            raise BadDecision(f"{where} lacks {field!r}, which is a text")
    for field in numbers:
        if type(row.get(field)) is not int or row[field] < 0:
            raise BadDecision(f"{where} lacks {field!r}, which is a whole number")
    return row | {"at": decisions.instant(row["at"], where)}


@dataclass(frozen=True, slots=True)
class Force:
    """What counts for a code: a choice or the program's own, and the share of the chance of error that it may use."""

    choice: Choice | None = None
    budget: float = 1.0
    #: Final samples that were drawn for the code so far.
    attempts: int = 0
    #: Draws that had been seen when it began to count: none, for the program's own.
    seen: int = 0

    @property
    def rule(self) -> Rule:
        """Its rule."""
        return self.choice.rule if self.choice else Rule.BOTH

    @property
    def recall(self) -> float | None:
        """The recall that it is for; None where a choice does not say."""
        return self.choice.recall if self.choice else RECALL

    @property
    def confidence(self) -> float | None:
        """The confidence that it is for; None where a choice does not say."""
        return self.choice.confidence if self.choice else CONFIDENCE

    @property
    def population(self) -> str:
        """The population that it is for."""
        return self.choice.population if self.choice else POPULATION

    def plan(self, attempt: int) -> Plan:
        """The plan that it makes."""
        made = self.choice
        # What the program does by itself counts from the first draw, whenever somebody writes it down.
        start = made.start if made and self.seen else 0
        return Plan(self.rule, made.draws if made else None, attempt=attempt, start=start, budget=self.budget)

    def after(self, choice: Choice) -> "Force | None":
        """What counts once `choice` is written down; None where nothing is left that it could use.

        A choice replaces another at no cost where nothing was drawn between them: it was made knowing no more. Else the
        one before has used its stream's share, whether it claimed anything or not, and what it had kept for final
        samples is left. Once a final sample was drawn, that rest is given out by attempts (`Plan.final`), and only
        another final sample can have more of it.
        """
        if choice.ordinary and self.choice is None:
            return Force(choice, attempts=self.attempts)
        if self.attempts and choice.rule is not Rule.FINAL:
            return None
        left = self.budget if choice.seen == self.seen else round(self.budget * (1 - self.rule.watches), 12)
        return Force(choice, left, self.attempts, choice.seen) if left else None


def in_force(record: Iterable[Any]) -> Force:
    """What counts after the lines of one code, `Choice` or `Draw`, in their order; what could use nothing does not."""
    force = Force()
    for each in record:
        if isinstance(each, Choice):
            force = force.after(each) or force
        else:
            force = Force(force.choice, force.budget, force.attempts + 1, force.seen)
    return force
