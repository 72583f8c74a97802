"""An Android msgstore.db of a made operation, as columns: what `direct_store` makes rows of and `store_file` writes.

Row numbers count what reached the phone; a message that was deleted there, or that a timer took, leaves a hole.
Receipts and reactions outlive the message, as they have been seen to do.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.reconcile.held import DELETED, EDITED, HELD, TIMER, TOMBSTONE, Held
from benchmarks.reconcile.made import EVENTS, KINDS, SYSTEM, Operation
from benchmarks.reconcile.names import address, linked
from benchmarks.reconcile.text import CORRECTED, TITLE

__all__ = ["ACTIONS", "ENCRYPTION", "GROUP", "MIME", "TYPES", "Store"]

Integers = npt.NDArray[np.int64]

GROUP = "447700900000-1488326400@g.us"
#: `message_type` by kind of item; a tombstone is 15.
TYPES = np.array([0, 1, 2, 20, 13, 3, 7], np.int64)
REVOKED = 15
#: `action_type` by system event.
ACTIONS = {"created": 11, "added": 12, "left": 5, "number_changed": 10, "timer_changed": 56}
ENCRYPTION = 67
MIME = ("image/jpeg", "audio/ogg; codecs=opus", "image/webp", "video/mp4", "video/mp4")

_ENDINGS = ("jpg", "opus", "webp", "mp4", "mp4")

#: Share of a deleted message's receipts that stay behind.
_ORPHANS = 0.75
#: Recipients whose receipts are kept for an own message, and when they received and read it.
_RECIPIENTS, _DELIVERED, _READ = 3, 2_000, 60_000
_REACTED = 40_000

assert KINDS[1:-1] == ("image", "voice", "sticker", "gif", "video")  # noqa: S101 - the tables above are in this order


@dataclass(frozen=True)
class Store:
    """One phone's database. Row 1 is the notice that every chat begins with."""

    operation: Operation
    index: int
    holds: Held

    @cached_property
    def received(self) -> Integers:
        """Numbers of the items that reached the phone: each took a row number, 2 and up."""
        return np.flatnonzero(np.isin(self.holds.reason, (HELD, DELETED, TIMER)))

    @cached_property
    def ids(self) -> Integers:
        """Row numbers of the items held."""
        return np.searchsorted(self.received, self.holds.items) + 2

    @cached_property
    def mine(self) -> npt.NDArray[np.bool_]:
        """Which rows the phone's owner wrote."""
        items, phone = self.holds.items, self.operation.phones[self.index]
        return np.asarray((self.operation.author[items] == phone.owner) & (self.operation.kind[items] != SYSTEM))

    @cached_property
    def arrived(self) -> Integers:
        """By row: when the phone had it, by its own clock."""
        items, phone = self.holds.items, self.operation.phones[self.index]
        rng = np.random.default_rng([self.operation.seed, 4, self.index])
        late = rng.integers(300, 4_000, size=len(self.operation.at))[items]
        ahead = np.full(len(items), phone.fast_ms, np.int64)
        at = self.operation.at[items]
        for move in phone.moved:
            ahead[(at >= self.operation.moment(move.since)) & (at < self.operation.moment(move.until))] += move.by_ms
        return at + ahead + np.where(self.mine, 0, late)

    @cached_property
    def types(self) -> Integers:
        """By row: `message_type`."""
        return np.where(self.holds.state == TOMBSTONE, REVOKED, TYPES[self.operation.kind[self.holds.items]])

    @cached_property
    def texts(self) -> pa.StringArray:
        """By row: `text_data`."""
        items, state = self.holds.items, self.holds.state
        return self._said(items, edited=state == EDITED, none=state == TOMBSTONE)

    def _said(self, items: Integers, *, edited: npt.NDArray[np.bool_], none: npt.NDArray[np.bool_]) -> pa.StringArray:
        codes = self.operation.body[items]
        said = self.operation.pool.take(pa.array(np.maximum(codes, 0), mask=(codes < 0) | none))
        if edited.any():
            said = pc.if_else(pa.array(edited), pc.binary_join_element_wise(said, CORRECTED, ""), said)
        created = self.operation.event[items] == EVENTS.index("created")
        return pc.if_else(pa.array(created), TITLE, said) if created.any() else said

    @cached_property
    def addresses(self) -> list[str]:
        """Every address, `jid` row 1 and up: people's, that of a changed number, linked ids, the group."""
        people = range(self.operation.shape.people)
        mover = max(self.operation.mover, 0)
        return [
            *(address(person, moved=False) for person in people),
            address(mover, moved=True),
            *(linked(person) for person in people),
            GROUP,
        ]

    @cached_property
    def by_link(self) -> npt.NDArray[np.bool_]:
        """By person: whether the phone knows them by linked id."""
        phone = self.operation.phones[self.index]
        rng = np.random.default_rng([self.operation.seed, 5, self.index])
        known = rng.random(self.operation.shape.people) < phone.linked
        known[phone.owner] = False
        return known

    def jids(self, people: npt.NDArray[np.integer], at: Integers) -> Integers:
        """Rows of `jid` of `people` at the instants `at`."""
        count = self.operation.shape.people
        person = people.astype(np.int64)
        moved = (person == self.operation.mover) & (at >= (self.operation.changed or 0))
        found = np.where(moved, count, person)
        return np.where(self.by_link[person], count + 1 + person, found) + 1

    @property
    def owner(self) -> str:
        """The handle of the phone's account: `me`, unless an event says that it joined."""
        operation = self.operation
        phone = operation.phones[self.index]
        event = operation.event[self.holds.items] == EVENTS.index("added")
        joined = event & (operation.about[self.holds.items] == phone.owner)
        return address(phone.owner, moved=False) if joined.any() else "me"

    @cached_property
    def replies(self) -> Integers:
        """Places of the rows that quote another message."""
        return np.flatnonzero((self.operation.reply[self.holds.items] >= 0) & (self.holds.state != TOMBSTONE))

    def quoted(self) -> tuple[Integers, pa.StringArray]:
        """By reply: number and text of what it quotes."""
        targets = self.operation.reply[self.holds.items[self.replies]]
        never = np.zeros(len(targets), np.bool_)
        return targets, self._said(targets, edited=never, none=never)

    @cached_property
    def reactions(self) -> tuple[Integers, Integers, Integers]:
        """Of reactions: the row numbers of their messages (some of them gone), who reacted, and when."""
        operation, items = self.operation, self.received
        when = operation.at[items] + _REACTED
        person = operation.reacted[items]
        owner = operation.phones[self.index].owner
        kept = (person >= 0) & (when < self.holds.taken) & (operation.revoked[items] == 0)
        kept &= when < operation.until[owner]
        kept &= self.holds.reason[items] != TIMER
        return np.flatnonzero(kept) + 2, person[kept].astype(np.int64), when[kept]

    @cached_property
    def receipts(self) -> tuple[Integers, Integers, Integers, Integers]:
        """Of receipts: row numbers of their messages (some of them gone), recipients, delivered, read."""
        operation, items = self.operation, self.received
        owner = operation.phones[self.index].owner
        rng = np.random.default_rng([operation.seed, 6, self.index])
        stays = rng.random(len(items)) < _ORPHANS
        reason = self.holds.reason[items]
        own = (operation.author[items] == owner) & (operation.kind[items] != SYSTEM)
        own &= (reason == HELD) | ((reason == DELETED) & stays)
        rows = np.flatnonzero(own)
        at = operation.at[items[rows]]
        found: list[tuple[Integers, Integers, Integers]] = []
        for step in range(1, min(_RECIPIENTS, operation.shape.people - 1) + 1):
            person = np.full(len(rows), (owner + step) % operation.shape.people)
            there = (at > operation.since[person]) & (at < operation.until[person])
            there &= at + _READ < self.holds.taken
            found.append((rows[there] + 2, person[there], at[there]))
        row, person, at = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((person, row))
        return row[order], person[order], at[order] + _DELIVERED, at[order] + _READ

    @cached_property
    def media(self) -> Integers:
        """Places of the rows that carry a file."""
        kind = self.operation.kind[self.holds.items]
        return np.flatnonzero((kind > 0) & (kind != SYSTEM) & (self.holds.state != TOMBSTONE))

    def medium(self, place: int, key: str, *, coded: bool) -> tuple[str, str, int, str]:
        """Path, media type, size and digest of a row's file; the digest in base64 where `coded`, else in hex."""
        kind = int(self.operation.kind[self.holds.items[place]]) - 1
        digest = hashlib.sha256(key.encode())
        written = base64.b64encode(digest.digest()).decode() if coded else digest.hexdigest()
        return f"Media/{key[:12]}.{_ENDINGS[kind]}", MIME[kind], 1_000 + int(key[:4], 16), written

    @property
    def first(self) -> int:
        """When the phone has the notice of encryption from."""
        items = self.holds.items
        return int(self.operation.at[items[0]]) // 1000 * 1000 if len(items) else self.operation.shape.start_ms

    def members(self, *, past: bool) -> list[tuple[int, int]]:
        """Rows of `jid` of the members when the phone was taken and when they came, or of past ones and when they left.

        A phone whose owner has left learns of nothing that came after.
        """
        operation = self.operation
        seen = min(self.holds.taken, int(operation.until[operation.phones[self.index].owner]) + 1)
        found = []
        for person in range(operation.shape.people):
            since, until = int(operation.since[person]), int(operation.until[person])
            if since >= seen or (until < seen) != past:
                continue
            jid = int(self.jids(np.array([person]), np.array([seen]))[0])
            found.append((jid, until if past else since))
        return found

    def numbers_changed(self) -> tuple[int, int]:
        """Rows of `jid` of the old number and the new one."""
        return self.operation.mover + 1, self.operation.shape.people + 1

    def stamps(self) -> Integers:
        """By row: `timestamp`."""
        return np.where(self.mine, self.holds.ms, self.holds.ms // 1000 * 1000)
