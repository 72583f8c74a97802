"""When things are said, and how clocks write it."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.reconcile.knobs import Layout, Shape

__all__ = ["local_seconds", "sent", "stamps"]

Integers = npt.NDArray[np.int64]

_DAY = 86_400
#: How busy each hour of the day is, UTC.
_HOURS = np.array([2, 1, 1, 1, 1, 2, 6, 10, 12, 10, 9, 9, 11, 10, 9, 9, 10, 12, 12, 11, 10, 9, 7, 4], np.float64)
#: One week in so many is quiet.
_QUIET = 9
#: Messages of one sitting.
_SITTING = 14


def sent(shape: Shape, rng: np.random.Generator) -> Integers:
    """Milliseconds of `shape.messages` messages, rising: sittings by day, bursts in them, few at night."""
    count = shape.messages
    sittings = max(1, count // _SITTING)
    days = max(1, int(shape.days))
    weight = np.where(np.arange(days) // 7 % _QUIET == _QUIET - 1, 0.02, 1.0)
    day = rng.choice(days, size=sittings, p=weight / weight.sum())
    hour = rng.choice(24, size=sittings, p=_HOURS / _HOURS.sum())
    begins = (day * 24 + hour) * 3_600_000 + rng.integers(0, 3_600_000, size=sittings)
    of = np.sort(rng.integers(0, sittings, size=count))
    gaps = rng.exponential(np.where(rng.random(count) < shape.bursts, 6_000, 70_000)).astype(np.int64) + 200
    first = np.r_[True, of[1:] != of[:-1]]
    run = np.cumsum(gaps)
    starts = np.flatnonzero(first)
    within = run - np.repeat(run[starts], np.diff(np.r_[starts, count]))
    return np.sort(shape.start_ms + begins[of] + within)


@cache
def _offsets(zone: str, first: int, last: int) -> tuple[Integers, Integers]:
    """UTC seconds at which the offset of `zone` changes between two years, and the offsets before and after them."""
    info = ZoneInfo(zone)

    def offset(second: int) -> int:
        found = dt.datetime.fromtimestamp(second, tz=info).utcoffset()
        return int(found.total_seconds()) if found is not None else 0

    start = int(dt.datetime(first, 1, 1, tzinfo=dt.UTC).timestamp())
    end = int(dt.datetime(last + 1, 1, 1, tzinfo=dt.UTC).timestamp())
    changes, offsets = [], [offset(start)]
    for day in range(start, end, _DAY):
        if offset(day + _DAY) != offsets[-1]:
            low, high = day, day + _DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            changes.append(high)
            offsets.append(offset(high))
    return np.array(changes, np.int64), np.array(offsets, np.int64)


def local_seconds(ms: Integers, zone: str) -> Integers:
    """What the wall clock of `zone` shows, in seconds since 1970 as if it were UTC."""
    seconds = ms // 1000
    if not len(seconds):
        return seconds
    years = [dt.datetime.fromtimestamp(int(at), tz=dt.UTC).year for at in (seconds.min(), seconds.max())]
    changes, offsets = _offsets(zone, years[0] - 1, years[1] + 1)
    return seconds + offsets[np.searchsorted(changes, seconds, side="right")]


def stamps(local: Integers, layout: Layout) -> pa.StringArray:
    """Local seconds as an export of that layout writes them, without brackets."""
    day, clock = np.divmod(local, _DAY)
    days, at = np.unique(day, return_inverse=True)
    dates = [dt.date(1970, 1, 1) + dt.timedelta(days=int(each)) for each in days]
    if layout == "us":
        written = [f"{date.month}/{date.day}/{date:%y}" for date in dates]
    else:
        written = [f"{date:%d/%m/%Y}" for date in dates]
    column = pa.array(written, pa.string()).take(pa.array(at))
    table, step = _clock(layout)
    return pc.binary_join_element_wise(column, table.take(pa.array(clock // step)), ", ")


@cache
def _clock(layout: Layout) -> tuple[pa.StringArray, int]:
    """Every time of a day as it is written, and how many seconds lie between two."""
    if layout == "ios":
        every = [f"{h:02d}:{m:02d}:{s:02d}" for h in range(24) for m in range(60) for s in range(60)]
        return pa.array(every, pa.string()), 1
    if layout == "us":
        halves = ("AM", "PM")
        every = [f"{h % 12 or 12}:{m:02d}\u202f{halves[h // 12]}" for h in range(24) for m in range(60)]
    else:
        every = [f"{h:02d}:{m:02d}" for h in range(24) for m in range(60)]
    return pa.array(every, pa.string()), 60
