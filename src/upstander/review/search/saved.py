"""Searches that somebody kept under a name: appended to a decision file, never edited; the last of a name stands."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from upstander.errors import BadDecision, BadQuery
from upstander.review.search.grammar import parse
from upstander.storage import Case, decisions
from upstander.storage.signing import signed

__all__ = ["SEARCHES", "Saved", "drop", "dropped", "keep", "kept", "recall", "told", "written"]

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
    #: Whether this is the word that it stands no longer.
    removed: bool = False
    #: The entry of the ledger that it is, where it was kept on the desk.
    entry: int | None = None


def keep(case: Case, name: str, query: str, *, by: str, now: datetime, stem: str | None = None) -> Saved:
    """Keep a search. Raises `BadQuery` where it cannot be read, `UsageError` of the name, and `BadDecision`."""
    saved, line = written(name, query, by=by, now=now, stem=stem)
    decisions.add(case.decisions / SEARCHES, [line], what="the search")
    return saved


def written(name: str, query: str, *, by: str, now: datetime, stem: str | None = None) -> tuple[Saved, str]:
    """A search to be kept, and its line of the decision file. Raises `BadQuery`, and `UsageError` of the name."""
    parse(query)
    if not name.strip():
        raise BadQuery("a search is saved under a name, by somebody: give --save NAME and --by NAME")
    saved = Saved(name.strip(), query, signed(by), decisions.written(now), stem)
    line = {key: value for key, value in asdict(saved).items() if value is not None and key not in ("removed", "entry")}
    return saved, json.dumps(line, ensure_ascii=False)


def drop(case: Case, name: str, *, by: str, now: datetime) -> None:
    """Say that a search no longer stands; what was kept stays written. Raises `BadQuery` where there is none."""
    decisions.add(case.decisions / SEARCHES, [dropped(case, name, by=by, now=now)], what="the removal of the search")


def dropped(case: Case, name: str, *, by: str, now: datetime) -> str:
    """The line of the decision file that says so. Raises `BadQuery` where there is none of that name."""
    recall(case, name)
    line = {"name": name, "removed": True, "by": signed(by), "at": decisions.written(now)}
    return json.dumps(line, ensure_ascii=False)


def kept(case: Case) -> list[Saved]:
    """Every search that stands, by name. Raises `BadDecision` where the file cannot be read."""
    standing: dict[str, Saved] = {}
    for _, saved in told(case).rows:
        # What is kept under the name again after it was removed stands.
        standing.pop(saved.name, None)
        if not saved.removed:
            standing[saved.name] = saved
    return [standing[name] for name in sorted(standing)]


def told(case: Case) -> decisions.Told[Saved]:
    """Every search that was ever kept or removed, and what of the file could not be read. Raises `BadDecision`."""
    return decisions.told(case.decisions / SEARCHES, _read, named="the file of searches")


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
    removed = row.get("removed") is True
    wanted = ("name", "by", "at", *(() if removed else ("query",)))
    if not all(isinstance(row.get(name), str) for name in wanted):
        raise BadDecision(f"{where} lacks one of {', '.join(wanted)}, which are texts; {decisions.MEND}")
    stem, entry = row.get("stem"), row.get("ledger")
    query = "" if removed else row["query"]
    return Saved(
        row["name"],
        query,
        row["by"],
        row["at"],
        stem if isinstance(stem, str) else None,
        removed,
        entry if isinstance(entry, int) else None,
    )
