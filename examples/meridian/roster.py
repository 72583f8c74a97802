"""The team as its force's list has it: name, number, rank and supervisor of everybody."""

import csv
from pathlib import Path

from meridian.cast import read

__all__ = ["roster"]


def roster(path: Path) -> Path:
    """Write the list to `path` as CSV, as `upstander who --roster` reads it."""
    people = read().people
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["name", "number", "rank", "supervisor"])
        for person in people.values():
            above = people[person.supervisor].name if person.supervisor else ""
            out.writerow([person.name, person.number_after or person.number, person.rank, above])
    return path
