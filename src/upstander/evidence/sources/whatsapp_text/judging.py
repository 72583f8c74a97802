"""Decides which heads start a message, and which are only lines that look like one.

An export is written in one go and so in one layout. A line of another layout inside a message was typed or pasted
there; it becomes a head only where a whole block of such lines shows that two exports were joined.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.interface import DateOrder
from upstander.evidence.sources.whatsapp_text.dates import NO_DAY, DateEvidence, Decision, days, orders
from upstander.evidence.sources.whatsapp_text.scanning import Heads, Scanner
from upstander.evidence.sources.whatsapp_text.sequence import FEW, LONGEST, excursions

__all__ = ["DAY_SECONDS", "HELD", "NO_TIME", "Judge", "Line", "Reason", "Verdict", "resolve"]

Integers = npt.NDArray[np.int64]

DAY_SECONDS = 86_400

#: So many heads of another layout one after another are an export of their own, whatever their times.
BLOCK = 50
#: So few are one where no head of the first layout follows and their times go on from it.
TAIL = 3

#: Heads at a buffer's end that are judged again with the next: so many that lines out of sequence have both neighbours.
HELD = LONGEST + 2
#: Lines that can be read beside each that cannot be, for this to be an exception.
_RARE = 3

#: Bytes in which a name must end for the line to have one.
_NAME = 200

#: Local time of a message whose date cannot be read.
NO_TIME = NO_DAY * DAY_SECONDS


class Reason(StrEnum):
    """What is odd about a line that looks like a head; said in warnings."""

    LAYOUT = "it is not in the layout of the file's own messages"
    DATE = "its date or time does not exist"
    ORDER = "its date does not exist in the order of day and month that the file's other dates are in"
    TIME = (
        "it is stamped more than a day away from the messages around it, which are in order, and names somebody else"
        " than the message before; typed into that message, or sent late or by a phone whose clock was wrong"
    )
    KEPT = (
        "it is stamped more than a day away from the messages around it; sent late or by a phone whose clock was wrong,"
        " or typed into the message before"
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line that looks like a head, and about which something is odd."""

    #: First and last byte.
    start: int
    end: int
    reason: Reason
    #: Lines like it in a row, it included.
    count: int = 1

    def moved(self, by: int) -> "Line":
        """The line, `by` bytes further on."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(slots=True)
class Verdict:
    """What a buffer's heads turned out to be."""

    heads: Heads
    #: Seconds since 1970 by the local clock; `NO_TIME` where the date cannot be read in the order decided on.
    local: Integers
    #: Every line that only looks like a head.
    rejected: list[Line]
    #: Rows of `heads` at which another layout begins.
    switches: list[int]
    #: Lines that were taken for messages, though they stand out of sequence.
    kept: list[Line] = field(default_factory=list)
    #: Whether heads at the buffer's end cannot be judged before more of the document is seen.
    undecided: bool = False


@dataclass
class Judge:
    """Judges the heads of one document, buffer by buffer."""

    scanner: Scanner
    #: The layout of most of the file's first lines.
    main: int
    decisions: dict[int, Decision]
    stated: DateOrder | None
    _current: int = -1
    _run: int = 0
    _started: bool = False
    _last: int = NO_TIME
    #: Layouts that messages were read in.
    used: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._current = self.main

    def judge(self, heads: Heads, buffer: bytes, *, final: bool) -> Verdict:
        """Which of `heads`, found in `buffer`, start a message. `final` says that the document ends with it."""
        first = not self._started
        local, impossible, unreadable = self._times(heads)
        rejected: list[Line] = []
        out = impossible | unreadable
        if out.any():
            rejected += _lines(heads, np.flatnonzero(impossible), Reason.DATE)
            rejected += _lines(heads, np.flatnonzero(unreadable), Reason.ORDER)
            heads, local = heads.take(~out), local[~out]
        undecided = False
        if len(heads) and (heads.layout == self._current).all():
            self._note(self._current, len(heads), local)
        elif len(heads):
            keep, undecided = self._runs(heads, local, final=final)
            rejected += _lines(heads, np.flatnonzero(keep == 0), Reason.LAYOUT)
            heads, local = heads.take(keep == 1), local[keep == 1]
        typed, kept = self._apart(heads, local, buffer, first=first, final=final and not undecided)
        if len(typed):
            rejected += _lines(heads, typed, Reason.TIME)
            there = np.ones(len(heads), np.bool_)
            there[typed] = False
            heads, local = heads.take(there), local[there]
        return Verdict(
            heads=heads,
            local=local,
            rejected=sorted(rejected, key=lambda line: line.start),
            switches=(np.flatnonzero(np.diff(heads.layout)) + 1).tolist(),
            kept=kept,
            undecided=undecided,
        )

    def decision(self, layout: int, heads: Heads) -> Decision:
        """The date order of a layout; decided from `heads` where the document's start did not show it."""
        known = self.decisions.get(layout)
        if known is not None:
            return known
        evidence = DateEvidence(self.scanner.layouts[layout])
        evidence.add(heads.take(heads.layout == layout))
        return resolve(evidence, self.stated)

    def _apart(
        self, heads: Heads, local: Integers, buffer: bytes, *, first: bool, final: bool
    ) -> tuple[list[int], list[Line]]:
        """Rows of the heads out of sequence that somebody typed; and the lines of those that stand."""
        found = excursions(local, NO_TIME, first=first, final=final)
        few = [there for there in found if there.end - there.start <= FEW]
        typed: list[int] = []
        kept: list[Line] = []
        for there in found:
            rows = range(there.start, there.end)
            if len(rows) > FEW:
                # A line a message would be a list of half a file.
                kept += [replace(line, count=len(rows)) for line in _lines(heads, rows[:1], Reason.KEPT)]
            elif len(few) <= FEW and there.clear and there.start and _imitates(heads, rows, buffer):
                typed += rows
            else:
                kept += _lines(heads, rows, Reason.KEPT)
        return typed, kept

    def _runs(self, heads: Heads, local: Integers, *, final: bool) -> tuple[npt.NDArray[np.int8], bool]:
        """1 for each head that counts, 0 for each that does not, -1 for those that cannot be judged yet."""
        keep: npt.NDArray[np.int8] = np.zeros(len(heads), np.int8)
        cuts = np.flatnonzero(np.diff(heads.layout)) + 1
        bounds = [0, *cuts.tolist(), len(heads)]
        for start, end in pairwise(bounds):
            layout = int(heads.layout[start])
            if not self._counts(layout, end - start, int(local[start]), last=end == len(heads), final=final):
                if end == len(heads) and not final:
                    keep[start:] = -1
                    return keep, True
                continue
            keep[start:end] = 1
            self.decisions.setdefault(layout, self.decision(layout, heads))
            self._note(layout, end - start, local[start:end])
        return keep, False

    def _counts(self, layout: int, size: int, first: int, *, last: bool, final: bool) -> bool:
        if layout == self._current or not self._started or size >= BLOCK:
            return True
        if layout == self.main and self._run < BLOCK:
            return True  # what came before the file's own layout was only its beginning
        return last and final and size >= TAIL and first != NO_TIME and first >= self._last - 60

    def _note(self, layout: int, size: int, local: Integers) -> None:
        self._run = size if layout != self._current else self._run + size
        self._current = layout
        self._started = True
        self.used.add(layout)
        known = local[local != NO_TIME]
        if len(known):
            self._last = int(known[-1])

    def _times(self, heads: Heads) -> tuple[Integers, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Local seconds of every head, which have a date or time that is none in any order, and which none in theirs.

        The last are left among the messages where the order was stated, or where they are many.
        """
        local = np.full(len(heads), NO_TIME, np.int64)
        impossible = heads.clock < 0
        unreadable = np.zeros(len(heads), np.bool_)
        for layout in np.flatnonzero(np.bincount(heads.layout)):
            alike = heads.layout == layout
            rows: Integers | slice = slice(None) if alike.all() else np.flatnonzero(alike)
            these = heads.take(rows)
            order = self.decision(int(layout), heads).order
            numbers = days(these, order)
            missing = numbers == NO_DAY
            if missing.any():
                others = [days(these, other) != NO_DAY for other in orders(self.scanner.layouts[int(layout)])]
                none = missing & ~np.any(others, axis=0)
                impossible[rows] |= none
                exceptions = missing & ~none & (these.clock >= 0)
                count = int(exceptions.sum())
                if self.stated is None and count <= FEW and count * (_RARE + 1) <= len(these):
                    unreadable[rows] = exceptions
            local[rows] = np.where(missing, NO_TIME, numbers * DAY_SECONDS + np.maximum(these.clock, 0))
        return local, impossible, unreadable & ~impossible


def resolve(evidence: DateEvidence, stated: DateOrder | None) -> Decision:
    """The layout's own order where it has only one, else the stated one, else what the file's dates show."""
    only = orders(evidence.layout)
    if len(only) == 1:
        return Decision(only[0])
    return Decision(stated) if stated is not None else evidence.decide()


def _name(heads: Heads, row: int, buffer: bytes) -> bytes:
    """The name that stands before the text; empty where there is none, or where the text is WhatsApp's own."""
    start = int(heads.body[row])
    name, colon, text = buffer[start : min(int(heads.line_end[row]), start + _NAME)].partition(b": ")
    return name if colon and not text.startswith((b"\xe2\x80\x8e", b"\xe2\x80\x8f")) else b""


def _imitates(heads: Heads, rows: range, buffer: bytes) -> bool:
    """Whether one of `rows` is under another name than the head before them."""
    before = _name(heads, rows[0] - 1, buffer)
    return any(name and name != before for name in (_name(heads, row, buffer) for row in rows))


def _lines(heads: Heads, rows: Iterable[int], reason: Reason) -> list[Line]:
    return [Line(int(heads.start[row]), int(heads.line_end[row]), reason) for row in rows]
