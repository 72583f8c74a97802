"""Local times to UTC, a column at a time."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

__all__ = ["Instants", "to_utc"]

Integers = npt.NDArray[np.int64]

_DAY = 86_400
_NONE: Integers = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Instants:
    """Seconds since 1970 UTC, and the rows whose local time stands twice or not at all."""

    seconds: Integers
    ambiguous: Integers
    missing: Integers
    #: For each ambiguous row, the local second at which its repeated hour starts, and how long that is.
    low: Integers
    length: Integers


@dataclass(frozen=True, slots=True)
class _Changes:
    """Clock changes of a zone: from the local second `until` on, the next offset holds."""

    until: Integers
    offsets: Integers
    low: Integers
    high: Integers
    skips: npt.NDArray[np.bool_]


def to_utc(local: Integers, zone: str) -> Instants:
    """`local` seconds read in `zone`: of a repeated hour the first is taken, a skipped one is read an hour later."""
    if zone == "UTC" or not len(local):
        return Instants(local, _NONE, _NONE, _NONE, _NONE)
    first = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(local.min()))
    last = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(local.max()))
    changes = _changes(zone, first.year - 1, last.year + 1)
    seconds = local - changes.offsets[np.searchsorted(changes.until, local, side="right")]
    if not len(changes.low):
        return Instants(seconds, _NONE, _NONE, _NONE, _NONE)
    # The last change whose odd hour has started by then; the hour is odd until `high`.
    near = np.searchsorted(changes.low, local, side="right") - 1
    odd = np.flatnonzero((near >= 0) & (local < changes.high[np.maximum(near, 0)]))
    skipped = changes.skips[near[odd]]
    repeated = odd[~skipped]
    low = changes.low[near[repeated]]
    return Instants(seconds, repeated, odd[skipped], low, changes.high[near[repeated]] - low)


@cache
def _changes(zone: str, first: int, last: int) -> _Changes:
    info = ZoneInfo(zone)
    start = int(dt.datetime(first, 1, 1, tzinfo=dt.UTC).timestamp())
    end = int(dt.datetime(last + 1, 1, 1, tzinfo=dt.UTC).timestamp())
    found: list[tuple[int, int, int]] = []
    before = _offset(info, start)
    for day in range(start, end, _DAY):
        after = _offset(info, day + _DAY)
        if after != before:
            low, high = day, day + _DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(info, middle) == before else (low, middle)
            found.append((high, before, after))
            before = after
    offsets = [_offset(info, start)] + [after for _, _, after in found]
    return _Changes(
        until=np.array([at + max(old, new) for at, old, new in found], np.int64),
        offsets=np.array(offsets, np.int64),
        low=np.array([at + min(old, new) for at, old, new in found], np.int64),
        high=np.array([at + max(old, new) for at, old, new in found], np.int64),
        skips=np.array([new > old for _, old, new in found], np.bool_),
    )


def _offset(info: ZoneInfo, second: int) -> int:
    offset = dt.datetime.fromtimestamp(second, tz=info).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
