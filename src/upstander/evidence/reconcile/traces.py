"""What a phone keeps of messages that it no longer has: unused row numbers; receipts, quotes and reactions left over.

A database numbers its rows as they come and gives no number twice, so a number that nothing stands at was a row once.
It need not have been a message, nor of this conversation: a status update that expired leaves one too. That a message
which other phones hold is missing here just where a number is unused shows that it was here where the number is told
from others: by a receipt or a reaction, by its narrow place, or as there are as many numbers as messages missing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import NEVER, Ints

__all__ = ["PLACE", "Hole", "Traces"]

#: The best that an unused number can fit.
_BEST = 2

#: How far the times of the rows on either side may be off (ms): rows are numbered as they come, not as they were sent.
_LEEWAY = 120_000

#: How long a hole may be (ms) that is narrow.
_NARROW = 600_000

#: How a row of a database is named.
PLACE = re.compile(r"([A-Za-z_]+):([0-9]+)")


@dataclass(slots=True)
class Hole:
    """Unused row numbers `first` to `last`, between a row of one time and a row of another (ms)."""

    table: str
    first: int
    last: int
    since: int
    until: int
    #: Unused numbers that nothing has been explained with yet.
    free: list[int] = field(default_factory=list)
    #: Whether it shows by itself that a missing message of its time stood there.
    telling: bool = False

    def named(self, number: int) -> str:
        """A number as rows are named."""
        return f"{self.table}:{number}"


@dataclass(slots=True)
class Traces:
    """What one exhibit keeps of what it lacks."""

    holes: list[Hole] = field(default_factory=list)
    _reach: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    #: Rows that receipts refer to and that are gone: how many receipts, the recipients, and when the first came.
    receipts: dict[str, tuple[int, tuple[str, ...], int]] = field(default_factory=dict)
    #: Digest of every platform key that is quoted or reacted to and is not here, with what refers to it.
    quoted: dict[int, str] = field(default_factory=dict)
    reacted: dict[int, str] = field(default_factory=dict)
    #: Unused numbers that a reaction refers to, with the reaction and its capture.
    reacted_rows: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: The same keys as the export writes them, with the capture that refers to them.
    keys: dict[int, tuple[str, str]] = field(default_factory=dict)
    #: Keys of which the export itself records that they were deleted.
    recorded: set[int] = field(default_factory=set)

    def close(self) -> None:
        """Make the holes ready to be asked."""
        self.holes.sort(key=lambda hole: (hole.since, hole.first))
        self._reach = (
            np.maximum.accumulate(np.array([hole.until for hole in self.holes], np.int64))
            if self.holes
            else self._reach
        )

    def near(self, at: Ints, unit: Ints) -> npt.NDArray[np.bool_]:
        """At which of these times some unused number can be had."""
        found = np.zeros(len(at), np.bool_)
        for n, (time, written) in enumerate(zip(at.tolist(), unit.tolist(), strict=True)):
            found[n] = any(hole.free for hole in self._around(time, written))
        return found

    def _around(self, at: int, unit: int) -> Iterator[Hole]:
        """Holes that a row of that time can have stood in."""
        number = int(np.searchsorted(self._reach, at - _LEEWAY))
        while number < len(self.holes) and self.holes[number].since <= at + unit + _LEEWAY:
            if self.holes[number].until >= at - _LEEWAY:
                yield self.holes[number]
            number += 1

    def told_apart(self, missing: Ints) -> None:
        """Keep in mind which holes say by themselves that a message was here; `missing` are times of all that lacks.

        A narrow one does; and one with just as many numbers as messages are missing in its time, or in that of the
        holes about it together. A wide one with more or fewer is what a phone shows that was away, or whose owner
        posted a status.
        """
        missing = np.sort(missing)

        def count(since: int, until: int) -> int:
            first, last = np.searchsorted(missing, [since - _LEEWAY, until + _LEEWAY + 1])
            return int(last - first)

        cluster: list[Hole] = []
        reach = NEVER
        for hole in [*self.holes, None]:
            if cluster and (hole is None or hole.since - _LEEWAY > reach + _LEEWAY):
                numbers = sum(len(one.free) for one in cluster)
                even = numbers == count(cluster[0].since, reach)
                for one in cluster:
                    narrow = one.until - one.since <= _NARROW
                    one.telling = even or narrow or len(one.free) == count(one.since, one.until)
                cluster, reach = [], NEVER
            if hole is not None:
                cluster.append(hole)
                reach = max(reach, hole.until)

    def take(self, at: int, unit: int, *, own: bool, capture: str, telling: bool = False) -> str | None:
        """The unused number that a message of that time in that capture can have had, as rows are named, or None.

        Only what the owner sent has receipts here, and a reaction says its conversation: numbers that these point to
        are given to messages that they fit. `telling`: only a number that shows by itself that a message was here.
        """
        best: tuple[int, Hole, int] | None = None
        for hole in self._around(at, unit):
            for place in hole.free:
                if telling and not (hole.telling or self.referred(hole.named(place))):
                    continue
                fit = self._fit(hole.named(place), own=own, capture=capture)
                if fit is not None and (best is None or fit > best[0]):
                    best = fit, hole, place
            if best is not None and best[0] == _BEST:
                break
        if best is None:
            return None
        _, hole, place = best
        hole.free.remove(place)
        return hole.named(place)

    def give_back(self, row: str) -> None:
        """Let a number that was taken be free again."""
        for hole in self.holes:
            number = int(row.rpartition(":")[2])
            if hole.table == row.rpartition(":")[0] and hole.first <= number <= hole.last:
                hole.free = sorted([*hole.free, number])

    def referred(self, row: str) -> bool:
        """Whether a receipt or a reaction points to that number: what stood there was a message."""
        return row in self.receipts or row in self.reacted_rows

    def _fit(self, row: str, *, own: bool, capture: str) -> int | None:
        """How well an unused number fits; None where it cannot be."""
        received, reacted = row in self.receipts, self.reacted_rows.get(row)
        if (received and not own) or (reacted is not None and reacted[1] != capture):
            return None
        return int(received == own) + int(reacted is not None)

    def said_of(self, row: str | None, keys: Iterable[int]) -> dict[str, str]:
        """The traces of a message with that unused number and those keys, each with the words that say it."""
        found: dict[str, str] = {}
        if row is not None:
            found["hole"] = f"the row number {row} is unused between rows of that time"
            if row in self.receipts:
                number = self.receipts[row][0]
                found["orphan_receipt"] = f"{number} receipt{' refers' if number == 1 else 's refer'} to it"
            if row in self.reacted_rows:
                found["reaction_to_missing"] = f"{self.reacted_rows[row][0]} is a reaction to it"
        for key in keys:
            if key in self.recorded:
                found["deletion_record"] = "the export records that it was deleted"
            if key in self.quoted:
                found["quote_of_missing"] = f"{self.quoted[key]} quotes it"
            if key in self.reacted:
                found["reaction_to_missing"] = f"{self.reacted[key]} is a reaction to it"
        return found
