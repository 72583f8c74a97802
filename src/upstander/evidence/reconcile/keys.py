"""The captures that have platform keys become one conversation: rows with one key are one message.

A key is believed with its author: where two captures give one key to two people (by whom the other keys show them to
be), the rows stay apart. Rows without a key, notices of the app above all, pair by kind and time (`aligning.rest`).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.authors import Names, counted
from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.spine import METHODS, Placed, Spine

__all__ = ["joined_by_key"]

#: How far a phone's stamp may be from the server's before its clock is taken to be wrong (ms).
_RIGHT = 60_000

#: Share of the messages of an author in one capture that must be one other author's in another.
_SHARE = 0.5


class _Columns:
    """Columns of the rows that have a key, of all captures together, in the order of their keys."""

    def __init__(self, captures: Sequence[Held], rows: Sequence[Ints], order: Ints, row: Ints) -> None:
        self._captures = captures
        self._rows = rows
        self._order = order
        #: Row in its capture.
        self.row = row

    def of(self, name: str) -> np.ndarray:
        """The column called `name`."""
        parts = [getattr(held, name)[mine] for held, mine in zip(self._captures, self._rows, strict=True)]
        column: np.ndarray = np.concatenate(parts)[self._order]
        return column


def joined_by_key(captures: Sequence[Held]) -> tuple[list[Placed], Spine]:
    """Place every authored row that has a key; gives the captures in the order given, and the messages."""
    held_of = [np.flatnonzero((held.key != 0) & held.authored) for held in captures]
    rows = np.concatenate(held_of)
    place = np.concatenate([np.full(len(mine), number) for number, mine in enumerate(held_of)])
    key = np.concatenate([held.key[mine] for held, mine in zip(captures, held_of, strict=True)])
    base = np.cumsum([0, *(len(held.authors) for held in captures)])
    author = np.concatenate(
        [held.author[mine] + base[n] for n, (held, mine) in enumerate(zip(captures, held_of, strict=True))]
    )
    # Captures stand one after another, each in its own order: a sort that keeps order needs the key alone.
    order = np.argsort(key, kind="stable")
    rows, place, key, author = rows[order], place[order], key[order], author[order]
    fresh = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.zeros(0, np.bool_)
    begin = np.maximum.accumulate(np.where(fresh, np.arange(len(key)), 0))
    person = _persons(author[~fresh], author[begin][~fresh], base)
    # A second row of one capture with the same key, and a key that names two people, stay apart.
    doubled = np.concatenate([[False], (key[1:] == key[:-1]) & (place[1:] == place[:-1])]) if len(key) else fresh
    apart = doubled | (person[author] != person[author[begin]])
    number = np.cumsum(fresh | apart) - 1
    number = np.where(apart, number, number[begin]) if len(number) else number
    rows_of = np.bincount(number)
    number = (np.cumsum(rows_of > 0) - 1)[number]
    rows_of = rows_of[rows_of > 0]
    shared = rows_of[number] > 1
    placed = []
    for index, held in enumerate(captures):
        mine = place == index
        made = Placed(held, np.full(len(held), -1, np.int64), np.zeros(len(held), np.int8), np.ones(len(held)))
        made.message[rows[mine]] = number[mine]
        made.method[rows[mine]] = np.where(shared[mine], METHODS.index("key"), 0)
        placed.append(made)
    people, compact = np.unique(person, return_inverse=True)
    columns = _Columns(captures, held_of, order, rows)
    return placed, _spine(columns, number, compact[author], len(rows_of), len(people))


def _persons(author: Ints, other: Ints, base: Ints) -> Ints:
    """Group of every author of every capture (numbered from `base` on): those that key after key name one another."""
    total = int(base[-1])
    names = Names(total, 0)
    a, b, count = counted(author, other, lefts=total, rights=total)
    # A share is of what either has in the other's capture: a number that changed is two names here and one there.
    capture = np.searchsorted(base, np.arange(total), side="right") - 1
    here, there = a * len(base) + capture[b], b * len(base) + capture[a]
    of_a, of_b = np.bincount(here, weights=count)[here], np.bincount(there, weights=count)[there]
    strong = (a != b) & ((count >= _SHARE * of_a) | (count >= _SHARE * of_b))
    for x, y in zip(a[strong].tolist(), b[strong].tolist(), strict=True):
        names.join_left(x, y)
    return names.groups()[0]


def _spine(columns: _Columns, number: Ints, person: Ints, messages: int, people: int) -> Spine:
    """Every message with the best that its rows know of it."""
    sent, server, own, unit = columns.of("sent"), columns.of("server"), columns.of("own"), columns.of("unit")
    # Other people's phones show the platform's stamp; the sender's own shows its own clock.
    rank = np.where(~own, 0, np.where(server != NEVER, 1, 2)) + np.where((sent == NEVER) & (server == NEVER), 4, 0)
    # The server stamps a moment later than the phone: its stamp is taken where the phone's clock was clearly wrong.
    wrong = own & (server != NEVER) & ((sent == NEVER) | (np.abs(sent - server) > _RIGHT))
    stamp = np.where(wrong, server, sent)
    best = _first(number, rank * 4 + (unit > 1) + (unit > 1000), 64, messages)
    # What is said: words before tombstones, the edited before the first version.
    sort, edited = columns.of("sort"), columns.of("edited")
    said = _first(number, sort.astype(np.int64) * 2 + ~edited, 64, messages)
    media = np.zeros(messages, np.uint64)
    some = columns.of("media")
    media[number[some != 0]] = some[some != 0]
    return Spine(
        at=stamp[best], unit=unit[best], author=person[best], body=columns.of("body")[said], sort=sort[said],
        media=media, length=columns.of("length")[said], edited=_any(edited, number, messages),
        dated=stamp[best] != NEVER,
        place=columns.row[_first(number, np.zeros(len(number), np.int64), 1, messages)],
        apart=np.zeros(messages, np.bool_), authors=people,
    )  # fmt: skip


def _first(number: Ints, rank: Ints, ranks: int, messages: int) -> Ints:
    """Of the rows of every message, the one of the lowest rank, the first of equals."""
    best = np.full(messages, ranks, np.int64)
    np.minimum.at(best, number, rank)
    rows = np.flatnonzero(rank == best[number])[::-1]
    found = np.zeros(messages, np.int64)
    found[number[rows]] = rows
    return found


def _any(flags: npt.NDArray[np.bool_], number: Ints, messages: int) -> npt.NDArray[np.bool_]:
    some: npt.NDArray[np.bool_] = np.bincount(number[flags], minlength=messages) > 0
    return some
