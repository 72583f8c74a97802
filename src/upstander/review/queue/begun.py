"""How the ranked reading of a code was begun: `decisions/queues.jsonl`, appended to and never edited.

The seed fixes the random stream that a certificate rests on, so that it is chosen once. Whether a decision stands for
every message with the same words may be changed, by another line: the last one stands.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from upstander.errors import BadDecision, UsageError
from upstander.review.codebook.book import Code
from upstander.storage import Case, decisions

__all__ = ["QUEUES", "Begun", "Copies", "begun", "way", "write_down"]

#: Name of the decision file.
QUEUES = "queues.jsonl"
#: The axis whose codes say what a message does about another one: the same words may do something else elsewhere.
_RESPONSE = "response"


class Copies(StrEnum):
    """What becomes of a message whose very words were decided in another."""

    CARRY = "carry"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Begun:
    """The way in which a code is read."""

    code: str
    seed: int
    copies: Copies
    #: Who began it or changed it; None where they gave no name.
    by: str | None = None
    #: When; None where nobody has begun, and this is how it would be.
    at: datetime | None = None

    def line(self) -> str:
        """It as its line of the decision file."""
        at = decisions.written(self.at) if self.at is not None else None
        row = {"code": self.code, "seed": self.seed, "copies": self.copies.value, "by": self.by, "at": at}
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Begun":
        """What a line says. Raises `BadDecision`, which says `where`, when it is none."""
        row = decisions.row(line, where)
        code, seed, by = row.get("code"), row.get("seed"), row.get("by")
        if not isinstance(code, str) or not code:
            raise BadDecision(f"{where} lacks 'code', which is a text")
        if type(seed) is not int or seed < 0:
            raise BadDecision(f"{where} lacks 'seed', which is a whole number")
        if row.get("copies") not in set(Copies):
            raise BadDecision(f"{where} lacks 'copies', which is one of {', '.join(Copies)}")
        if by is not None and not isinstance(by, str):
            raise BadDecision(f"{where}: by is no text")
        return cls(code, seed, Copies(row["copies"]), by, decisions.instant(row.get("at"), where))


def begun(case: Case, code: str) -> Begun | None:
    """How a code is read: the seed of the first line of it, and the rest of the last. Raises `BadDecision`."""
    rows = [Begun.of(line, where) for line, where in decisions.lines(case.decisions / QUEUES)]
    mine = [row for row in rows if row.code == code]
    if not mine:
        return None
    return Begun(code, mine[0].seed, mine[-1].copies, mine[-1].by, mine[-1].at)


def way(case: Case, name: str, code: Code | None, *, seed: int | None = None, copies: Copies | None = None) -> Begun:
    """How the code called `name` is read: as it was begun; else as asked for; else with seed 0, by the code's own sort.

    A code of the axis `response` is decided for each message: what stands before it makes it what it is. Raises
    `UsageError` where another seed is asked for than it was begun with, `BadDecision`.
    """
    there = begun(case, name)
    if there is None:
        each = code is not None and code.axis == _RESPONSE
        return Begun(name, seed or 0, copies or (Copies.READ if each else Copies.CARRY))
    if seed is not None and seed != there.seed:
        raise UsageError(
            f"reading for {name} was begun with seed {there.seed} in this case, which fixes its random draws, and seed"
            f" {seed} would draw others; leave the seed out"
        )
    return there if copies in (None, there.copies) else Begun(name, there.seed, copies or there.copies)


def write_down(case: Case, made: Begun) -> None:
    """Write a line after those that are there; it is on disk when this returns. Raises `BadDecision`."""
    decisions.add(case.decisions / QUEUES, [made.line()], what="how reading was begun")
