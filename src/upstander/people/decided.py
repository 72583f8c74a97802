"""Pairs as people left them: what was decided since the tables were made stands beside them at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.people.decisions import Decision, decisions
from upstander.people.listed import suggestions
from upstander.people.reasons import EXACT
from upstander.storage import Case
from upstander.storage.decisions import instant
from upstander.storage.kept import Kept, stamp, tables_digest

__all__ = ["Pair", "pairs", "pairs_standing"]


_FILE = "aliases.jsonl"


@dataclass(frozen=True, slots=True)
class Pair:
    """A suggestion of the table, and where it stands by now."""

    row: Mapping[str, Any]
    standing: str
    #: What was decided that the tables do not have yet; empty where they have it.
    since: str
    #: When that was decided; None where it was taken back, or there is nothing.
    at: datetime | None
    #: The reasons as the table words them, without the word of somebody who took it back.
    detail: str


_pairs: Kept[list[Pair]] = Kept(8)


def pairs(case: Case) -> list[Pair]:
    """Every suggestion, in the order of `suggestions`, standing as people left it. Raises `BadDecision`.

    Kept until somebody decides, or the tables are made again: nobody changes what they are given.
    """
    state = (tables_digest(case, ("alias_suggestions",)), stamp(case, _FILE))
    return _pairs.of(case.path, state, lambda: _made(case))


def _made(case: Case) -> list[Pair]:
    said = {(one.a, one.b): one for one in decisions(case.decisions / _FILE)}
    return [_pair(row, said.get((row["a"], row["b"]))) for row in suggestions(case)]


def pairs_standing(case: Case, standing: str) -> int:
    """How many stand so by now. Raises `BadDecision`."""
    return sum(pair.standing == standing for pair in pairs(case))


def _pair(row: Mapping[str, Any], said: Decision | None) -> Pair:
    standing, detail = row["standing"], row["detail"]
    if said is not None:
        word = "confirmed" if said.confirmed else "refused"
        if f"{word} by {said.by} at {said.at}" in detail:
            return Pair(row, standing, "", None, detail)
        return Pair(row, word, f"{said.by} {word} it", instant(said.at, "the decision"), detail)
    if standing not in ("confirmed", "refused"):
        return Pair(row, standing, "", None, detail)
    reasons = row["reasons"].split(",") if row["reasons"] else []
    open_ = "applied" if any(reason in EXACT for reason in reasons) else "proposed"
    return Pair(row, open_, "What was decided on it was taken back", None, detail.partition("; ")[2])
