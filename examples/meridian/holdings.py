"""Which messages an exhibit ought to hold, which it lacks, and why. Writers turn the answer into files."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from meridian.cast import Source
from meridian.truth import Absence, Counts, Event, Exhibit, Message
from meridian.world import Item, World, happening

_WEEK = 604_800_000
#: What a tidy owner removes from the phone alone, and how many ordinary messages go with it.
_OWN = {"MS/1": ("maddox", 7), "MS/2": ("", 5), "MS/3": ("", 3)}


@dataclass(frozen=True, slots=True)
class Holding:
    """What one exhibit holds of the world, in the order it arrived, and what the owner removed."""

    source: Source
    items: tuple[Item, ...]  #: oldest first; what was removed from the phone keeps its place
    removed: Mapping[str, str]  #: message -> deleted_on_phone or disappeared
    absences: tuple[Absence, ...]  #: all others; a writer adds the removed ones with their traces


def settle(world: World, source: Source, seed: int) -> Holding:
    """Decide for every message and event of the conversations that an exhibit shows."""
    items: list[Item] = []
    absences: list[Absence] = []
    removed: dict[str, str] = {}
    everything: list[Item] = [*world.messages, *world.events]
    for item in sorted(everything, key=lambda i: (happening(i), i.id)):
        if item.conversation not in source.conversations:
            continue
        reason = _reason(world, source, item)
        if reason == "disappeared":
            removed[item.id] = reason
        if reason in (None, "disappeared"):
            items.append(item)
        elif reason and isinstance(item, Message):
            absences.append(Absence(item.id, item.conversation, reason))
    if source.last_rows is not None and len(items) > source.last_rows:
        cut = len(items) - source.last_rows
        gone, items = items[:cut], items[cut:]
        absences += [Absence(m.id, m.conversation, "truncated_export") for m in gone if isinstance(m, Message)]
    deleted = _deleted(items, source, random.Random(f"{seed}/deleted/{source.reference}"))
    removed.update(dict.fromkeys(sorted(deleted - removed.keys()), "deleted_on_phone"))
    absences.sort(key=lambda a: a.message)
    return Holding(source, tuple(items), removed, tuple(absences))


def _reason(world: World, source: Source, item: Item) -> str | None:
    at, members = happening(item), world.members[item.conversation]
    if at >= source.taken_ms:
        return "capture_ended"
    if not members.holds(source.owner, at):
        first = min(s.since_ms for s in members.of(source.owner))
        ended = any(s.until_ms == at for s in members.of(source.owner))
        if isinstance(item, Event) and ended:
            return None  # one's own departure is shown
        return "before_join" if at < first else "after_leave"
    if isinstance(item, Message) and source.filtered and source.filtered[0] <= at < source.filtered[1]:
        return "filtered_export"
    if isinstance(item, Message) and timer_at(world, item) and at + _WEEK < source.taken_ms:
        return "disappeared"
    return None


def timer_at(world: World, message: Message) -> int:
    """Seconds that a message was to live, or 0."""
    seconds = 0
    for event in world.events:
        timer = event.conversation == message.conversation and event.kind == "timer_changed"
        if timer and event.at_ms <= message.sent_ms:
            seconds = event.seconds or 0
    return seconds


def _deleted(items: list[Item], source: Source, rng: random.Random) -> frozenset[str]:
    if source.reference not in _OWN:
        return frozenset()
    author, others = _OWN[source.reference]
    messages = [i for i in items if isinstance(i, Message)]
    own = {m.id for m in messages if m.author == author and m.conduct and m.sent_ms > 1_493_000_000_000}
    middle = messages[200:-400]
    return frozenset(own | {m.id for m in rng.sample(middle, others)})


def gone(message: Message, source: Source) -> bool:
    """Whether the message had been deleted for everyone when the exhibit was taken."""
    return message.revoked is not None and message.revoked.at_ms < source.taken_ms


def exhibit_of(source: Source, files: list[str]) -> Exhibit:
    """An exhibit of which nothing has been written yet."""
    return Exhibit(
        reference=source.reference,
        format=source.format,
        files=files,
        owner=source.owner,
        taken_ms=source.taken_ms,
        zone=source.zone,
        clock=list(source.clock),
        conversations={},
        handles={},
        names={},
        by_conversation={c: Counts(conversations=1) for c in source.conversations},
    )
