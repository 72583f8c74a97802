"""What happens to messages once sent: corrected, taken back, reacted to, delivered, read."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from meridian.keys import message_key
from meridian.membership import Members
from meridian.scenes import misspelt
from meridian.truth import Edit, Message, Person, Reaction, Receipt, Revocation

#: Whose phones were taken as databases: only theirs can show what became of what they sent.
SENDERS = frozenset({"maddox", "ashdown", "lowry"})
#: They have turned read receipts off. In a group the sender's phone still sees a delivery.
UNSEEN = frozenset({"nowicki", "farley"})
#: They react to what others let pass.
LAUGHERS = ("holt", "maddox", "pryor", "farley", "keogh", "whitmore", "bevan", "stannard")
_EMOJI = ("👍", "👍", "👍", "😂", "😂", "❤️", "😮", "😢", "🙏", "🔥")


def revise(messages: Iterable[Message], rng: random.Random) -> Iterator[Message]:
    """Correct some, take back some. What was meant as evidence of conduct is left alone by chance, not by rule."""
    by_holt = 0
    for message in messages:
        roll = rng.random()
        messenger = message.key == ""
        challenge = message.conversation == "g2" and message.author == "lowry" and message.stance == "challenge"
        if challenge and by_holt < 2 and message.text and message.text.startswith(("I never", "You do")):
            by_holt += 1
            gone = Revocation(message.sent_ms + rng.randrange(60_000, 900_000), "holt", "by_administrator")
            yield replace(message, revoked=gone)
        elif roll < 0.007 and "\n" not in (message.text or ""):
            after = rng.randrange(4_000, 3_600_000)
            yield replace(message, revoked=Revocation(message.sent_ms + after, message.author, "by_author"))
        elif roll < 0.04 and not messenger and message.kind == "text" and _worth(message.text):
            yield _edited(message, rng)
        else:
            yield message


def _worth(text: str | None) -> bool:
    return text is not None and len(text) > 12 and "\n" not in text


def _edited(message: Message, rng: random.Random) -> Message:
    text = message.text or ""
    versions, at = [text], message.sent_ms
    for _ in range(2 if rng.random() < 0.15 else 1):
        versions.insert(0, misspelt(versions[0], rng))
    edits = []
    for number, version in enumerate(versions, 1):
        edits.append(Edit(number, version, at))
        at += rng.randrange(8_000, 300_000)
    return replace(message, edits=tuple(edits))


def reactions(
    messages: Sequence[Message],
    members: Mapping[str, Members],
    people: Mapping[str, Person],
    rng: random.Random,
) -> list[Reaction]:
    """One reaction a person and message."""
    found = []
    for message in messages:
        if message.revoked:
            continue
        present = [p for p in members[message.conversation].at(message.sent_ms) if p != message.author]
        if message.conduct:
            crowd = [p for p in LAUGHERS if p in present]
            who = rng.sample(crowd, min(len(crowd), rng.choices((0, 1, 2, 3), (4, 3, 2, 1))[0]))
        else:
            who = rng.sample(present, min(len(present), rng.choices((0, 1, 2, 3), (94, 4, 1.5, 0.5))[0]))
        for person in who:
            emoji = "😂" if message.conduct else rng.choice(_EMOJI)
            at = message.sent_ms + rng.randrange(3_000, 1_800_000)
            key = message_key(rng, people[person].client) if message.key else ""
            if members[message.conversation].holds(person, at):
                found.append(Reaction(message.id, person, emoji, at, key))
    return found


def receipts(messages: Iterable[Message], members: Mapping[str, Members], rng: random.Random) -> Iterator[Receipt]:
    """Delivery and reading at each recipient, in whole seconds as the server hands them on."""
    for message in messages:
        if message.author not in SENDERS or not message.key:
            continue
        conversation = members[message.conversation]
        for person in conversation.at(message.sent_ms):
            if person == message.author:
                continue
            quick = rng.random() < 0.88
            delivered = message.sent_ms + (rng.randrange(400, 6_000) if quick else rng.randrange(6_000, 28_800_000))
            wait = int(min(rng.lognormvariate(5.2, 1.9), 400_000) * 1000)
            read = delivered + wait
            seen = person not in UNSEEN and rng.random() < 0.95 and conversation.holds(person, read)
            played = read + rng.randrange(2_000, 90_000) if seen and message.kind == "voice" else None
            yield Receipt(message.id, person, _second(delivered), _second(read) if seen else None,
                          _second(played) if played else None)  # fmt: skip


def _second(ms: int) -> int:
    return -(-ms // 1000) * 1000
