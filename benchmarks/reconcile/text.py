"""WhatsApp text exports of a made operation, as columns: every line, where it stands, and what a reader makes of it.

The lines are made a slice at a time, so that a million messages need no more memory than a hundred thousand; the
file is these lines one behind the other, and the direct road to the tables (`tables`) takes the same columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.reconcile.held import EDITED, OMITTED, TOMBSTONE, Held
from benchmarks.reconcile.made import EVENTS, KINDS, SYSTEM, Operation
from benchmarks.reconcile.names import shown
from benchmarks.reconcile.timeline import local_seconds, stamps

__all__ = ["CORRECTED", "NOTICE", "TITLE", "Lines", "lines"]

Integers = npt.NDArray[np.int64]

TITLE = "Early Turn"
CORRECTED = " (corrected)"
#: Number of the notice that an export begins with: it is no item of the operation.
NOTICE = -1

_ENCRYPTED = (
    "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read or listen to"
    " them."
)
_MARK = "\u200e"
_OMITTED_IOS = ("image omitted", "audio omitted", "sticker omitted", "GIF omitted", "video omitted")
_PREFIX = ("IMG", "PTT", "STK", "VID", "VID")
_WORD = ("PHOTO", "AUDIO", "STICKER", "GIF", "VIDEO")
_ENDING = ("jpg", "opus", "webp", "mp4", "mp4")
_SLICE = 250_000


@dataclass(frozen=True)
class Lines:
    """Consecutive records of one export."""

    #: Numbers of the items; `NOTICE` for the notice at the head.
    items: Integers
    state: npt.NDArray[np.int8]
    #: The records' bytes, line ends included, and where they stand in the document, line ends left out.
    whole: pa.Array
    start: Integers
    end: Integers
    local: Integers
    written: pa.StringArray
    #: Place of the name in the phone's list of names; -1 for a system event.
    name: npt.NDArray[np.int32]
    body: pa.StringArray
    system: npt.NDArray[np.bool_]


class _Wording:
    """One phone's way of writing bodies."""

    def __init__(self, operation: Operation, index: int) -> None:
        self.operation, self.phone = operation, operation.phones[index]
        self.ios = self.phone.layout == "ios"
        self.names = shown(operation, index)
        self.end = "\r\n" if self.ios else "\n"
        pool = operation.pool
        # A caller's own line ends are written as the export's.
        self.pool = pc.replace_substring(pool, "\n", self.end) if self.ios else pool
        self._files = 0

    def bodies(self, items: Integers, state: npt.NDArray[np.int8], local: Integers) -> pa.StringArray:
        """What follows the colon."""
        operation = self.operation
        codes = operation.body[items]
        found = self.pool.take(pa.array(np.maximum(codes, 0)))
        edited = pa.array(state == EDITED)
        mark = f"{CORRECTED} {_MARK if self.ios else ''}<This message was edited>"
        if pc.any(edited).as_py():
            found = pc.if_else(edited, pc.binary_join_element_wise(found, mark, ""), found)
        kind = operation.kind[items]
        special: dict[int, str] = {}
        if self.phone.attached:
            carried = np.flatnonzero((kind > 0) & (kind != SYSTEM) & (state != TOMBSTONE))
            days = pc.strftime(pa.array(local[carried], pa.timestamp("s")), "%Y%m%d").to_pylist()
            for row, day, what in zip(carried.tolist(), days, kind[carried].tolist(), strict=True):
                special[row] = self._file(day, what - 1)
        for row in np.flatnonzero((state == TOMBSTONE) | (state == OMITTED) | (kind == SYSTEM)).tolist():
            if state[row] == TOMBSTONE:
                mine = operation.author[items[row]] == self.phone.owner
                words = "You deleted this message" if mine else "This message was deleted"
                special[row] = f"{_MARK}{words}." if self.ios else words
            elif state[row] == OMITTED:
                special[row] = _MARK + _OMITTED_IOS[kind[row] - 1] if self.ios else "<Media omitted>"
            else:
                said = self._notice(int(items[row]))
                special[row] = _MARK + said if self.ios else said
        if not special:
            return found
        rows = np.array(sorted(special), np.int64)
        mask = np.zeros(len(items), np.bool_)
        mask[rows] = True
        words_of = pa.array([special[row] for row in rows.tolist()], pa.string())
        return pc.replace_with_mask(found, pa.array(mask), words_of)

    def _file(self, day: str, what: int) -> str:
        self._files += 1
        if self.ios:
            name = f"{self._files:08d}-{_WORD[what]}-{day[:4]}-{day[4:6]}-{day[6:]}-10-00-00.{_ENDING[what]}"
            return f"{_MARK}<attached: {name}>"
        return f"{_PREFIX[what]}-{day}-WA{self._files % 10_000:04d}.{_ENDING[what]} (file attached)"

    def _notice(self, item: int) -> str:
        """What a system event says on this phone."""
        operation, owner = self.operation, self.phone.owner
        event = EVENTS[operation.event[item]]
        by, about = int(operation.author[item]), int(operation.about[item])
        changed = operation.changed is not None and operation.at[item] >= operation.changed

        def called(person: int) -> str:
            if person == owner:
                return "You"
            return self.names[-1 if changed and person == operation.mover else person]

        if event == "created":
            return f'{called(by)} created group "{TITLE}"'
        if event == "added":
            return f"{called(by)} added {'you' if about == owner else called(about)}"
        if event == "left":
            return f"{called(by)} left"
        if event == "number_changed":
            return f"{self.names[by]} changed to {self.names[-1]}"
        return (
            f"{called(by)} turned on disappearing messages. New messages will disappear from this chat"
            f" {_lasting(operation)} after they're sent, except when kept."
        )


def _lasting(operation: Operation) -> str:
    """How long a message lasts, in WhatsApp's words."""
    hours = (operation.shape.timer.seconds if operation.shape.timer else 0) // 3_600
    return f"{hours} hours" if hours <= 24 else f"{hours // 24} days"


def lines(operation: Operation, index: int, holds: Held) -> Iterator[Lines]:
    """The records of the text export of phone number `index`, in order."""
    wording = _Wording(operation, index)
    phone = operation.phones[index]
    head = phone.last is None or len(holds.items) < phone.last
    place = 0
    for first in range(0, max(1, len(holds.items)), _SLICE):
        part = slice(first, first + _SLICE)
        items, state, ms = holds.items[part], holds.state[part], holds.ms[part]
        made = _records(wording, items, state, ms, notice=head and first == 0, place=place)
        place = int(made.end[-1]) + len(wording.end) if len(made.end) else place
        yield made


def _records(
    wording: _Wording, items: Integers, state: npt.NDArray[np.int8], ms: Integers, *, notice: bool, place: int
) -> Lines:
    operation, phone = wording.operation, wording.phone
    local = local_seconds(ms, phone.zone)
    if not wording.ios:
        local = local // 60 * 60
    system = operation.kind[items] == SYSTEM
    moved = (operation.author[items] == operation.mover) & (operation.at[items] >= (operation.changed or 0))
    moved &= operation.author[items] != phone.owner
    name = np.where(system, -1, np.where(moved, operation.shape.people, operation.author[items])).astype(np.int32)
    body = wording.bodies(items, state, local)
    if notice and len(items):
        said = _MARK + _ENCRYPTED if wording.ios else _ENCRYPTED
        items, local = np.r_[NOTICE, items], np.r_[local[0], local]
        state, system = np.r_[np.int8(0), state], np.r_[True, system]
        name = np.r_[np.int32(-1), name]
        body = pa.concat_arrays([pa.array([said], pa.string()), body])
    written = stamps(local, phone.layout)
    names = pa.array([*wording.names, TITLE], pa.string()).take(pa.array(np.where(name < 0, len(wording.names), name)))
    if wording.ios:
        attached = pc.starts_with(body, f"{_MARK}<attached")
        opening = pc.if_else(attached, f"{_MARK}[", "[")
        whole = pc.binary_join_element_wise(opening, written, "] ", names, ": ", body, wording.end, "")
    else:
        signed = pc.binary_join_element_wise(names, body, ": ")
        whole = pc.binary_join_element_wise(written, pc.if_else(pa.array(system), body, signed), " - ")
        whole = pc.binary_join_element_wise(whole, wording.end, "")
    sizes = pc.binary_length(whole).to_numpy(zero_copy_only=False).astype(np.int64)
    end = place + np.cumsum(sizes)
    return Lines(
        items=items, state=state, whole=whole, start=end - sizes, end=end - len(wording.end), local=local,
        written=written, name=name, body=body, system=system,
    )  # fmt: skip


assert KINDS[1:-1] == ("image", "voice", "sticker", "gif", "video")  # noqa: S101 - the tables above are in this order
