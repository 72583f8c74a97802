"""Persons and alias suggestions as the tables have them: the answer to `upstander people`."""

from typing import Any

import polars as pl

from upstander.errors import UsageError
from upstander.people.rows import strings
from upstander.storage import Case
from upstander.storage.kept import kept
from upstander.storage.scan import scan

__all__ = ["called", "person_of", "persons", "suggestions"]

_ORDER = ("proposed", "blocked", "refused", "confirmed", "applied")
_PARTICIPANT = ("capture", "conversation", "exhibit", "handle", "name", "number", "owner")


def called(case: Case, person: str) -> str | None:
    """What the person of that id is called; None where there is none."""
    found = scan(case, "persons").filter(person=person).select("label").head(1).collect()
    return str(found.item() or person) if found.height else None


def person_of(case: Case, participant: str) -> str | None:
    """Whose handle that participant (`capture/handle`) is now; None where the case has no such participant.

    A person's id is that of one of their handles: the id of somebody who was merged with others leads to who they are.
    """
    capture, _, handle = participant.partition("/")
    rows = strings(scan(case, "persons")).filter(pl.col("capture") == capture, pl.col("handle") == handle)
    found = rows.select("person").head(1).collect()
    return str(found.item()) if found.height else None


@kept("persons", "alias_suggestions")
def persons(case: Case) -> list[dict[str, Any]]:
    """Every person: id, label, participants (columns of the persons table), and the reasons that join them.

    Kept while the tables stand, as suggestions are: nobody changes what they are given.
    """
    rows = strings(scan(case, "persons")).sort("label", "person", "capture", "handle").collect()
    found: dict[str, dict[str, Any]] = {}
    of: dict[str, str] = {}
    for row in rows.iter_rows(named=True):
        entry = found.setdefault(
            row["person"], {"person": row["person"], "label": row["label"], "participants": [], "reasons": {}}
        )
        entry["participants"].append({name: row[name] for name in _PARTICIPANT if row[name] is not None})
        of[f"{row['capture']}/{row['handle']}"] = row["person"]
    for row in _suggestions(case):
        person = of.get(row["a"])
        if row["standing"] in ("applied", "confirmed") and person is not None and person == of.get(row["b"]):
            reasons = found[person]["reasons"]
            for reason in row["reasons"].split(",") if row["reasons"] else ["confirmed"]:
                reasons[reason] = reasons.get(reason, 0) + 1
    return list(found.values())


def suggestions(case: Case, *, standing: str | None = None) -> list[dict[str, Any]]:
    """Alias suggestions (columns of the table): what waits for a decision first, the strongest first.

    Raises `UsageError` for a standing that there is not.
    """
    if standing is not None and standing not in _ORDER:
        raise UsageError(f"{standing!r} is no standing of a suggestion; the standings are {', '.join(_ORDER)}")
    return [row for row in _suggestions(case) if standing is None or row["standing"] == standing]


@kept("alias_suggestions")
def _suggestions(case: Case) -> list[dict[str, Any]]:
    rows = strings(scan(case, "alias_suggestions")).collect().to_dicts()
    return sorted(rows, key=lambda row: (_ORDER.index(row["standing"]), -row["score"], row["a"], row["b"]))
