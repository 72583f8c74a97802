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


#: Digits that a national number shares with the same one written with its country.
_NATIONAL = 9


def _digits(number: str) -> tuple[str, str]:
    """What a number is compared by: its digits where it names its country, else none; and its last nine."""
    written = number.strip()
    digits = "".join(sign for sign in written if sign.isdigit())
    whole = digits.removeprefix("00") if written.startswith(("+", "00")) else ""
    # Handles are written without a sign and with the country, which no national number is as long as.
    if not whole and len(digits) > _NATIONAL + 2 and not digits.startswith("0"):
        whole = digits
    return whole, digits[-_NATIONAL:]


def _same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two numbers can be one: two that name their country are compared whole."""
    return one[0] == other[0] if one[0] and other[0] else one[1] == other[1]


class _Lookup:
    """Persons by what a roster may call them."""

    def __init__(self, people: Iterable[Named]) -> None:
        self._ids: set[str] = set()
        self._numbers: dict[str, dict[tuple[str, str], set[str]]] = {}
        self._names: dict[tuple[str, ...], set[str]] = {}
        self._of: dict[str, set[tuple[str, str]]] = {}
        for row in people:
            self._ids.add(row.person)
            for number in row.numbers:
                digits = _digits(number)
                self._numbers.setdefault(digits[1], {}).setdefault(digits, set()).add(row.person)
                self._of.setdefault(row.person, set()).add(digits)
            for name in row.names:
                self._names.setdefault(tokens(name), set()).add(row.person)

    def line(self, line: Mapping[str, str]) -> str | None:
        """The one person of a line: by person, else by number, else by name; none whose number is another one."""
        for column in ("person", "number", "name"):
            found = self.one(line[column]) if line.get(column) else None
            if found is not None:
                return None if self._contradicted(found, line.get("number")) else found
        return None

    def one(self, written: str) -> str | None:
        """The one person whom `written` stands for; None where it is nobody or more than one."""
        if written in self._ids:
            return written
        found = self._numbered(written) or self._names.get(tokens(written), set())
        return next(iter(found)) if len(found) == 1 else None

    def _numbered(self, written: str) -> set[str]:
        digits = _digits(written)
        near = self._numbers.get(digits[1], {}) if digits[1] else {}
        return {person for known, persons in near.items() if _same(known, digits) for person in persons}

    def _contradicted(self, person: str, number: str | None) -> bool:
        """Whether the line's number is none of those that the person is known to have."""
        known = self._of.get(person, set())
        digits = _digits(number or "")
        return bool(digits[1] and known) and not any(_same(digits, one) for one in known)
