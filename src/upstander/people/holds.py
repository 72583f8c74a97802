"""Holds kept as arrays: a person may have a million posts, and a bound looks at two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from upstander.people.rows import Ints
from upstander.people.spells import Hold

__all__ = ["Constant", "SortedHolds", "Strings", "column", "merged"]


class Strings(Protocol):
    """Strings by place."""

    def __getitem__(self, place: int, /) -> str:
        """The string at `place`."""


@dataclass
class SortedHolds:
    """One person's holds as arrays, sorted by `lo`; what each is comes from a row number when it is asked for."""

    lo: Ints
    hi: Ints
    kinds: Strings
    evidence: Strings

    def between(self, after: int | None, before: int | None) -> tuple[Hold, Hold] | None:
        """The first and last hold after `after` and before `before`."""
        start = 0 if after is None else int(np.searchsorted(self.lo, after, "right"))
        end = len(self.lo) if before is None else int(np.searchsorted(self.lo, before, "left"))
        # A hold that reaches past `before` may be of after.
        while end > start and before is not None and self.hi[end - 1] >= before:
            end -= 1
        while start < end and before is not None and self.hi[start] >= before:
            start += 1
        return (self._hold(start), self._hold(end - 1)) if start < end else None

    def touching(self, lo: int, hi: int) -> tuple[Hold, Hold] | None:
        """The first and last hold that reach into `lo` to `hi`."""
        end = int(np.searchsorted(self.lo, hi, "right"))
        met = np.flatnonzero(self.hi[:end] >= lo)
        return (self._hold(int(met[0])), self._hold(int(met[-1]))) if len(met) else None

    def _hold(self, place: int) -> Hold:
        return Hold(int(self.lo[place]), int(self.hi[place]), self.kinds[place], self.evidence[place])


def merged(posts: SortedHolds | None, others: Sequence[Hold]) -> SortedHolds:
    """Posts and other holds of one person as one."""
    if posts is None:
        ordered = sorted(others, key=lambda hold: (hold.lo, hold.evidence))
        return SortedHolds(
            np.array([hold.lo for hold in ordered], np.int64),
            np.array([hold.hi for hold in ordered], np.int64),
            [hold.kind for hold in ordered],
            [hold.evidence for hold in ordered],
        )
    if not others:
        return posts
    lo = np.concatenate([posts.lo, np.array([hold.lo for hold in others], np.int64)])
    hi = np.concatenate([posts.hi, np.array([hold.hi for hold in others], np.int64)])
    order = np.argsort(lo, kind="stable")
    return SortedHolds(
        lo[order],
        hi[order],
        _Either(posts.kinds, [hold.kind for hold in others], order, len(posts.lo)),
        _Either(posts.evidence, [hold.evidence for hold in others], order, len(posts.lo)),
    )


def column(values: pl.Series, start: int) -> Strings:
    """Strings of a frame's column from the row `start` on, looked up when asked for."""
    return _Column(values, start)


@dataclass(frozen=True, slots=True)
class _Either:
    """Two runs of strings read as one in another order, without copying a million to look at two."""

    one: Strings
    other: Strings
    order: Ints
    split: int

    def __getitem__(self, place: int, /) -> str:
        at = int(self.order[place])
        return self.one[at] if at < self.split else self.other[at - self.split]


@dataclass(frozen=True, slots=True)
class _Column:
    values: pl.Series
    start: int

    def __getitem__(self, place: int, /) -> str:
        return str(self.values[self.start + place])


@dataclass(frozen=True, slots=True)
class Constant:
    """One string, at every place."""

    value: str

    def __getitem__(self, place: int, /) -> str:
        """The string."""
        return self.value
