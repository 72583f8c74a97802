"""The record of draws: `decisions/draws.jsonl`, appended to and never edited.

Seed, share and boundaries make a draw again; each message stands with its chance, which no later score changes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.errors import BadDecision
from upstander.storage import Case, decisions

__all__ = ["DRAWS", "Draw", "append", "draws"]

#: Name of the record.
DRAWS = "draws.jsonl"


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of messages for a second reading."""

    #: For one code of one codebook, or for all that was coded.
    code: str | None
    book: str | None
    share: float
    seed: int
    #: Boundaries of the score, and the chance in each stratum.
    edges: tuple[float, ...]
    rates: tuple[float, ...]
    #: Coded messages that it was drawn from.
    pool: int
    #: Messages drawn, with the chance that each had.
    drawn: Mapping[str, float]
    at: datetime

    def line(self) -> str:
        """The draw as its line of the record."""
        row = {
            "code": self.code,
            "codebook": self.book,
            "share": self.share,
            "seed": self.seed,
            "edges": list(self.edges),
            "rates": list(self.rates),
            "pool": self.pool,
            "drawn": dict(self.drawn),
            "at": decisions.written(self.at),
        }
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, line: str, where: str) -> "Draw":
        """The draw of a line. Raises `BadDecision`, which says `where`, when it is none."""
        row = decisions.row(line, where)
        code, book = (_name(row, field, where) for field in ("code", "codebook"))
        drawn = row.get("drawn")
        if not isinstance(drawn, dict) or not all(_chance(rate) for rate in drawn.values()):
            raise BadDecision(f"{where}: 'drawn' is no object of messages with their chances above 0, up to 1")
        edges, rates = (_numbers(row, field, where) for field in ("edges", "rates"))
        if len(rates) != (len(edges) + 2 if edges else 1) or not all(map(_chance, rates)):
            raise BadDecision(f"{where}: 'rates' are no chances of the strata that 'edges' make")
        for field in ("seed", "pool"):
            if type(row.get(field)) is not int:
                raise BadDecision(f"{where} lacks {field!r}, which is a whole number")
        if not _chance(row.get("share")):
            raise BadDecision(f"{where} lacks 'share', which is a number above 0, up to 1")
        return cls(
            code, book, float(row["share"]), row["seed"], edges, rates, row["pool"],
            {message: float(rate) for message, rate in drawn.items()}, decisions.instant(row.get("at"), where),
        )  # fmt: skip


def append(case: Case, made: Draw) -> None:
    """Write a draw after those that are there. Raises `BadDecision`."""
    decisions.add(case.decisions / DRAWS, [made.line()], what="the draw")


def draws(case: Case) -> list[Draw]:
    """Every draw in the order in which they were made. Raises `BadDecision`."""
    told = decisions.lines(case.decisions / DRAWS, named="the record of draws")
    return [Draw.of(line, where) for line, where in told]


def _chance(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def _name(row: Mapping[str, Any], field: str, where: str) -> str | None:
    value = row.get(field)
    if value is not None and not isinstance(value, str):
        raise BadDecision(f"{where}: {field} is no text")
    return value


def _numbers(row: Mapping[str, Any], field: str, where: str) -> tuple[float, ...]:
    values = row.get(field)
    if not isinstance(values, list) or not all(
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300 for value in values
    ):
        raise BadDecision(f"{where} lacks {field!r}, which is a list of numbers")
    return tuple(float(value) for value in values)
