"""Searches that somebody kept under a name: appended to a decision file, never edited; the last of a name stands."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from upstander.errors import BadDecision, BadQuery
from upstander.review.search.grammar import parse
from upstander.storage import Case

__all__ = ["SEARCHES", "Saved", "keep", "kept", "recall"]

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
    parse(query)
    if not name.strip() or not by.strip():
        raise BadQuery("a search is saved under a name, by somebody: give --save NAME and --by NAME")
    saved = Saved(name.strip(), query, by.strip(), now.astimezone(UTC).isoformat().replace("+00:00", "Z"), stem)
    line = {key: value for key, value in asdict(saved).items() if value is not None}
    path = case.decisions / SEARCHES
    data = (json.dumps(line, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("a+b", buffering=0) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            end = stream.seek(0, os.SEEK_END)
            if end and os.pread(stream.fileno(), 1, end - 1) != b"\n":
                data = b"\n" + data
            stream.write(data)
            os.fsync(stream.fileno())
    except OSError as problem:
        raise BadDecision(f"the search cannot be written to {path}: {problem.strerror}") from problem
    return saved


def kept(case: Case) -> list[Saved]:
    """Every search that stands, by name. Raises `BadDecision` where a line cannot be read."""
    path = case.decisions / SEARCHES
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadDecision(f"the file of searches {path} cannot be read: {problem}") from problem
    standing: dict[str, Saved] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            saved = _read(line, f"line {number} of the file of searches {path}")
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
    try:
        row = json.loads(line)
    except ValueError as problem:
        raise BadDecision(f"{where} is no JSON: {problem}; correct or remove the line") from problem
    wanted = ("name", "query", "by", "at")
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in wanted):
        raise BadDecision(f"{where} lacks one of {', '.join(wanted)}, which are texts; correct or remove the line")
    stem = row.get("stem")
    return Saved(row["name"], row["query"], row["by"], row["at"], stem if isinstance(stem, str) else None)
