"""What each phone holds of an operation, in what state, and why it lacks the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from benchmarks.reconcile.made import SYSTEM, Operation

__all__ = ["HELD", "REASONS", "STATES", "Held", "held", "written_ms"]

Integers = npt.NDArray[np.int64]

#: Why a phone lacks an item; code 0 is that it holds it. The others are reasons of the table `gaps`.
REASONS = (
    "held", "before_join", "after_leave", "after_capture", "export_cut_short", "filtered_at_export",
    "disappearing_timer", "deleted_on_phone",
)  # fmt: skip
HELD, BEFORE_JOIN, AFTER_LEAVE, AFTER_CAPTURE, CUT, FILTERED, TIMER, DELETED = range(len(REASONS))

#: How a phone shows what it holds: whole, in a later version, as a tombstone, or as a placeholder.
STATES = ("full", "edited", "tombstone", "omitted")
FULL, EDITED, TOMBSTONE, OMITTED = range(len(STATES))


@dataclass(frozen=True)
class Held:
    """One phone's share of the operation."""

    #: By item: a code of `REASONS`.
    reason: npt.NDArray[np.int8]
    #: Numbers of the items held, in the order of the export.
    items: Integers
    #: By row: a code of `STATES`.
    state: npt.NDArray[np.int8]
    #: By row: what the phone's clock wrote, milliseconds UTC before zone and rounding.
    ms: Integers
    taken: int


def held(operation: Operation, index: int) -> Held:
    """What phone number `index` holds."""
    phone = operation.phones[index]
    rng = np.random.default_rng([operation.seed, 2, index])
    at, system = operation.at, operation.kind == SYSTEM
    count = len(at)
    taken = operation.moment(phone.taken)
    reason = np.zeros(count, np.int8)

    def lacks(where: npt.NDArray[np.bool_], why: int) -> None:
        reason[where & (reason == HELD)] = why

    lacks(at < operation.since[phone.owner], BEFORE_JOIN)
    lacks(at > operation.until[phone.owner], AFTER_LEAVE)
    lacks(at >= taken, AFTER_CAPTURE)
    # Drawn for every item, whatever else happens: another knob does not change which messages are deleted.
    deleted = (rng.random(count) < phone.deleted) & ~system
    if not phone.keyed:
        for low, high in phone.filtered:
            lacks((at >= operation.moment(low)) & (at < operation.moment(high)), FILTERED)
    timer = operation.shape.timer
    if timer is not None:
        since = operation.moment(timer.since)
        lacks((at >= since) & (at + timer.seconds * 1000 < taken) & ~system, TIMER)
    lacks(deleted, DELETED)
    if phone.last is not None and not phone.keyed:
        there = np.flatnonzero(reason == HELD)
        early = there[: max(0, len(there) - phone.last)]
        if len(early):
            # What was before the first row that is left is cut off, whatever else became of it on the phone.
            before = np.arange(count) <= early[-1]
            reason[before & (reason != BEFORE_JOIN)] = CUT
    items = np.flatnonzero(reason == HELD)
    ms = written_ms(operation, index, items)
    items, ms = _permuted(operation, index, items, ms, rng)
    return Held(reason=reason, items=items, state=_states(operation, index, items, taken), ms=ms, taken=taken)


def written_ms(operation: Operation, index: int, items: Integers) -> Integers:
    """What the phone's clock wrote for `items`.

    A database keeps the phone's clock for what its owner sent and the server's whole second for the rest; a text export
    shows the phone's clock throughout.
    """
    phone = operation.phones[index]
    at = operation.at[items]
    ahead = np.full(len(items), phone.fast_ms, np.int64)
    for move in phone.moved:
        ahead[(at >= operation.moment(move.since)) & (at < operation.moment(move.until))] += move.by_ms
    if not phone.keyed:
        return at + ahead
    own = (operation.author[items] == phone.owner) & (operation.kind[items] != SYSTEM)
    return np.where(own, at + ahead, at // 1000 * 1000)


def _states(operation: Operation, index: int, items: Integers, taken: int) -> npt.NDArray[np.int8]:
    phone = operation.phones[index]
    state = np.full(len(items), FULL, np.int8)
    carries = (operation.kind[items] > 0) & (operation.kind[items] != SYSTEM)
    if not phone.keyed and not phone.attached:
        state[carries] = OMITTED
    edited, revoked = operation.edited[items], operation.revoked[items]
    state[(edited > 0) & (edited < taken)] = EDITED
    state[(revoked > 0) & (revoked < taken)] = TOMBSTONE
    return state


def _permuted(
    operation: Operation, index: int, items: Integers, ms: Integers, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """A text export in another order within one minute (one second, on iOS), for a share of them."""
    phone = operation.phones[index]
    if phone.keyed or not (phone.permuted or phone.scrambled) or not len(items):
        return items, ms
    step = 1_000 if phone.layout == "ios" else 60_000
    unit = ms // step
    system = operation.kind[items] == SYSTEM
    starts = np.r_[True, (unit[1:] != unit[:-1]) | system[1:] | system[:-1]]
    run = np.cumsum(starts) - 1
    drawn, author = rng.random(int(run[-1]) + 1), operation.author[items]
    place = np.arange(len(items)) / len(items)
    keys = rng.random(len(items))
    # What an author sent stays in order where the keys of that author, in that run, rise.
    rising = np.empty(len(items))
    rising[np.lexsort((place, author, run))] = keys[np.lexsort((keys, author, run))]
    keys = np.where((drawn < phone.permuted)[run], rising, place)
    keys = np.where((drawn > 1 - phone.scrambled)[run], rng.random(len(items)), keys)
    order = np.lexsort((keys, run))
    return items[order], ms[order]
