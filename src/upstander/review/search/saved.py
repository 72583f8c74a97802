"""Searches that somebody kept under a name: appended to a decision file, never edited; the last of a name stands."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from upstander.errors import BadDecision, BadQuery
from upstander.review.search.grammar import parse
from upstander.storage import Case, decisions

__all__ = ["SEARCHES", "Saved", "keep", "kept", "recall", "written"]

#: Name of the decision file.
SEARCHES = "searches.jsonl"


@dataclass(frozen=True, slots=True)
class Saved:
    """A search under a name."""

    name: str
    query: str
    by: str
    #: ISO 8601, UTC.
    at: str
    #: Language of stemming, where it was asked for.
    stem: str | None = None


def keep(case: Case, name: str, query: str, *, by: str, now: datetime, stem: str | None = None) -> Saved:
    """Keep a search. Raises `BadQuery` where it cannot be read, `BadDecision` where it cannot be written."""
    saved, line = written(name, query, by=by, now=now, stem=stem)
    decisions.add(case.decisions / SEARCHES, [line], what="the search")
    return saved


def written(name: str, query: str, *, by: str, now: datetime, stem: str | None = None) -> tuple[Saved, str]:
    """A search to be kept, and its line of the decision file. Raises `BadQuery`."""
    parse(query)
    if not name.strip() or not by.strip():
        raise BadQuery("a search is saved under a name, by somebody: give --save NAME and --by NAME")
    saved = Saved(name.strip(), query, by.strip(), decisions.written(now), stem)
    return saved, json.dumps(
        {key: value for key, value in asdict(saved).items() if value is not None}, ensure_ascii=False
    )


def kept(case: Case) -> list[Saved]:
    """Every search that stands, by name. Raises `BadDecision` where a line cannot be read."""
    standing: dict[str, Saved] = {}
    for line, where in decisions.lines(case.decisions / SEARCHES, named="the file of searches"):
        saved = _read(line, where)
        standing[saved.name] = saved
    return [standing[name] for name in sorted(standing)]


def recall(case: Case, name: str) -> Saved:
    """The search of that name. Raises `BadQuery` where there is none."""
    there = kept(case)
    for saved in there:
        if saved.name == name:
            return saved
    listed = ", ".join(saved.name for saved in there) or "none"
    raise BadQuery(f"no search is saved as {name!r} in case {case.path.name}; there are: {listed}")


def _read(line: str, where: str) -> Saved:
    row = decisions.row(line, where)
    wanted = ("name", "query", "by", "at")
    if not all(isinstance(row.get(name), str) for name in wanted):
        raise BadDecision(f"{where} lacks one of {', '.join(wanted)}, which are texts; correct or remove the line")
    stem = row.get("stem")
    return Saved(row["name"], row["query"], row["by"], row["at"], stem if isinstance(stem, str) else None)
