"""Times of a Telegram export: a Unix time since about 2022, before that the wall clock of the exporting machine."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from upstander.errors import Unreadable

__all__ = ["Clock", "Stamp"]

_END = 4_102_444_800_000
_DAY = 86_400_000
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?P<fraction>\.\d{1,6})?(?P<zone>Z|[+-]\d\d:?\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One time: when, as written, and how it was read."""

    at: int | None
    written: str
    precision: str
    zone: str
    basis: str


@dataclass
class Clock:
    """Reads times under one stated zone, and keeps count of what had to be assumed."""

    stated: str | None
    assumed: int = 0
    ambiguous: int = 0
    skipped: int = 0
    _zone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        """Look the zone up once."""
        try:
            self._zone = ZoneInfo(self.stated or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
            raise Unreadable(f"there is no time zone {self.stated}; state one of the IANA database") from problem

    def read(self, record: dict[str, Any], name: str = "date") -> Stamp:
        """The time called `name` of a record; the Unix time beside it decides where there is one."""
        unix, local = record.get(f"{name}_unixtime"), record.get(name)
        seconds = _whole(unix)
        if seconds is not None:
            return Stamp(_bounded(seconds * 1000), str(unix), "second", "UTC", "recorded")
        written = local if isinstance(local, str) else "" if local is None else str(local)
        found = _ISO.fullmatch(written)
        if found is None:
            seconds = _whole(local)  # the oldest exports
            at = None if seconds is None else _bounded(seconds * 1000)
            return Stamp(at, written, "second", "UTC", "recorded")
        precision = "second" if found["fraction"] is None else "millisecond"
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            moment = None
        if found["zone"]:
            return Stamp(_milliseconds(moment), written, precision, "UTC", "recorded")
        basis = "stated" if self.stated else "assumed"
        return Stamp(self._local(moment), written, precision, self.stated or "UTC", basis)

    def near(self, written: object, record: dict[str, Any]) -> int | None:
        """A local time that stands alone in a record, such as a reaction's.

        Without a stated zone the record's own two times give the offset, which holds on that day; further off the
        clocks may have changed, and no time is given.
        """
        if not isinstance(written, str) or _ISO.fullmatch(written) is None:
            return None
        stamp = Clock(self.stated or "UTC").read({"date": written})
        if self.stated is not None or stamp.basis == "recorded":
            return stamp.at
        own, local = _whole(record.get("date_unixtime")), Clock("UTC").read({"date": record.get("date")}).at
        if stamp.at is None or own is None or local is None:
            return None
        at = stamp.at - (local - own * 1000)
        return at if abs(at - own * 1000) <= _DAY else None

    def _local(self, moment: datetime | None) -> int | None:
        if moment is None:
            return None
        self.assumed += self.stated is None
        try:
            earlier, later = moment.replace(tzinfo=self._zone, fold=0), moment.replace(tzinfo=self._zone, fold=1)
            if earlier.utcoffset() != later.utcoffset():
                # A skipped hour goes forward under fold 0 and back under fold 1; a repeated one the other way.
                skipped = earlier.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != moment
                self.skipped += skipped
                self.ambiguous += not skipped
            return _milliseconds(earlier)
        except OverflowError:
            return None


def _milliseconds(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    try:
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except OverflowError:
        return None
    return _bounded(since // timedelta(milliseconds=1))


def _bounded(milliseconds: int) -> int | None:
    return milliseconds if 0 <= milliseconds < _END else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value, re.ASCII):
        return int(value)
    return None
