"""How far a case has come: which exhibits are not read yet, and whether what is worked out of them is up to date."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from upstander.evidence.intake import conversations_stated
from upstander.evidence.sorting import kept_sortings, read_with_others
from upstander.storage import Case, Part, intakes, parts

__all__ = [
    "CASE_PART",
    "CODINGS",
    "PEOPLE",
    "RECONCILED",
    "SCORES",
    "STANCES",
    "TOGETHER",
    "Standing",
    "decided",
    "people_from",
    "reconciled_from",
    "standing",
    "unread",
]

#: The part that holds what belongs to no one exhibit, and the parts of what the exhibits hold together.
CASE_PART = "case"
RECONCILED = "reconciled"
PEOPLE = "people"
#: The parts of a review. They are no exhibits' either, and are made when a review asks for them.
CODINGS = "codings"
SCORES = "scores"
STANCES = "stances"
TOGETHER = (CASE_PART, RECONCILED, PEOPLE, CODINGS, SCORES, STANCES)


class Standing(StrEnum):
    """How what was worked out from all exhibits together stands to what they hold."""

    #: It is as it should be, or there is nothing to make it of.
    CURRENT = "current"
    #: Done before something was read or decided that it does not know of.
    OLDER = "older"
    #: Not done: a run was stopped before it, or the case was made by an Upstander that did not do it.
    ABSENT = "absent"


def unread(case: Case) -> tuple[str, ...]:
    """References of the exhibits whose rows are missing, because a run was stopped; none in a case that is whole."""
    there = {part.name: part for part in parts(case)}
    sortings = kept_sortings(there.get(CASE_PART))
    together = read_with_others(sortings)
    missing: dict[str, None] = {}
    for intake in intakes(case):
        sorting = sortings.get(intake.id)
        for file in intake.files:
            document = sorting is None or file.exhibit in sorting.documents
            if document and file.exhibit not in there and file.exhibit not in together:
                missing[file.reference] = None
    return tuple(missing)


def standing(case: Case, name: str = PEOPLE) -> Standing:
    """Whether the part called `name`, and what it is made from, were made from what the exhibits' tables hold now.

    That another version of Upstander made it does not count: the exhibits' tables are not made again for that either,
    until something is ingested or rebuilt. A part that does not say which version made it cannot be judged.
    """
    there = {part.name: part for part in parts(case)}
    if there.keys() <= {CASE_PART, CODINGS, SCORES, STANCES}:
        # No exhibit: a review that was asked for leaves its empty tables all the same.
        return Standing.CURRENT
    reconciled, wanted = there.get(RECONCILED), there.get(name)
    if reconciled is None or wanted is None:
        return Standing.ABSENT
    version = reconciled.about.get("version")
    if version is None:
        return Standing.CURRENT
    made_from = {RECONCILED: reconciled_from(case, there, version=version)}
    made_from[PEOPLE] = people_from(case, there, made_from[RECONCILED])
    return Standing.CURRENT if wanted.made_from == made_from[name] else Standing.OLDER


def reconciled_from(case: Case, there: Mapping[str, Part], *, version: str) -> str:
    """Digest of all that reconciliation by `version` depends on: the exhibits' parts, and what was stated of them."""
    # A part that ended at a fault was made from nothing that can be named: its rows tell it from another.
    made_of = {name: part.made_from or part.tables for name, part in there.items() if name not in TOGETHER}
    return _digest(version, made_of, conversations_stated(intakes(case)))


def people_from(case: Case, there: Mapping[str, Part], reconciled: str) -> str:
    """Digest of all that the tables of people depend on: reconciliation, custodians, and what was decided of pairs."""
    described = there[CASE_PART].tables.get("exhibits") if CASE_PART in there else None
    path = decided(case)
    said = path.read_text(encoding="utf-8", errors="replace") if path is not None else ""
    return _digest(reconciled, described, said)


def decided(case: Case) -> Path | None:
    """The file of decisions about pairs, where there is one."""
    path = case.decisions / "aliases.jsonl"
    return path if path.is_file() else None


def _digest(*content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
