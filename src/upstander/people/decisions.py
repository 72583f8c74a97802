"""The decision file: what people have said about pairs of participants.

JSON lines, appended to and never edited; of several lines on one pair the last one stands::

    {"decision": "confirmed", "a": "<capture>/<handle>", "b": "…", "by": "DC Example", "at": "2018-04-03T10:00:00Z"}
"""

from dataclasses import dataclass
from pathlib import Path

from upstander.errors import BadDecision
from upstander.storage.decisions import instant, lines
from upstander.storage.decisions import row as read

__all__ = ["UNHELD", "Decision", "decisions"]

#: What is said of a decision about a participant whom nobody knows.
UNHELD = "the case holds no such participant"

_FIELDS = ("decision", "a", "b", "by", "at")


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word on whether two participants are one person; `a` is the smaller of the two."""

    a: str
    b: str
    confirmed: bool
    by: str
    at: str


def decisions(path: Path | None) -> list[Decision]:
    """The decisions that stand, in the order that they were made; none where there is no file.

    Raises `BadDecision`, with the line's number, where a line cannot be read: half-heard decisions join the wrong
    people.
    """
    standing: dict[tuple[str, str], Decision] = {}
    for line, where in lines(path) if path is not None else ():
        decision = _decision(line, where)
        # Taken out first, so that the order is that of the words that stand.
        standing.pop((decision.a, decision.b), None)
        standing[decision.a, decision.b] = decision
    return list(standing.values())


def _decision(line: str, where: str) -> Decision:
    row = read(line, where)
    for field in _FIELDS:
        if not isinstance(row.get(field), str) or not row[field]:
            raise BadDecision(f"{where} lacks {field!r}; it needs {', '.join(_FIELDS)}, all of them text")
    if row["decision"] not in ("confirmed", "refused"):
        raise BadDecision(f"{where} decides {row['decision']!r}; a decision is 'confirmed' or 'refused'")
    for side in ("a", "b"):
        if "/" not in row[side]:
            raise BadDecision(f"{where}: {side} is {row[side]!r} and no participant: a capture's id, a slash, a handle")
    if row["a"] == row["b"]:
        raise BadDecision(f"{where} is about one participant; a decision is about two")
    instant(row["at"], where)
    a, b = sorted((row["a"], row["b"]))
    return Decision(a=a, b=b, confirmed=row["decision"] == "confirmed", by=row["by"], at=row["at"])
