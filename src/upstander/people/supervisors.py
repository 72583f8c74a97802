"""A roster of ranks and supervisors, as somebody keeps it: who could have acted, by their office.

A CSV file with a head line. `person`, `name` or `number` says who a line is about, `rank` what they are, `supervisor`
(a name, a number or a person) whom they answer to. A line that fits nobody of the case, or two people, is left apart
and named: a rank is never given to the wrong person.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from upstander.errors import BadRoster
from upstander.people.names import tokens

__all__ = ["Named", "Office", "Offices", "offices"]

_WHO = ("person", "name", "number")


@dataclass(frozen=True, slots=True)
class Named:
    """What one person of the case is known by."""

    person: str
    names: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Office:
    """What a roster says of one person."""

    rank: str | None
    #: The person whom they answer to, where the roster says so and the case knows them.
    supervisor: str | None


@dataclass(frozen=True, slots=True)
class Offices:
    """A roster brought onto persons."""

    of: Mapping[str, Office] = field(default_factory=dict)
    #: Lines that fit no person, or more than one, as the roster writes them.
    unplaced: tuple[str, ...] = ()

    @property
    def supervisors(self) -> frozenset[str]:
        """Everybody whom somebody answers to."""
        return frozenset(office.supervisor for office in self.of.values() if office.supervisor)


def offices(path: Path | None, people: Sequence[Named]) -> Offices:
    """The roster at `path`, for `people`. Raises `BadRoster` where it cannot be read or has not the columns."""
    if path is None:
        return Offices()
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            columns = {column.strip().casefold() for column in reader.fieldnames or ()}
            lines = [
                {
                    str(key).strip().casefold(): (value or "").strip()
                    for key, value in row.items()
                    if isinstance(value, str)
                }
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadRoster(f"the roster {path} cannot be read: {problem}") from problem
    if not columns & set(_WHO) or not columns & {"rank", "supervisor"}:
        raise BadRoster(
            f"the roster {path} has the columns {', '.join(sorted(columns)) or '(none)'}; it needs one of"
            f" {', '.join(_WHO)} and one of rank, supervisor"
        )
    found = _Lookup(people)
    placed: dict[str, Office] = {}
    unplaced: list[str] = []
    # Whom a name stands for in the roster itself: a supervisor is named as another line names them.
    lined = {called: line for line in reversed(lines) for called in sorted(_called(line))}
    for line in lines:
        person = found.line(line)
        if person is None or person in placed:
            unplaced.append(next((line[column] for column in _WHO if line.get(column)), "(an empty line)"))
            continue
        supervisor = line.get("supervisor") or None
        above = lined.get(supervisor) if supervisor else None
        boss = (found.line(above) if above else None) or (found.one(supervisor) if supervisor else None)
        placed[person] = Office(rank=line.get("rank") or None, supervisor=boss)
    return Offices(of=placed, unplaced=tuple(unplaced))


def _called(line: Mapping[str, str]) -> set[str]:
    return {line[column] for column in _WHO if line.get(column)}


def _digits(number: str) -> str:
    """The digits of a number by which it is compared: without signs, and a national zero as any country's."""
    digits = "".join(sign for sign in number if sign.isdigit())
    return digits[-9:] if len(digits) > 9 else digits


class _Lookup:
    """Persons by what a roster may call them."""

    def __init__(self, people: Iterable[Named]) -> None:
        self._ids: set[str] = set()
        self._numbers: dict[str, set[str]] = {}
        self._names: dict[tuple[str, ...], set[str]] = {}
        for row in people:
            self._ids.add(row.person)
            for number in row.numbers:
                self._numbers.setdefault(_digits(number), set()).add(row.person)
            for name in row.names:
                self._names.setdefault(tokens(name), set()).add(row.person)

    def line(self, line: Mapping[str, str]) -> str | None:
        """The one person of a line: by person, else by number, else by name."""
        for column in ("person", "number", "name"):
            if line.get(column):
                found = self.one(line[column])
                if found is not None:
                    return found
        return None

    def one(self, written: str) -> str | None:
        """The one person whom `written` stands for; None where it is nobody or more than one."""
        if written in self._ids:
            return written
        digits = _digits(written)
        found = self._numbers.get(digits, set()) if digits else set()
        found = found or self._names.get(tokens(written), set())
        return next(iter(found)) if len(found) == 1 else None
