"""What certificates rest on, written down beforehand: `decisions/certificates.jsonl` in the case folder.

A sample that is drawn again until it pleases proves nothing. So every draw is a line, with its seed and its messages,
and each later one of a code may use less of the chance of error than the one before (`Plan.final`). So is the number
of random draws of a plan that is not to be changed when the draws are seen.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

from upstander.errors import BadDecision
from upstander.storage import Case, decisions

__all__ = ["CERTIFICATES", "Draw", "Fixed", "drawn", "draws", "fixed", "write_down"]

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
        row = _row(line, where, numbers=("seed", "unread", "codings"))
        messages = row.get("messages")
        if not isinstance(messages, list) or not all(isinstance(each, str) for each in messages):
            raise BadDecision(f"{where} lacks 'messages', which is a list of ids")
        names = ("code", "population", "seed", "unread", "codings", "by", "at")
        return cls(messages=tuple(messages), **{name: row[name] for name in names})


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number of draws of the random stream, written down before they are made: `Rule.FIXED`."""

    code: str
    population: str
    #: Draws that are to be made, and those that were there already.
    draws: int
    start: int
    by: str
    at: datetime

    def line(self) -> str:
        """The number as its line of the decision file."""
        row = asdict(self) | {"at": decisions.written(self.at)}
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Fixed":
        """The number of a line. Raises `BadDecision`, which says `where`, when it is none."""
        row = _row(line, where, numbers=("draws", "start"))
        if not row["draws"]:
            raise BadDecision(f"{where}: 0 draws prove nothing; {decisions.MEND}")
        return cls(**{name: row[name] for name in ("code", "population", "draws", "start", "by", "at")})


def _row(line: str, where: str, *, numbers: Sequence[str]) -> dict[str, Any]:
    """A line's fields: the texts of every line, its whole numbers, and its time as one."""
    row = decisions.row(line, where)
    for field in ("code", "population", "by", "at"):
        if not isinstance(row.get(field), str) or not row[field]:
            raise BadDecision(f"{where} lacks {field!r}, which is a text")
    for field in numbers:
        if type(row.get(field)) is not int or row[field] < 0:
            raise BadDecision(f"{where} lacks {field!r}, which is a whole number")
    return row | {"at": decisions.instant(row["at"], where)}


def drawn(unread: Sequence[str], size: int, seed: int) -> list[str]:
    """So many of the unread, in the order of SHA-256 of seed and id: the same on every machine, and by chance."""
    order = nsmallest(size, ((hashlib.sha256(f"{seed}\n{each}".encode()).digest(), each) for each in unread))
    return [each for _, each in order]


def draws(case: Case) -> list[Draw]:
    """Every draw in the order in which they were made. Raises `BadDecision`."""
    return [Draw.of(line, where) for line, where in decisions.lines(case.decisions / CERTIFICATES) if not _fixes(line)]


def fixed(case: Case) -> list[Fixed]:
    """Every number of draws that was written down before, in order. Raises `BadDecision`."""
    return [Fixed.of(line, where) for line, where in decisions.lines(case.decisions / CERTIFICATES) if _fixes(line)]


def _fixes(line: str) -> bool:
    return '"draws"' in line and '"messages"' not in line


def write_down(case: Case, draw: Draw | Fixed) -> None:
    """Write a line after those that are there; it is on disk when this returns. Raises `BadDecision`."""
    decisions.add(case.decisions / CERTIFICATES, [draw.line()], what="the sample")
