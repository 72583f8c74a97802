"""The ladder: for one message, everything that is known of each person's having seen it. Never a bare yes or no.

All rungs that hold are listed, the strongest first (`LADDER`), each with its evidence:

- `wrote` it; `read` or `played`: a receipt on the sender's phone; `reacted`, `replied` to or quoted it;
- `posted_later` in the same conversation, with the lag;
- `own_phone_past`: their own phone is read past it; `own_phone_holds`: it holds the message;
- `delivered`: a receipt; `verified_roster`: among those that the platform's own digest of the recipients proves;
- `by_events`, `by_inference`: a member when it was sent; `unknown`: nothing tells;
- `not_yet_joined`, `left`, `removed`: not a member when it was sent, as events or tables show;
- `unreachable`: no delivered receipt although others have theirs. That is what it says, and no more.

More evidence of seeing (a receipt, a reaction, a post, a capture that holds the message) never lowers anybody. Only an
event that shows somebody out of the conversation at the time replaces what was inferred from before and after; it
never touches what was seen directly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from upstander.people.opened import Opened, opened
from upstander.people.own import UNDATED
from upstander.people.rosters import Fit
from upstander.people.rows import Ints
from upstander.people.silence import DAY, Silence, silence
from upstander.people.stretches import OWN_PHONE, Stretch
from upstander.storage import Case

__all__ = ["LADDER", "OUT", "Presence", "Rung", "Standing"]

LADDER = (
    "wrote",
    "read",
    "played",
    "reacted",
    "replied",
    "posted_later",
    "own_phone_past",
    "own_phone_holds",
    "delivered",
    "verified_roster",
    "by_events",
    "by_inference",
    "unknown",
    "not_yet_joined",
    "left",
    "removed",
    "unreachable",
)
_ORDER = {rung: place for place, rung in enumerate(LADDER)}
#: Rungs of those who were not in.
OUT = ("not_yet_joined", "left", "removed")
#: Whoever came or went no further from a message than this may be among its recipients or not: milliseconds.
_CLOSE = 60_000


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung that holds."""

    rung: str
    evidence: str
    #: When, milliseconds since 1970, where the rung has a time of its own.
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands to one message; `rungs` is never empty."""

    person: str
    label: str
    administrator: bool
    rungs: tuple[Rung, ...]

    @property
    def strongest(self) -> str:
        """The strongest rung."""
        return self.rungs[0].rung


@dataclass(frozen=True)
class Presence:
    """A conversation opened for questions about single messages."""

    of: Opened

    @classmethod
    def open(cls, case: Case, conversation: str) -> "Presence":
        """Load what is needed of the conversation, once. Raises `UsageError` where there is none of that id."""
        return cls(opened(case, conversation))

    def ladder(self, message: int) -> list[Standing]:
        """Where everybody stands to the message at the ordinal `message`, by the strongest rung, then by person."""
        of = self.of
        found: list[list[Rung]] = [[] for _ in of.ids]
        members = [self._membership(person, message) for person in range(len(of.ids))]
        self._received(message, found, members)
        self._acted(message, found)
        fit = self._fit(message, members)
        for person in range(len(of.ids)):
            stretch = members[person]
            self._posted(message, person, found[person], stretch)
            found[person] += self._own(message, person)
            found[person] += self._member(person, message, stretch, fit)
        author = int(of.author[message])
        if author >= 0:
            found[author].append(Rung("wrote", "the author"))
        made = [
            Standing(of.ids[person], of.labels[person], person in of.administrators, _ordered(rungs))
            for person, rungs in enumerate(found)
        ]
        return sorted(made, key=lambda standing: (_ORDER[standing.strongest], standing.person))

    def silence(self, messages: Sequence[int] | Ints, *, window: int = 7 * DAY, person: int | None = None) -> Silence:
        """What everybody, or that person, did about the messages at these ordinals, with the opportunity."""
        return silence(self.of, messages, window=window, person=person)

    def _membership(self, person: int, message: int) -> Stretch | None:
        for stretch in self.of.stretches[person]:
            if stretch.since <= message < stretch.until:
                return stretch
        return None

    def _received(self, message: int, found: list[list[Rung]], members: Sequence[Stretch | None]) -> None:
        receipts = self.of.receipts
        first, last = np.searchsorted(receipts.ordinal, [message, message + 1])
        delivered = set()
        for place in range(first, last):
            person = int(receipts.person[place])
            said = f"receipt {receipts.row[int(place)]} on the sender's phone"
            for rung, times in (
                ("read", receipts.read),
                ("played", receipts.played),
                ("delivered", receipts.delivered),
            ):
                at = int(times[place])
                if at != UNDATED:
                    found[person].append(Rung(rung, said, at))
                    delivered.add(person)
        if delivered:
            author = int(self.of.author[message])
            for person, stretch in enumerate(members):
                inside = stretch is not None and stretch.rung not in OUT
                if inside and person not in delivered and person != author:
                    others = f"{len(delivered)} other{'s have' if len(delivered) > 1 else ' has'}"
                    found[person].append(Rung("unreachable", f"no delivered receipt, where {others} one"))

    def _acted(self, message: int, found: list[list[Rung]]) -> None:
        acts = self.of.acts
        first, last = np.searchsorted(acts.ordinal, [message, message + 1])
        for place in range(first, last):
            lag = int(acts.lag[place])
            at = int(self.of.at[message]) + lag if lag >= 0 else None
            if acts.act[place] == "reply":
                found[acts.person[place]].append(Rung("replied", f"message {acts.response[int(place)]}", at))
            else:
                how = acts.emoji[int(place)] or "a reaction, taken back"
                found[acts.person[place]].append(Rung("reacted", how, at))

    def _posted(self, message: int, person: int, rungs: list[Rung], stretch: Stretch | None) -> None:
        """A later post says that they were there again, unless they are known to have been out at the time."""
        posts = self.of.posts[person]
        place = int(np.searchsorted(posts, message, "right"))
        if place < len(posts) and (stretch is None or stretch.rung not in OUT):
            ordinal = int(posts[place])
            at = int(self.of.at[ordinal])
            sent = int(self.of.at[message])
            later = f", {lagged(at - sent)} later" if sent != UNDATED else ", later in the conversation's order"
            said = f"message {ordinal:,} of the conversation{later}"
            if stretch is None:
                said += "; whether they were in at the time, nothing shows"
            rungs.append(Rung("posted_later", said, at if at != UNDATED else None))

    def _own(self, message: int, person: int) -> Iterator[Rung]:
        for reference, held, read in self.of.own.get(person, ()):
            place = int(np.searchsorted(held, message))
            if place < len(held) and held[place] == message:
                for rung in ("own_phone_past", "own_phone_holds") if message < read else ("own_phone_holds",):
                    yield Rung(rung, OWN_PHONE[rung].format(reference))

    def _fit(self, message: int, members: Sequence[Stretch | None]) -> Fit | None:
        """The roster that the message's digest proves, where there is one."""
        if message not in self.of.digests.of:
            return None
        inside = [
            person
            for person, stretch in enumerate(members)
            if stretch is not None and stretch.rung in ("by_events", "by_inference")
        ]
        doubtful = [
            person for person, stretch in enumerate(members) if stretch is None or self._changing(person, message)
        ]
        return self.of.digests.fit(message, inside, doubtful, int(self.of.author[message]))

    def _changing(self, person: int, message: int) -> bool:
        """Whether they came or went within a minute of the message: clocks do not say which was first."""
        at = int(self.of.at[message])
        for spell in self.of.spells[person]:
            for earliest, latest in (
                (spell.since_earliest, spell.since_latest),
                (spell.until_earliest, spell.until_latest),
            ):
                if earliest is not None and latest is not None and earliest - _CLOSE <= at <= latest + _CLOSE:
                    return True
        return False

    def _member(self, person: int, message: int, stretch: Stretch | None, fit: Fit | None) -> Iterator[Rung]:
        proven = fit is not None and person in fit.people
        if proven:
            wanted, capture = self.of.digests.of[message]
            size = len(fit.people) if fit is not None else 0
            how = fit.how if fit is not None else ""
            reference = next(of.reference for of in self.of.captures if of.capture == capture)
            said = f"the recipients' digest {wanted} ({reference}) is that of these {size} members, {how}"
            yield Rung("verified_roster", said)
        if stretch is None:
            if not proven:
                yield Rung(
                    "unknown", "no event, table or post shows whether they were in" + self._without(message, fit)
                )
            return
        said = stretch.evidence
        if stretch.rung in OUT and proven:
            # By an event within the minute: the digest says which was first.
            return
        if stretch.rung not in OUT and not proven:
            said += self._without(message, fit)
        if stretch.rung == "not_yet_joined":
            later = [event for ordinal, event in self.of.shared if ordinal > message]
            if later:
                said += f"; history was shared with joiners ({later[0]}): joining later does not mean never seeing it"
        yield Rung(stretch.rung, said)

    def _without(self, message: int, fit: Fit | None) -> str:
        """What is said of who is not among those whom the digest proves."""
        if message not in self.of.digests.of:
            return ""
        wanted, _ = self.of.digests.of[message]
        if fit is not None:
            return f"; the recipients' digest {wanted} is that of {len(fit.people)} others"
        return f"; no roster that was tried has the recipients' digest {wanted}, which says nothing of anybody"


def _ordered(rungs: Sequence[Rung]) -> tuple[Rung, ...]:
    """The strongest first, the earliest of each first; one rung may hold by several pieces of evidence."""
    return tuple(
        sorted(rungs, key=lambda rung: (_ORDER[rung.rung], rung.at if rung.at is not None else 0, rung.evidence))
    )


def lagged(milliseconds: int) -> str:
    """A lag in words: `3 min`, `2 h`, `9 days`."""
    seconds = milliseconds // 1000
    for unit, size, limit in (("s", 1, 90), ("min", 60, 5400), ("h", 3600, 172_800)):
        if seconds < limit:
            return f"{seconds // size} {unit}"
    return f"{seconds // 86_400} days"
