"""A codebook and its codes, as read."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from upstander.errors import BadCode

__all__ = ["Axis", "Code", "Codebook", "Entry", "Scheme"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One question that is asked of a message: what was done, to whom, in which form."""

    name: str
    title: str
    definition: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a scheme: a standard, an allegation category, a protected characteristic."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list outside the codebook that codes are mapped to."""

    name: str
    title: str
    source: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """One thing that a reviewer may decide about a message."""

    id: str
    title: str
    axis: str
    definition: str
    counts: tuple[str, ...]
    does_not: tuple[str, ...]
    #: Codes that it is easily taken for, or is often coded beside.
    see: tuple[str, ...] = ()
    #: The code that it is a kind of.
    parent: str | None = None
    #: Scheme, and the ids of its entries.
    mapping: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Grade, and what it looks like.
    severity: tuple[tuple[int, str], ...] = ()
    #: Whether a part of a message may be coded.
    span: bool = True


@dataclass(frozen=True)
class Codebook:
    """A set of codes with a name and a version."""

    name: str
    version: str
    title: str
    language: str
    about: str
    axes: tuple[Axis, ...]
    schemes: tuple[Scheme, ...]
    codes: Mapping[str, Code]

    @property
    def reference(self) -> str:
        """Name and version, as a coding names it: `police-misconduct@1`."""
        return f"{self.name}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what it says: spacing, comments and the order of keys do not count."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """All of it, in values that JSON has."""
        return {
            **{name: getattr(self, name) for name in ("name", "version", "title", "language", "about")},
            "axes": [asdict(axis) for axis in self.axes],
            "schemes": [asdict(scheme) for scheme in self.schemes],
            "codes": [self.plain_code(code) for code in self.codes.values()],
        }

    def plain_code(self, code: Code) -> dict[str, Any]:
        """One code, in values that JSON has, without what it does not say."""
        row = {
            **asdict(code),
            "mapping": {scheme: list(entries) for scheme, entries in code.mapping},
            "severity": {str(grade): says for grade, says in code.severity},
        }
        return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items() if value != ()}

    def code(self, asked: str) -> Code:
        """The code of that id. Raises `BadCode`, which names those that are spelled like it."""
        if asked in self.codes:
            return self.codes[asked]
        near = get_close_matches(asked.lower().replace("-", "_").replace(" ", "_"), self.codes, n=3)
        hint = (
            f"did you mean {' or '.join(near)}?"
            if near
            else "`upstander codebook show` with its name or file lists them"
        )
        raise BadCode(f"codebook {self.reference} has no code {asked!r}; {hint}")

    def on(self, axis: str) -> Iterator[Code]:
        """The codes of one axis: each before its kinds, in the order of the codebook."""
        for code in self.codes.values():
            if code.axis == axis and code.parent is None:
                yield from self._with_kinds(code)

    def _with_kinds(self, code: Code) -> Iterator[Code]:
        yield code
        for kind in self.kinds(code.id):
            yield from self._with_kinds(kind)

    def kinds(self, parent: str) -> tuple[Code, ...]:
        """The codes that are kinds of another."""
        return tuple(code for code in self.codes.values() if code.parent == parent)

    def mapped(self, code: Code) -> Iterator[tuple[Scheme, tuple[Entry, ...]]]:
        """The entries that a code is mapped to, by scheme."""
        of = dict(code.mapping)
        for scheme in self.schemes:
            if wanted := of.get(scheme.name):
                yield scheme, tuple(entry for entry in scheme.entries if entry.id in wanted)
