"""Who was in a conversation and when, from what the plot says happened to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from meridian.cast import Conversation, Happening
from meridian.truth import Spell


@dataclass(frozen=True, slots=True)
class Members:
    """The spells of one conversation."""

    spells: tuple[Spell, ...]

    def at(self, ms: int) -> list[str]:
        """People in the conversation at an instant, by id."""
        return sorted({s.person for s in self.spells if _during(s, ms)})

    def holds(self, person: str, ms: int) -> bool:
        """Whether a person was in it at an instant."""
        return any(s.person == person and _during(s, ms) for s in self.spells)

    def of(self, person: str) -> list[Spell]:
        """A person's spells, oldest first."""
        return [s for s in self.spells if s.person == person]

    def past(self, ms: int) -> list[Spell]:
        """The latest ended spell of everyone who was out of it at an instant."""
        ended = {s.person: s for s in self.spells if s.until_ms is not None and s.until_ms <= ms}
        return [s for s in ended.values() if not self.holds(s.person, ms)]


def _during(spell: Spell, ms: int) -> bool:
    return spell.since_ms <= ms and (spell.until_ms is None or ms < spell.until_ms)


def members_of(conversation: Conversation) -> Members:
    """Spells of a conversation, oldest first."""
    if conversation.kind == "direct":
        return Members(tuple(_direct(conversation)))
    spells: list[Spell] = []
    for happening in conversation.happenings:
        match happening.kind:
            case "created" | "joined":
                spells += _begin(conversation.id, [happening.who], happening.at_ms, happening)
            case "added":
                spells += _begin(conversation.id, happening.whom, happening.at_ms, happening)
            case "left":
                _end(spells, [happening.who], happening.at_ms, "left", happening.who)
            case "removed":
                _end(spells, happening.whom, happening.at_ms, "removed", happening.who)
    return Members(tuple(spells))


def _direct(conversation: Conversation) -> Iterable[Spell]:
    for person in conversation.between:
        yield Spell(conversation.id, person, conversation.since_ms, None, "direct", None, person, None)


def _begin(conversation: str, people: Iterable[str], ms: int, by: Happening) -> list[Spell]:
    return [Spell(conversation, p, ms, None, by.kind, None, by.who, None) for p in people]


def _end(spells: list[Spell], people: Iterable[str], ms: int, how: str, who: str) -> None:
    for person in people:
        for index, spell in enumerate(spells):
            if spell.person == person and spell.until_ms is None:
                spells[index] = replace(spell, until_ms=ms, ended=how, ended_by=who)
