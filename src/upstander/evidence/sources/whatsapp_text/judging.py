"""Decides which heads start a message, and which are only lines that look like one.

An export is written in one go and so in one layout. A line of another layout inside a message was typed or pasted
there; it becomes a head only where a whole block of such lines shows that two exports were joined.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.interface import DateOrder
from upstander.evidence.sources.whatsapp_text.dates import NO_DAY, DateEvidence, Decision, days, orders
from upstander.evidence.sources.whatsapp_text.scanning import Heads, Scanner

__all__ = ["DAY_SECONDS", "NO_TIME", "Judge", "Reason", "Verdict", "resolve"]

Integers = npt.NDArray[np.int64]

DAY_SECONDS = 86_400

#: So many heads of another layout one after another are an export of their own, whatever their times.
BLOCK = 50
#: So few are one where no head of the first layout follows and their times go on from it.
TAIL = 3

#: So many lines out of their sequence in one buffer are a phone whose clock was wrong, and messages like any other.
#: Fewer are lines that somebody typed: WhatsApp stamps what it receives by its server's clock, in order.
FEW = 3

#: Bytes in which a name must end for the line to have one.
_NAME = 200

#: Local time of a message whose date cannot be read.
NO_TIME = NO_DAY * DAY_SECONDS


class Reason(StrEnum):
    """Why a line that looks like a head is kept as text; said in warnings."""

    LAYOUT = "it is not in the layout of the file's own messages"
    DATE = "its date or time does not exist, or not in the order of the file's other dates"
    TIME = (
        "it is stamped more than a day away from the messages around it, which are in order, and is under another name"
        " than the one before; typed into that message, or sent by a phone whose clock was wrong"
    )


@dataclass(slots=True)
class Verdict:
    """What a buffer's heads turned out to be."""

    heads: Heads
    #: Seconds since 1970 by the local clock; `NO_TIME` where the date cannot be read in the order decided on.
    local: Integers
    #: First and last byte, and reason, of every line that only looks like a head.
    rejected: list[tuple[int, int, str]]
    #: Rows of `heads` at which another layout begins.
    switches: list[int]
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
        local, impossible = self._times(heads)
        rejected: list[tuple[int, int, str]] = []
        if impossible.any():
            rejected += _lines(heads, np.flatnonzero(impossible), Reason.DATE)
            heads, local = heads.take(~impossible), local[~impossible]
        typed = self._typed(heads, local, buffer, final=final)
        if len(typed):
            rejected = sorted(rejected + _lines(heads, typed, Reason.TIME))
            there = np.ones(len(heads), np.bool_)
            there[typed] = False
            heads, local = heads.take(there), local[there]
        if not len(heads):
            return Verdict(heads, local, rejected, [])
        if (heads.layout == self._current).all():
            self._note(self._current, len(heads), local)
            return Verdict(heads, local, rejected, [])
        keep, undecided = self._runs(heads, local, final=final)
        rejected += _lines(heads, np.flatnonzero(keep == 0), Reason.LAYOUT)
        accepted = heads.take(keep == 1)
        return Verdict(
            heads=accepted,
            local=local[keep == 1],
            rejected=sorted(rejected),
            switches=(np.flatnonzero(np.diff(accepted.layout)) + 1).tolist(),
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

    def _typed(self, heads: Heads, local: Integers, buffer: bytes, *, final: bool) -> Integers:
        """Rows of the few heads that stand more than a day out of their sequence, under another name than before."""
        runs = _strays(local, final=final)
        if sum(map(len, runs)) > FEW:
            return np.zeros(0, np.int64)
        typed: list[int] = []
        for run in runs:
            into = _name(heads, run.start - 1, buffer)
            if all((name := _name(heads, row, buffer)) and name != into for row in run):
                typed += run
        return np.array(typed, np.int64)

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

    def _times(self, heads: Heads) -> tuple[Integers, npt.NDArray[np.bool_]]:
        """Local seconds of every head, and which heads have a date or time that is none in any order."""
        local = np.full(len(heads), NO_TIME, np.int64)
        impossible = heads.clock < 0
        for layout in np.flatnonzero(np.bincount(heads.layout)):
            alike = heads.layout == layout
            rows: Integers | slice = slice(None) if alike.all() else np.flatnonzero(alike)
            these = heads.take(rows)
            order = self.decision(int(layout), heads).order
            numbers = days(these, order)
            missing = numbers == NO_DAY
            if missing.any():
                others = [days(these, other) != NO_DAY for other in orders(self.scanner.layouts[int(layout)])]
                # A rare date that only another order can read is no message's, where nobody stated the order.
                rare = self.stated is None and int(missing.sum()) <= min(FEW, len(these) // 10)
                impossible[rows] |= missing & (rare | ~np.any(others, axis=0))
            local[rows] = np.where(missing, NO_TIME, numbers * DAY_SECONDS + np.maximum(these.clock, 0))
        return local, impossible


def resolve(evidence: DateEvidence, stated: DateOrder | None) -> Decision:
    """The layout's own order where it has only one, else the stated one, else what the file's dates show."""
    only = orders(evidence.layout)
    if len(only) == 1:
        return Decision(only[0])
    return Decision(stated) if stated is not None else evidence.decide()


def _strays(local: Integers, *, final: bool) -> list[range]:
    """Runs of up to `FEW` rows that jump more than a day away and come back, or that end the document in the past."""
    if not len(local) or int(np.abs(np.diff(local, append=local[-1])).max()) <= DAY_SECONDS:
        return []
    taken = np.zeros(len(local), np.bool_)
    runs: list[range] = []
    for length in range(1, FEW + 1):
        before, after = local[: -length - 1], local[length + 1 :]
        apart = (after >= before) & (before != NO_TIME)
        for offset in range(1, length + 1):
            this = local[offset : len(local) - length - 1 + offset]
            apart &= (this != NO_TIME) & ((this < before - DAY_SECONDS) | (this > after + DAY_SECONDS))
        for start in (np.flatnonzero(apart) + 1).tolist():
            if not taken[start - 1 : start + length + 1].any():
                taken[start : start + length] = True
                runs.append(range(start, start + length))
    if final:
        last = int(np.flatnonzero(np.append(True, np.diff(local) < -DAY_SECONDS))[-1])
        known = last > 0 and not taken[last - 1 :].any() and len(local) - last <= FEW
        if known and bool(((local[last:] != NO_TIME) & (local[last:] < local[last - 1] - DAY_SECONDS)).all()):
            runs.append(range(last, len(local)))
    return runs


def _name(heads: Heads, row: int, buffer: bytes) -> bytes:
    """The name that stands before the text; empty where there is none, or where the text is WhatsApp's own."""
    start = int(heads.body[row])
    name, colon, text = buffer[start : min(int(heads.line_end[row]), start + _NAME)].partition(b": ")
    return name if colon and not text.startswith((b"\xe2\x80\x8e", b"\xe2\x80\x8f")) else b""


def _lines(heads: Heads, rows: Iterable[int], reason: str) -> list[tuple[int, int, str]]:
    return [(int(heads.start[row]), int(heads.line_end[row]), reason) for row in rows]
