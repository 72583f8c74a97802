"""What certificates rest on, written down beforehand: `decisions/certificates.jsonl` in the case folder.

A sample that is drawn again until it pleases proves nothing. So every draw is a line, with its seed and its messages,
and each later one of a code may use less of the chance of error than the one before (`Plan.final`). So is every choice
of how a certificate is to be made (`choices`): which of them counts follows from the order of the lines.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from heapq import nsmallest

from upstander.errors import BadDecision
from upstander.review.certificate.choices import Choice, chooses, fields
from upstander.storage import Case, decisions

__all__ = ["CERTIFICATES", "Draw", "drawn", "record", "write_down"]

#: Name of the decision file.
CERTIFICATES = "certificates.jsonl"


@dataclass(frozen=True, slots=True)
class Draw:
    """One final sample."""

    code: str
    #: The population, as `Scope.written` says it.
    population: str
    seed: int
    #: Messages that nobody had read, of which these were drawn, and codings that were there.
    unread: int
    codings: int
    messages: tuple[str, ...]
    by: str
    at: datetime

    def line(self) -> str:
        """The draw as its line of the decision file."""
        row = asdict(self) | {"at": decisions.written(self.at)}
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Draw":
        """The draw of a line. Raises `BadDecision`, which says `where`, when it is none."""
        row = fields(line, where, numbers=("seed", "unread", "codings"))
        messages = row.get("messages")
        if not isinstance(messages, list) or not all(isinstance(each, str) for each in messages):
            raise BadDecision(f"{where} lacks 'messages', which is a list of ids")
        names = ("code", "population", "seed", "unread", "codings", "by", "at")
        return cls(messages=tuple(messages), **{name: row[name] for name in names})


def drawn(unread: Sequence[str], size: int, seed: int) -> list[str]:
    """So many of the unread, in the order of SHA-256 of seed and id: the same on every machine, and by chance."""
    order = nsmallest(size, ((hashlib.sha256(f"{seed}\n{each}".encode()).digest(), each) for each in unread))
    return [each for _, each in order]


def record(case: Case, code: str) -> list[Draw | Choice]:
    """Every final sample and every choice of a code, in the order in which they were made. Raises `BadDecision`."""
    told = decisions.lines(case.decisions / CERTIFICATES)
    made = [Choice.of(line, where) if chooses(line) else Draw.of(line, where) for line, where in told]
    return [each for each in made if each.code == code]


def write_down(case: Case, made: Draw | Choice) -> None:
    """Write a line after those that are there; it is on disk when this returns. Raises `BadDecision`."""
    what = "the sample" if isinstance(made, Draw) else "the plan"
    decisions.add(case.decisions / CERTIFICATES, [made.line()], what=what)
