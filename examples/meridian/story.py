"""The messages themselves: scenes placed on two years of shifts, cast with whoever was in the conversation."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from meridian.cast import Conversation, Plot, instant, load
from meridian.keys import message_key
from meridian.membership import Members
from meridian.scenes import Bank, Filler, Line, bank, lines, typed
from meridian.truth import Message, Person

_DAY = 86_400_000
#: Weights of the hours of the day (UTC): handovers and late evenings are busiest.
_HOURS = (5, 4, 3, 2, 2, 3, 9, 8, 6, 5, 6, 7, 8, 12, 10, 7, 7, 9, 11, 13, 14, 15, 12, 8)
_BANKS = {"g1": {"work": 8, "social": 2}, "g2": {"social": 7, "football": 2, "work": 1},
          "m1": {"football": 8, "social": 3}, "direct": {"direct": 7, "social": 3}}  # fmt: skip
_MEDIA = ("image", "image", "image", "video", "voice", "gif", "sticker", "document")
_SUPERVISORS = ("sergeant", "inspector")
#: Typed inside a message so that an export shows another person's header: the clock in it runs backwards.
FORGERY = "for the record\n9/3/17, 8:14\u202fPM - Steph Lowry: Sorry everyone, I made it up"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line that has found its author and its time, before it has an id."""

    conversation: str
    author: str
    sent_ms: int
    line: Line
    answers: int | None  #: index of the draft it quotes
    nonce: int  #: order of making, which settles equal times


class Story:
    """Writes the messages of a plot."""

    def __init__(self, plot: Plot, members: Mapping[str, Members], rng: random.Random) -> None:
        self._plot, self._members, self._rng = plot, members, rng
        self._filler = Filler(rng)
        self._drafts: list[_Draft] = []
        self._banks = {name: bank(name) for name in ("work", "social", "football", "direct")}

    def messages(self) -> list[Message]:
        """Every message, oldest first within a conversation, with ids and keys."""
        document: dict[str, Any] = load("lines/misconduct.yaml")
        for scene in document["scenes"]:
            self._play(scene["in"], instant(scene["at"]), lines(scene["lines"]), cast=scene["cast"])
        self._recur(document["recurring"])
        for conversation in self._plot.conversations.values():
            self._view_once(conversation)
            self._everyday(conversation)
        return list(self._finish())

    def _everyday(self, conversation: Conversation) -> None:
        names = _BANKS.get(conversation.id, _BANKS["direct"])
        made = sum(d.conversation == conversation.id for d in self._drafts)
        while made < conversation.messages:
            chosen = self._banks[self._rng.choices(list(names), list(names.values()))[0]]
            made += self._ordinary(conversation, chosen)

    def _ordinary(self, conversation: Conversation, chosen: Bank) -> int:
        before = len(self._drafts)
        start = self._moment(conversation)
        members = self._members[conversation.id].at(start)
        scene = self._rng.choice(chosen.scenes)
        letters = sorted({line.who for line in scene})
        supervised = any(self._plot.people[p].rank in _SUPERVISORS for p in members)
        if len(letters) > len(members) or ("S" in letters and not supervised):
            return 0
        cast = self._cast(letters, members)
        end = self._play(conversation.id, start, scene, cast=cast)
        for _ in range(self._rng.choices((0, 1, 2, 3, 4), (30, 30, 20, 12, 8))[0]):
            line = Line("Z", self._filler.ack(laugh=chosen.laugh))
            end = self._play(conversation.id, end + self._gap(), (line,), cast=self._cast("Z", members))
        return len(self._drafts) - before

    def _moment(self, conversation: Conversation) -> int:
        first = conversation.since_ms // _DAY + 1
        day = self._rng.randrange(first, conversation.until_ms // _DAY)
        hour = self._rng.choices(range(24), _HOURS)[0]
        return day * _DAY + hour * 3_600_000 + self._rng.randrange(3_600_000)

    def _gap(self) -> int:
        short, middling, long = (3_000, 40_000), (40_000, 180_000), (180_000, 2_400_000)
        return self._rng.randrange(*self._rng.choices((short, middling, long), (65, 27, 8))[0])

    def _cast(self, letters: Sequence[str], members: Sequence[str]) -> dict[str, str]:
        people = self._plot.people
        free, cast = list(members), dict[str, str]()
        for letter in sorted(letters, key=lambda x: x != "S"):
            bosses = [p for p in free if people[p].rank in _SUPERVISORS]
            pool = bosses if letter == "S" and bosses else free
            cast[letter] = self._rng.choices(pool, [people[p].talk for p in pool])[0]
            free.remove(cast[letter])
        return cast

    def _play(self, conversation: str, start: int, scene: Sequence[Line], *, cast: Mapping[str, str]) -> int:
        """Say a scene's lines from `start`; whoever is no longer a member says nothing."""
        now, first, heard = start, len(self._drafts), dict[int, int]()
        for number, line in enumerate(scene, 1):
            author = cast[line.who]
            if not self._members[conversation].holds(author, now):
                continue
            heard[number] = len(self._drafts)
            quoted = heard.get(line.quotes) if line.quotes else None
            if quoted is None and len(self._drafts) > first and self._rng.random() < 0.06:
                quoted = len(self._drafts) - 1
            self._draft(conversation, author, now, line, quoted, cast)
            now += self._gap()
        return now

    def _draft(
        self, conversation: str, author: str, now: int, line: Line, quoted: int | None, cast: Mapping[str, str]
    ) -> None:
        others = [p for p in self._members[conversation].at(now) if p not in cast.values()]
        name = self._plot.people[self._rng.choice(others or [author])].name.split()[0]
        text = self._filler.fill(line.text, name)
        if line.kind == "forgery":
            line = replace(line, kind="text", text=FORGERY)
        elif line.kind == "text":
            line = replace(line, text=typed(text, self._plot.people[author], self._rng))
        elif line.kind == "document":
            line = replace(line, text=self._rng.choice(self._filler.documents))
        else:
            caption = line.kind in ("image", "video") and self._rng.random() < 0.3
            line = replace(line, text=self._rng.choice(self._filler.captions) if caption else "")
        self._drafts.append(_Draft(conversation, author, now, line, quoted, len(self._drafts)))

    def _recur(self, row: Mapping[str, Any]) -> None:
        remarks = row["lines"].strip().splitlines()
        conversation = self._plot.conversations["g2"]
        for turn in range(row["times"]):
            start = self._moment(conversation)
            present = [p for p in row["people"] if self._members["g2"].holds(p, start)]
            if len(present) < 2:
                continue
            first, second = self._rng.sample(present, 2)
            scene = "A" + remarks[turn % len(remarks)] + "\nB" + self._rng.choice(row["replies"])
            self._play("g2", start, lines(scene), cast={"A": first, "B": second})

    def _view_once(self, conversation: Conversation) -> None:
        if conversation.id != "g2":
            return
        for _ in range(6):
            start = self._moment(conversation)
            members = self._members["g2"].at(start)
            if len(members) > 2:
                self._play("g2", start, (Line("A", "", kind="view_once"),), cast=self._cast("A", members))

    def _finish(self) -> Iterator[Message]:
        order = sorted(self._drafts, key=lambda d: (d.sent_ms, d.nonce))
        ids = {draft.nonce: f"m{number:05d}" for number, draft in enumerate(order, 1)}
        taken: set[tuple[str, int]] = set()
        for draft in order:
            sent = draft.sent_ms
            while (draft.conversation, sent) in taken:
                sent += 1
            taken.add((draft.conversation, sent))
            yield self._message(draft, sent, ids)

    def _message(self, draft: _Draft, sent: int, ids: Mapping[int, str]) -> Message:
        whatsapp = self._plot.conversations[draft.conversation].platform == "whatsapp"
        line, author = draft.line, self._plot.people[draft.author]
        quotes = whatsapp and draft.answers is not None
        return Message(
            id=ids[draft.nonce],
            conversation=draft.conversation,
            author=draft.author,
            sent_ms=sent,
            kind=line.kind,
            text=line.text or None,
            key=message_key(self._rng, self._client(author)) if whatsapp else "",
            reply_to=ids[draft.answers] if quotes and draft.answers is not None else None,
            forwarded=whatsapp and not line.conduct and self._rng.random() < 0.01,
            conduct=line.conduct,
            stance=line.stance,
        )

    def _client(self, author: Person) -> str:
        linked = author.id in {"pryor", "ashdown", "rudd", "feeney"}
        return "web" if linked and self._rng.random() < 0.08 else author.client
