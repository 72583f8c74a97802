"""The decision file of codings: `decisions/codings.jsonl` in the case folder."""

from collections.abc import Sequence

from upstander.review.codings.coding import Coding
from upstander.storage import Case, decisions

__all__ = ["CODINGS", "append", "codings"]

#: Name of the decision file.
CODINGS = "codings.jsonl"


def append(case: Case, made: Sequence[Coding]) -> None:
    """Write codings after those that are there; they are on disk when this returns. Raises `BadDecision`."""
    decisions.add(case.decisions / CODINGS, [coding.line() for coding in made], what="the coding")


def codings(case: Case) -> list[Coding]:
    """Every coding in the order in which they were made; none where nobody has coded. Raises `BadDecision`."""
    return [Coding.of(line, where) for line, where in decisions.lines(case.decisions / CODINGS)]
