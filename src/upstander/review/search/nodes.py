"""What a search asks for, as a tree; each leaf knows its place in what was typed."""

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Both", "Either", "Node", "Not", "Phrase", "Time", "Value", "Within", "Word", "positive"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, an emoji, or several that are written together; `stars` at its ends are taken off."""

    text: str
    place: int
    #: Letters that may differ: 0, 1 or 2.
    fuzzy: int = 0
    #: Whether it is only how a word begins, or ends.
    begins: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after another; up to `slop` others may stand between them."""

    text: str
    place: int
    slop: int = 0
    #: Whether the last is only how a word begins.
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """Characters wherever they are, within words and across them."""

    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Value:
    """What a field must be."""

    field: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Time:
    """When it was sent: milliseconds since 1970 in UTC, the first included and the last not."""

    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Both:
    """All of several."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: "Node"


Node: TypeAlias = Word | Phrase | Within | Value | Time | Both | Either | Not


def positive(node: Node) -> list[Word | Phrase | Within]:
    """The leaves whose words a hit may show: none of what must not be."""
    if isinstance(node, Both | Either):
        return [leaf for part in node.parts for leaf in positive(part)]
    return [node] if isinstance(node, Word | Phrase | Within) else []
