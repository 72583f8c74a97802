"""Reads written dates, and decides from a file's own evidence in which order it writes day, month and year."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.interface import DateOrder
from upstander.evidence.sources.whatsapp_text.grammar import Layout
from upstander.evidence.sources.whatsapp_text.scanning import Heads

__all__ = ["NO_DAY", "DateEvidence", "Decision", "days", "orders"]

Integers = npt.NDArray[np.int64]

#: Day number of a date that does not exist.
NO_DAY = -(10**9)

#: First year of the service: a year before it is implausible, though not impossible.
_FIRST_YEAR = 2009

#: A reading that spreads at least so many dates over so many times as long as the other one does is absurd.
_SPREAD_DATES = 5
_SPREAD = 8
#: So few dates that only one order can read may be lines that somebody typed, and do not decide against the sequence.
_FEW = 3

_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


def orders(layout: Layout) -> tuple[DateOrder, ...]:
    """Orders that a layout allows. A year that comes first is followed by the month: nobody writes year, day, month."""
    if layout.year == 1:
        return (DateOrder.YEAR_FIRST,)
    if layout.year == 3:
        return (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
    return (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST)


def days(heads: Heads, order: DateOrder) -> Integers:
    """Days since 1970 of every head's date read in `order`; `NO_DAY` where there is no such date."""
    if not len(heads):
        return np.zeros(0, np.int64)
    packed = (heads.first << 32) | (heads.second << 16) | heads.third
    # Neighbours share their date nearly always: each run of equal dates is read once.
    changes = np.concatenate((np.zeros(1, np.int64), np.flatnonzero(packed[1:] != packed[:-1]) + 1))
    fields = (heads.first[changes], heads.second[changes], heads.third[changes])
    if order is DateOrder.DAY_FIRST:
        day, month, year = fields
    elif order is DateOrder.MONTH_FIRST:
        month, day, year = fields
    else:
        year, month, day = fields
    run = _civil(year, month, day)
    return np.repeat(run, np.diff(np.append(changes, len(packed))))


def _civil(year: Integers, month: Integers, day: Integers) -> Integers:
    """Days since 1970 in the proleptic Gregorian calendar; a year of two digits is of this century."""
    year = np.where(year < 100, year + 2000, year)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    limit = _MONTH_DAYS[np.clip(month, 0, 12)] + (leap & (month == 2))
    exists = (month >= 1) & (month <= 12) & (day >= 1) & (day <= limit)
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    number = era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
    return np.where(exists, number, NO_DAY)


@dataclass(frozen=True, slots=True)
class Decision:
    """The order that a layout's dates are read in."""

    order: DateOrder
    #: Why the file could not decide and what was assumed; None where it did decide, or someone stated it.
    assumed: str | None = None


@dataclass(slots=True)
class _Reading:
    """How well one order reads the dates seen so far."""

    impossible: int = 0
    #: Where the first few of these stand in the document.
    places: list[int] = field(default_factory=list)
    implausible: int = 0
    backward: int = 0
    last: int | None = None
    earliest: int = 10**9
    latest: int = -(10**9)
    dates: int = 0

    @property
    def span(self) -> int:
        return max(0, self.latest - self.earliest)

    def add(self, numbers: Integers, starts: Integers) -> None:
        none = np.flatnonzero(numbers == NO_DAY)
        self.impossible += len(none)
        self.places += starts[none[: max(0, _FEW - len(self.places))]].tolist()
        numbers = numbers[numbers != NO_DAY]
        if not len(numbers):
            return
        if self.last is not None:
            numbers = np.append(self.last, numbers)
        steps = np.diff(numbers)
        # A day back is a clock or a queue; more is a wrong order.
        self.backward += int((steps < -1).sum())
        self.dates += int((steps != 0).sum()) + (self.last is None)
        self.implausible += int((numbers < (_FIRST_YEAR - 1970) * 365).sum())
        self.last = int(numbers[-1])
        self.earliest = min(self.earliest, int(numbers.min()))
        self.latest = max(self.latest, int(numbers.max()))


@dataclass(slots=True)
class DateEvidence:
    """What a file shows about the order of its dates, layout by layout."""

    layout: Layout
    _readings: dict[DateOrder, _Reading] = field(default_factory=dict)
    _unpadded: bool = False
    _upper: bool = False

    def __post_init__(self) -> None:
        self._readings = {order: _Reading() for order in orders(self.layout)}

    def add(self, heads: Heads, *, base: int = 0) -> None:
        """Take the dates of `heads`, all of this layout, into account; call it in the order of the file.

        `base` is where their buffer starts in the document.
        """
        heads = heads.take(heads.clock >= 0)
        if not len(heads):
            return
        numbers = {order: days(heads, order) for order in self._readings}
        # A date that is none in any order is no evidence.
        exists = np.any([column != NO_DAY for column in numbers.values()], axis=0)
        for order, column in numbers.items():
            self._readings[order].add(column[exists], heads.start[exists] + base)
        self._unpadded |= bool((~heads.padded).any())
        self._upper |= bool(heads.upper.any())

    @property
    def settled(self) -> bool:
        """Whether more of the file can hardly change the decision: many dates can be read in one order alone."""
        counts = sorted(reading.impossible for reading in self._readings.values())
        return len(counts) == 1 or counts[0] + _FEW < counts[1]

    def decide(self) -> Decision:
        """The order that reads the dates best, or an assumption that says so."""
        carried = self._carried()
        return carried if carried is not None else self._ranked()

    def _carried(self) -> Decision | None:
        """A decision where only a few dates speak for an order: a typed line must not date a whole file."""
        readings = self._readings
        best = min(readings, key=lambda order: (readings[order].impossible, readings[order].backward, _index(order)))
        for order, other in readings.items():
            few = 0 < other.impossible - readings[best].impossible <= _FEW
            if order is best or not few or other.implausible or other.dates < _FEW:
                continue
            if other.impossible + other.backward < readings[best].impossible + readings[best].backward:
                return Decision(order)  # without those few, everything is in sequence
            if other.backward <= readings[best].backward and readings[best].span > _SPREAD * max(1, other.span):
                count = other.impossible - readings[best].impossible
                where = ", ".join(map(str, other.places))
                return Decision(
                    order, assumed=f"all its dates but {count} (at byte {where}) are much closer together so"
                )
        return None

    def _ranked(self) -> Decision:
        readings = self._readings
        ranked = sorted(readings, key=lambda order: (readings[order].impossible, _index(order)))
        rivals = [order for order in ranked if readings[order].impossible == readings[ranked[0]].impossible]
        rivals = _fewest(rivals, [readings[order].implausible for order in rivals])
        rivals = _fewest(rivals, [readings[order].backward for order in rivals])
        if len(rivals) == 3 or (len(rivals) == 2 and self.layout.date_mark != "-"):
            # A year of two digits first is rare but with hyphens, and was not shown to be meant.
            rivals = [order for order in rivals if order is not DateOrder.YEAR_FIRST]
        if len(rivals) == 1:
            return Decision(rivals[0])
        first, second = rivals
        shorter, longer = sorted(rivals, key=lambda order: readings[order].span)
        if readings[first].span == readings[second].span and readings[first].earliest == readings[second].earliest:
            return Decision(first)  # every date reads the same both ways: 01/01, 02/02
        if readings[shorter].dates >= _SPREAD_DATES and readings[longer].span >= _SPREAD * max(
            1, readings[shorter].span
        ):
            return Decision(shorter)
        return self._assume(rivals)

    def _assume(self, rivals: Sequence[DateOrder]) -> Decision:
        american = DateOrder.MONTH_FIRST in rivals and self.layout.twelve_hours and self._upper and self._unpadded
        if american and self.layout.year == 0 and self.layout.date_mark == "/":
            order, reason = (
                DateOrder.MONTH_FIRST,
                "its dates without leading zeros beside AM and PM are usual in the USA",
            )
        else:
            order, reason = rivals[0], "most countries write so"
        return Decision(order, assumed=reason)


def _index(order: DateOrder) -> int:
    return list(DateOrder).index(order)


def _fewest(rivals: list[DateOrder], counts: list[int]) -> list[DateOrder]:
    return [order for order, count in zip(rivals, counts, strict=True) if count == min(counts)]
