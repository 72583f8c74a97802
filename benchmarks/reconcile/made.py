"""Made operations: one group conversation with its truth, before any phone shows it.

    operation = make(Shape(messages=2_000), [Phone("android", owner=0), Phone("ios", owner=1)], seed=1)

The same arguments make the same operation, whatever is asked of it afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from benchmarks.reconcile.knobs import Phone, Shape
from benchmarks.reconcile.timeline import sent
from benchmarks.reconcile.words import bodies

__all__ = ["EVENTS", "KINDS", "Operation", "make"]

Integers = npt.NDArray[np.int64]

#: What an item is; a code is a place in this tuple.
KINDS = ("text", "image", "voice", "sticker", "gif", "video", "system")
SYSTEM = KINDS.index("system")
_MEDIA_WEIGHTS = (0.4, 0.15, 0.25, 0.12, 0.08)

#: What a system event reports; code 0 is no event.
EVENTS = ("", "created", "added", "left", "number_changed", "timer_changed")

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
#: How far back a reply or an edit reaches.
_NEAR = 40


@dataclass(frozen=True)
class Operation:
    """Every item (message or system event) of the conversation in its true order; an item's place is its number."""

    shape: Shape
    phones: tuple[Phone, ...]
    seed: int
    #: Milliseconds, true.
    at: Integers
    #: Person who wrote it or did it.
    author: npt.NDArray[np.int16]
    kind: npt.NDArray[np.int8]
    event: npt.NDArray[np.int8]
    #: Person whom a system event is about.
    about: npt.NDArray[np.int16]
    #: Place in `pool`; -1 where there are no words.
    body: npt.NDArray[np.int32]
    pool: pa.StringArray
    #: When it was edited, or deleted for all; 0 where it was not. An edited text has " (corrected)" behind it.
    edited: Integers
    revoked: Integers
    #: Number of the item that it answers; -1 where it answers none.
    reply: npt.NDArray[np.int64]
    #: Person who reacted; -1 where nobody did. A reaction follows 40 s after its message.
    reacted: npt.NDArray[np.int16]
    #: Sixteen bytes an item.
    keys: npt.NDArray[np.uint8]
    #: By person: when they came and went, milliseconds.
    since: Integers
    until: Integers
    #: When the second person's number changed.
    changed: int | None

    @property
    def mover(self) -> int:
        """Who changed their number; -1 where nobody did."""
        found = np.flatnonzero(self.event == EVENTS.index("number_changed"))
        return int(self.author[found[0]]) if len(found) else -1

    @property
    def authored(self) -> npt.NDArray[np.bool_]:
        """Which items are messages."""
        return np.asarray(self.kind != SYSTEM)

    def moment(self, share: float) -> int:
        """The instant at that share of the span; the end of it lies after the last item."""
        first, last = self.shape.start_ms, int(self.at[-1]) + _HOUR
        return round(first + share * (last - first))

    def key(self, items: Integers) -> pa.StringArray:
        """The platform's keys of `items`: 32 hexadecimal digits."""
        digits = np.frombuffer(b"0123456789ABCDEF", np.uint8)
        chosen = self.keys[items]
        written = np.empty((len(items), 32), np.uint8)
        written[:, 0::2] = digits[chosen >> 4]
        written[:, 1::2] = digits[chosen & 15]
        bounds = np.arange(len(items) + 1, dtype=np.int32) * 32
        return pa.Array.from_buffers(
            pa.string(), len(items), [None, pa.py_buffer(bounds), pa.py_buffer(written.ravel())]
        )


def make(shape: Shape, phones: Sequence[Phone], *, seed: int) -> Operation:
    """The operation of that shape; its phones' owners join and leave when their phones say so."""
    rng = np.random.default_rng([seed, 1])
    count = shape.messages
    at = sent(shape, rng)
    start, end = shape.start_ms, int(at[-1]) + _HOUR
    since, until = _spells(shape, phones, start, end)
    author = _authors(shape, at, since, until, rng)
    said = bodies(count, shape.distinct, rng)
    body, kind = said.codes.copy(), np.zeros(count, np.int8)
    media = np.flatnonzero(rng.random(count) < shape.media)
    kind[media] = 1 + rng.choice(len(_MEDIA_WEIGHTS), size=len(media), p=_MEDIA_WEIGHTS)
    body[media] = -1
    _echo(shape, at, author, body, kind, since, until, rng)
    zero = np.zeros(count, np.int64)
    edited = np.where(
        (kind == 0) & (rng.random(count) < shape.edited), at + rng.integers(2, 600, size=count) * 1000, zero
    )
    revoked = np.where(
        (edited == 0) & (rng.random(count) < shape.revoked), at + rng.integers(5, 172_800, size=count) * 1000, zero
    )
    reply = np.where(
        (np.arange(count) > 0) & (rng.random(count) < shape.replies),
        np.maximum(np.arange(count) - rng.integers(1, _NEAR, size=count), 0),
        -1,
    )
    reacted = np.where(rng.random(count) < shape.reactions, _members(shape, at, since, until, rng), -1)
    events = _events(shape, phones, start, end)
    changed = next((when for when, event, _, _ in events if event == "number_changed"), None)
    extra = len(events)
    when = np.concatenate([np.array([event[0] for event in events], np.int64), at])
    order = np.argsort(when, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))

    def joined(first: Sequence[int], rest: npt.NDArray[np.generic], kind_of: type) -> npt.NDArray[np.generic]:
        return np.concatenate([np.array(first, kind_of), rest.astype(kind_of)])[order]

    answered = np.where(reply >= 0, place[np.maximum(reply, 0) + extra], -1)
    return Operation(
        shape=shape, phones=tuple(phones), seed=seed,
        at=when[order],
        author=joined([event[2] for event in events], author, np.int16),  # type: ignore[arg-type]
        kind=joined([SYSTEM] * extra, kind, np.int8),  # type: ignore[arg-type]
        event=joined([EVENTS.index(event[1]) for event in events], zero, np.int8),  # type: ignore[arg-type]
        about=joined([event[3] for event in events], zero - 1, np.int16),  # type: ignore[arg-type]
        body=joined([-1] * extra, body, np.int32),  # type: ignore[arg-type]
        pool=said.pool,
        edited=joined([0] * extra, edited, np.int64),  # type: ignore[arg-type]
        revoked=joined([0] * extra, revoked, np.int64),  # type: ignore[arg-type]
        reply=joined([-1] * extra, answered, np.int64),  # type: ignore[arg-type]
        reacted=joined([-1] * extra, reacted, np.int16),  # type: ignore[arg-type]
        keys=rng.integers(0, 256, size=(len(order), 16), dtype=np.uint8),
        since=since, until=until, changed=changed,
    )  # fmt: skip


def _spells(shape: Shape, phones: Sequence[Phone], start: int, end: int) -> tuple[Integers, Integers]:
    """By person, when they came and went; several phones of one person must say the same."""
    since = np.full(shape.people, start - _HOUR, np.int64)
    until = np.full(shape.people, end + _HOUR, np.int64)
    for phone in phones:
        if phone.joined > 0:
            since[phone.owner] = round(start + phone.joined * (end - start))
        if phone.left < 1:
            until[phone.owner] = round(start + phone.left * (end - start))
    return since, until


def _events(shape: Shape, phones: Sequence[Phone], start: int, end: int) -> list[tuple[int, str, int, int]]:
    """System events as (when, what, who did it, about whom), in order of time."""
    found = {(start - _HOUR, "created", _host(phones), -1)}
    for phone in phones:
        if phone.joined > 0:
            found.add((round(start + phone.joined * (end - start)), "added", _host(phones), phone.owner))
        if phone.left < 1:
            found.add((round(start + phone.left * (end - start)), "left", phone.owner, phone.owner))
    if shape.number_changed is not None and shape.people > 1:
        found.add((round(start + shape.number_changed * (end - start)), "number_changed", _mover(shape, phones), -1))
    if shape.timer is not None:
        found.add((round(start + shape.timer.since * (end - start)), "timer_changed", _host(phones), -1))
    return sorted(found)


def _host(phones: Sequence[Phone]) -> int:
    """Somebody who is there throughout: who makes the group and adds people."""
    passing = {phone.owner for phone in phones if phone.joined > 0 or phone.left < 1}
    return next(person for person in range(len(passing) + 1) if person not in passing)


def _mover(shape: Shape, phones: Sequence[Phone]) -> int:
    """Who changes their number: the last person, whose phone nobody has, where that can be."""
    owners = {phone.owner for phone in phones}
    return next((person for person in reversed(range(shape.people)) if person not in owners), shape.people - 1)


def _members(
    shape: Shape, at: Integers, since: Integers, until: Integers, rng: np.random.Generator
) -> npt.NDArray[np.int16]:
    """Somebody who was in the group at each instant: a few say most."""
    weight = 1 / np.arange(2, shape.people + 2)
    found = rng.choice(shape.people, size=len(at), p=weight / weight.sum())
    always = np.flatnonzero((since < at[0]) & (until > at[-1]))
    absent = np.flatnonzero((at <= since[found]) | (at >= until[found]))
    found[absent] = rng.choice(always, size=len(absent))
    return found.astype(np.int16)


def _authors(
    shape: Shape, at: Integers, since: Integers, until: Integers, rng: np.random.Generator
) -> npt.NDArray[np.int16]:
    return _members(shape, at, since, until, rng)


def _echo(
    shape: Shape,
    at: Integers,
    author: npt.NDArray[np.int16],
    body: npt.NDArray[np.int32],
    kind: npt.NDArray[np.int8],
    since: Integers,
    until: Integers,
    rng: np.random.Generator,
) -> None:
    """Some say again what was just said, within the minute: the same author mostly, another now and then."""
    count = len(at)
    stock = (body >= 0) & (body < 60)
    follows = np.zeros(count, np.bool_)
    follows[1:] = (np.diff(at) < _MINUTE) & stock[:-1] & (kind[1:] == 0) & stock[1:]
    # Echoes replace stock words by stock words: bodies that occur once stay, and their share with them.
    share = min(1.0, shape.echoes / max(1e-9, float(follows.mean())))
    chosen = np.flatnonzero(follows & (rng.random(count) < share))
    body[chosen] = body[chosen - 1]
    same = chosen[rng.random(len(chosen)) < 0.7]
    _by_the_same(same, at, author, since, until)
    files = np.zeros(count, np.bool_)
    files[1:] = (np.diff(at) < _MINUTE) & (kind[:-1] > 0) & stock[1:] & (kind[1:] == 0)
    share = min(1.0, shape.albums / max(1e-9, float(files.mean())))
    chosen = np.flatnonzero(files & (rng.random(count) < share))
    kind[chosen], body[chosen] = kind[chosen - 1], -1
    _by_the_same(chosen, at, author, since, until)


def _by_the_same(
    places: Integers, at: Integers, author: npt.NDArray[np.int16], since: Integers, until: Integers
) -> None:
    """Let whoever wrote the message before write these, where they are still there."""
    before = author[places - 1]
    there = (at[places] > since[before]) & (at[places] < until[before])
    author[places[there]] = before[there]
