"""The world before any exhibit: people, conversations, messages, events, and what became of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from meridian import aftermath
from meridian.cast import Plot, read
from meridian.keys import message_key
from meridian.membership import Members, members_of
from meridian.story import Story
from meridian.truth import Event, Message, Reaction, Receipt

Item = Message | Event


@dataclass(frozen=True, slots=True)
class World:
    """All that is true, with the look-ups that the writers of exhibits need."""

    plot: Plot
    members: Mapping[str, Members]
    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    reactions: Mapping[str, tuple[Reaction, ...]]
    receipts: Mapping[str, tuple[Receipt, ...]]

    def message(self, key: str) -> Message:
        """A message by its id, which is its ordinal."""
        return self.messages[int(key[1:]) - 1]

    def number(self, person: str, ms: int) -> str:
        """The number a person had at an instant."""
        who = self.plot.people[person]
        changed = [e.at_ms for e in self.events if e.kind == "number_changed" and e.actor == person]
        return who.number_after if who.number_after and changed and ms >= min(changed) else who.number

    def title(self, conversation: str, ms: int) -> str:
        """A group's name at an instant."""
        titles = [e.title for e in self.events if e.conversation == conversation and e.title and e.at_ms <= ms]
        return titles[-1] if titles else ""

    def administrators(self, conversation: str, ms: int) -> set[str]:
        """Who could add and remove people at an instant."""
        found: set[str] = set()
        for event in self.events:
            if event.conversation == conversation and event.at_ms <= ms:
                if event.kind == "created":
                    found.add(event.actor)
                elif event.kind == "administrator_added":
                    found.update(event.targets)
        return found


def happening(item: Item) -> int:
    """When a message was sent or an event took place."""
    return item.sent_ms if isinstance(item, Message) else item.at_ms


def build(seed: int) -> World:
    """The world of one seed. Each part draws from its own stream, so that one can change without the others."""
    plot = read()
    members = {key: members_of(c) for key, c in plot.conversations.items()}
    drafts = Story(plot, members, random.Random(f"{seed}/story")).messages()
    messages = tuple(aftermath.revise(drafts, random.Random(f"{seed}/revise")))
    reacted = aftermath.reactions(messages, members, plot.people, random.Random(f"{seed}/reactions"))
    received = aftermath.receipts(messages, members, random.Random(f"{seed}/receipts"))
    reactions: dict[str, tuple[Reaction, ...]] = {}
    for reaction in reacted:
        reactions[reaction.message] = (*reactions.get(reaction.message, ()), reaction)
    receipts: dict[str, list[Receipt]] = {}
    for receipt in received:
        receipts.setdefault(receipt.message, []).append(receipt)
    events = _events(plot, random.Random(f"{seed}/events"))
    return World(plot, members, messages, events, reactions, {k: tuple(v) for k, v in receipts.items()})


def _events(plot: Plot, rng: random.Random) -> tuple[Event, ...]:
    rows = [(h.at_ms, c, h) for c in plot.conversations.values() for h in c.happenings]
    rows.sort(key=lambda row: (row[0], row[1].id))
    return tuple(
        Event(
            id=f"e{number:03d}",
            conversation=c.id,
            at_ms=at,
            kind=h.kind,
            actor=h.who,
            targets=h.whom,
            title=h.title,
            seconds=h.seconds,
            key=message_key(rng, "android") if c.platform == "whatsapp" else "",
        )
        for number, (at, c, h) in enumerate(rows, 1)
    )
