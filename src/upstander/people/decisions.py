"""The decision file: what people have said about pairs of participants.

JSON lines, appended to and never edited; of several lines on one pair the last one stands::

    {"decision": "confirmed", "a": "<capture>/<handle>", "b": "…", "by": "DC Example", "at": "2018-04-03T10:00:00Z"}

The decision is `confirmed`, `refused`, or `undecided`, which takes back what was said before.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from upstander.errors import BadDecision
from upstander.storage.decisions import instant, lines, written
from upstander.storage.decisions import row as read

__all__ = ["UNHELD", "Decision", "decisions", "line"]

#: What is said of a decision about a participant whom nobody knows.
UNHELD = "the case holds no such participant"

#: What may be said of a pair.
_WORDS = {"confirmed": True, "refused": False, "undecided": None}

_FIELDS = ("decision", "a", "b", "by", "at")


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's word on whether two participants are one person; `a` is the smaller of the two."""

    a: str
    b: str
    #: None where it takes back what was said before.
    confirmed: bool | None
    by: str
    at: str


def line(a: str, b: str, *, confirmed: bool | None, by: str, at: datetime) -> str:
    """A decision on a pair as its line of the file. Raises `BadDecision` where it is about no pair."""
    word = next(word for word, means in _WORDS.items() if means is confirmed)
    row = {"decision": word, "a": a, "b": b, "by": by, "at": written(at)}
    told = json.dumps(row, ensure_ascii=False)
    _decision(told, "the decision")
    return told


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
        if decision.confirmed is not None:
            standing[decision.a, decision.b] = decision
    return list(standing.values())


def _decision(line: str, where: str) -> Decision:
    row = read(line, where)
    for field in _FIELDS:
        if not isinstance(row.get(field), str) or not row[field]:
            raise BadDecision(f"{where} lacks {field!r}; it needs {', '.join(_FIELDS)}, all of them text")
    if row["decision"] not in _WORDS:
        raise BadDecision(f"{where} decides {row['decision']!r}; a decision is {', '.join(map(repr, _WORDS))}")
    for side in ("a", "b"):
        if "/" not in row[side]:
            raise BadDecision(f"{where}: {side} is {row[side]!r} and no participant: a capture's id, a slash, a handle")
    if row["a"] == row["b"]:
        raise BadDecision(f"{where} is about one participant; a decision is about two")
    instant(row["at"], where)
    a, b = sorted((row["a"], row["b"]))
    return Decision(a=a, b=b, confirmed=_WORDS[row["decision"]], by=row["by"], at=row["at"])
