"""The captures of one conversation put together: keys first, then one capture after another laid beside what is there.

The order is that of the captures' content (how fine their times are, how many rows they have, their ids), never that of
their arrival: the same captures give the same conversation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.aligning import Alignment, align
from upstander.evidence.reconcile.authors import counted
from upstander.evidence.reconcile.grouping import Group
from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.keys import joined_by_key
from upstander.evidence.reconcile.matching import Side, match
from upstander.evidence.reconcile.offsets import JITTER
from upstander.evidence.reconcile.spine import METHODS, Placed, Spine

__all__ = ["Joined", "joined"]


@dataclass(slots=True)
class Joined:
    """One conversation: its captures' rows placed, and its messages."""

    group: Group
    placed: list[Placed]
    spine: Spine
    #: What laying each capture beside the others showed; captures with keys and the first without have none.
    alignments: dict[str, Alignment]


def joined(group: Group, *, told: Callable[[int], None] = lambda _: None) -> Joined:
    """Put the captures of `group` together; `told` hears the rows of every capture that is done."""
    keyed = sorted((held for held in group.captures if held.keyed), key=_canonical)
    others = sorted((held for held in group.captures if not held.keyed), key=_canonical)
    placed: list[Placed] = []
    spine = _empty()
    if keyed:
        placed, spine = joined_by_key(keyed)
        _notices(placed, spine)
        told(sum(len(held) for held in keyed))
    alignments: dict[str, Alignment] = {}
    for held in others:
        here = Placed(held, np.full(len(held), -1, np.int64), np.zeros(len(held), np.int8), np.ones(len(held)))
        alignment = Alignment()
        if len(spine):
            alignment = align(here, spine)
            alignments[held.capture] = alignment
        _append(here, spine, alignment)
        placed.append(here)
        told(len(held))
    return Joined(group, placed, spine, alignments)


def _canonical(held: Held) -> tuple[int, int, str]:
    """Fine times first, then the larger capture, then by id."""
    return (int(np.median(held.unit)) if len(held) else 0, -len(held), held.capture)


def _empty() -> Spine:
    none = np.zeros(0, np.int64)
    return Spine(
        at=none, unit=none, author=none, body=none.astype(np.uint64), sort=none.astype(np.int8),
        media=none.astype(np.uint64), length=none, edited=none.astype(np.bool_), dated=none.astype(np.bool_),
        place=none, apart=none.astype(np.bool_),
    )  # fmt: skip


def _notices(placed: Sequence[Placed], spine: Spine) -> None:
    """Place what has no key in captures that have keys, notices of the app above all: by kind, author and time."""
    keyed = len(spine)
    for here in placed:
        held = here.held
        rows = np.flatnonzero((here.message < 0) & (held.sent != NEVER))
        free = np.setdiff1d(np.arange(keyed, len(spine)), here.message[here.message >= keyed])
        numbers = np.append(_numbers(here, spine), -1)
        left = Side(
            _token(held.body[rows], numbers[held.author[rows]]), held.sent[rows] - JITTER,
            held.sent[rows] + held.unit[rows] - 1 + JITTER, rows,
        )  # fmt: skip
        right = Side(
            _token(spine.body[free], spine.author[free]), spine.at[free], spine.at[free] + spine.unit[free] - 1, free
        )
        pairs = match(left, right, between=(np.full(len(rows), -1), np.full(len(rows), np.iinfo(np.int64).max)))
        here.message[rows[pairs.left]] = free[pairs.right]
        here.method[rows[pairs.left]] = METHODS.index("aligned")
        _append(here, spine, Alignment())


def _token(body: npt.NDArray[np.uint64], author: Ints) -> npt.NDArray[np.uint64]:
    token: npt.NDArray[np.uint64] = body ^ ((author + 2).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return token


def _append(here: Placed, spine: Spine, alignment: Alignment) -> None:
    """Give every row that is no message yet a message of its own."""
    held = here.held
    fresh = np.flatnonzero(here.message < 0)
    at, dated = _times(here, spine, alignment)
    numbers = _numbers(here, spine)
    unknown = np.flatnonzero(numbers < 0)
    numbers[unknown] = spine.authors + np.arange(len(unknown))
    author = np.where(held.author[fresh] >= 0, numbers[np.maximum(held.author[fresh], 0)] if len(numbers) else -1, -1)
    place = _near(here, spine)[fresh]
    here.message[fresh] = len(spine) + np.arange(len(fresh))
    spine.extend(
        Spine(
            at=at[fresh], unit=held.unit[fresh], author=author, body=held.body[fresh], sort=held.sort[fresh],
            media=held.media[fresh], length=held.length[fresh], edited=held.edited[fresh], dated=dated[fresh],
            place=place, apart=np.isin(fresh, alignment.apart), authors=spine.authors + len(unknown),
        )
    )  # fmt: skip


def _near(here: Placed, spine: Spine) -> Ints:
    """The place of every row's message; of a row without one, that of the last row before it that has."""
    rows = np.arange(len(here.message))
    if not len(spine):
        return rows
    known = here.message >= 0
    last = np.maximum.accumulate(np.where(known, rows, -1))
    near: Ints = np.where(last >= 0, spine.place[here.message[np.maximum(last, 0)]], -1)
    return near


def _numbers(here: Placed, spine: Spine) -> Ints:
    """The conversation's number of every author of the capture, by most of the rows that are placed; -1 for none."""
    held = here.held
    numbers = np.full(len(held.authors), -1, np.int64)
    some = (here.message >= 0) & (held.author >= 0)
    if not some.any():
        return numbers
    mine, theirs, count = counted(
        held.author[some], spine.author[here.message[some]], lefts=len(held.authors), rights=spine.authors
    )
    order = np.argsort(count, kind="stable")
    numbers[mine[order]] = theirs[order]
    return numbers


def _times(here: Placed, spine: Spine, alignment: Alignment) -> tuple[Ints, np.ndarray]:
    """When each row was sent by the conversation's clock, as near as it can be told, and whether it can be told.

    A row without a time takes that of the row before it, for the order's sake. A minute is narrowed by its neighbours.
    """
    held = here.held
    offset = np.zeros(len(held), np.int64)
    for stretch in alignment.stretches:
        offset[stretch.start : stretch.stop] = stretch.offset
    for author, own in alignment.own.items():
        for stretch in own:
            mine = held.author[stretch.start : stretch.stop] == author
            offset[stretch.start : stretch.stop][mine] = stretch.offset
    dated = held.sent != NEVER
    at = np.where(dated, held.sent - offset, NEVER)
    known = here.message >= 0
    at[known] = spine.at[here.message[known]]
    latest = np.maximum.accumulate(np.where(known, at, NEVER))
    fits = ~known & dated & (latest > at) & (latest < at + held.unit)
    at = np.where(fits, latest, at)
    before = np.maximum.accumulate(np.where(at != NEVER, np.arange(len(at)), -1))
    lacking = (at == NEVER) & (before >= 0)
    at = np.where(lacking, at[np.maximum(before, 0)], at)
    return at, dated | known
