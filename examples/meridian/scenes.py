"""Scenes: short exchanges written by hand, cast with members and filled with places, food and football teams."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from meridian.cast import load
from meridian.truth import Person

_LINE = re.compile(
    r"(?P<who>[A-Z]?)(?:!(?P<conduct>[a-z_,]+))?(?:\?(?P<stance>[a-z_]+))?"
    r"(?:#(?P<kind>[a-z_]+))?(?:>(?P<quotes>\d+))?: ?(?P<text>.*)"
)
_SHORT = [("tomorrow", "tmrw"), ("you're", "ur"), ("you", "u"), ("are", "r"), ("what", "wot"), ("please", "pls"),
          ("tonight", "2nite"), ("because", "cos"), ("message", "msg"), ("people", "ppl")]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scene, not yet anybody's."""

    who: str
    text: str
    kind: str = "text"
    conduct: tuple[str, ...] = ()
    stance: str | None = None
    quotes: int | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """Scenes of one kind."""

    scenes: tuple[tuple[Line, ...], ...]
    laugh: bool


def lines(block: str) -> tuple[Line, ...]:
    """A scene from its text."""
    return tuple(_line(row) for row in block.strip().splitlines())


def _line(row: str) -> Line:
    match = _LINE.fullmatch(row.strip())
    if match is None:
        raise ValueError(f"a scene has a line that is none: {row!r}")
    return Line(
        who=match["who"],
        text=match["text"].replace(" / ", "\n"),
        kind=match["kind"] or "text",
        conduct=tuple((match["conduct"] or "").split(",")) if match["conduct"] else (),
        stance=match["stance"],
        quotes=int(match["quotes"]) if match["quotes"] else None,
    )


def bank(name: str) -> Bank:
    """A bank of ordinary scenes."""
    document = load(f"lines/{name}.yaml")
    blocks = document["scenes"].strip().split("\n\n")
    return Bank(tuple(lines(block) for block in blocks), document["laugh"])


class Filler:
    """Fills braces and answers with the small change of group chats."""

    def __init__(self, rng: random.Random) -> None:
        document: dict[str, Any] = load("lines/fills.yaml")
        self.fills: Mapping[str, Sequence[str]] = document["fills"]
        self.acks: Mapping[str, Sequence[str]] = document["acks"]
        self.emoji: Sequence[str] = document["emoji"]
        self.documents: Sequence[str] = document["documents"]
        self.captions: Sequence[str] = document["captions"]
        self._rng = rng

    def ack(self, *, laugh: bool) -> str:
        """A word of agreement, laughter or sympathy."""
        weights = (2, 7, 1) if laugh else (8, 1, 1)
        kind = self._rng.choices(("plain", "laugh", "sad"), weights)[0]
        return self._rng.choice(self.acks[kind])

    def fill(self, text: str, name: str) -> str:
        """The text with every brace filled, each slot afresh."""

        def choose(match: re.Match[str]) -> str:
            if match[1] == "name":
                return name
            return self._rng.choice(self.fills[match[1]])

        return re.sub(r"\{(\w+)\}", choose, text)


def typed(text: str, person: Person, rng: random.Random) -> str:
    """The text as this person types: people differ, and a reader learns to tell them by it."""
    if not text or not text[0].isascii() or not text[0].isalpha():
        return text
    if person.writes == "sentence":
        return text[0].upper() + text[1:]
    if rng.random() < 0.15:
        return text
    if person.writes == "lower":
        return text[0].lower() + text[1:]
    words = text.lower().replace("'", "").split(" ")
    short = dict(_SHORT)
    return " ".join(short.get(word, word) if rng.random() < 0.5 else word for word in words)


def misspelt(text: str, rng: random.Random) -> str:
    """The text before its author corrected it: two neighbouring letters changed places."""
    spots = [i for i in range(len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha() and text[i] != text[i + 1]]
    if not spots:
        return text + " "
    at = rng.choice(spots)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
