"""The decision file: what people have said about pairs of participants.

JSON lines, appended to and never edited; of several lines on one pair the last one stands::

    {"decision": "confirmed", "a": "<capture>/<handle>", "b": "…", "by": "DC Example", "at": "2018-04-03T10:00:00Z"}
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from upstander.errors import BadDecision

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
    if path is None or not path.is_file():
        return []
    standing: dict[tuple[str, str], Decision] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadDecision(f"the decision file {path} cannot be read: {problem}") from problem
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        decision = _decision(line, f"line {number} of the decision file {path}")
        # Taken out first, so that the order is that of the words that stand.
        standing.pop((decision.a, decision.b), None)
        standing[decision.a, decision.b] = decision
    return list(standing.values())


def _decision(line: str, where: str) -> Decision:
    try:
        row: Any = json.loads(line)
    except ValueError as problem:
        raise BadDecision(f"{where} is no JSON: {problem}; correct or remove the line") from problem
    if not isinstance(row, dict):
        raise BadDecision(f"{where} is no JSON object; correct or remove the line")
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
    try:
        datetime.fromisoformat(row["at"])
    except ValueError as problem:
        raise BadDecision(f"{where}: at is {row['at']!r} and no ISO 8601 time") from problem
    a, b = sorted((row["a"], row["b"]))
    return Decision(a=a, b=b, confirmed=row["decision"] == "confirmed", by=row["by"], at=row["at"])
