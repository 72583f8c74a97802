"""Times: ISO 8601 with an offset, as Physical Analyzer writes them, and what older reports write."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from upstander.evidence.sources.loose import END, Loose, paired

__all__ = ["Clock", "offset_instant"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s*"
    r"(?:(Z)|([+-])([0-9]{2}):?([0-9]{2}))?"
)


def _parsed(text: str) -> tuple[datetime, bool, str] | None:
    """(time, whether it has an offset, precision) of a time as written."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = match.groups()
    precision = "minute" if second is None else "second" if fraction is None else _fraction(fraction)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micros, tzinfo=UTC)
        if sign is not None:
            away = timedelta(hours=int(hours), minutes=int(minutes))
            at = at - away if sign == "+" else at + away
    except (ValueError, OverflowError):
        return None
    return at, zulu is not None or sign is not None, precision


def _fraction(digits: str) -> str:
    return "millisecond" if len(digits) <= 3 else "microsecond"


def _milliseconds(at: datetime) -> int | None:
    found = (at - _EPOCH) // timedelta(milliseconds=1)
    return found if 0 < found < END else None


def offset_instant(fields: dict[str, Any], name: str) -> int | None:
    """The instant of a time that has an offset; for the order of records, which needs no warning."""
    for key in (name, f"{name}@"):
        value = fields.get(key)
        parsed = _parsed(value) if isinstance(value, str) else None
        if parsed is not None:
            return _milliseconds(parsed[0])
    return None


@dataclass
class Clock:
    """Reads the times of one report."""

    loose: Loose
    #: The zone stated at intake for times without an offset; None where none was.
    stated: str | None
    #: Times without an offset that no zone was stated for.
    assumed: int = 0

    def __post_init__(self) -> None:
        """Find the zone."""
        self._zone: ZoneInfo | None = None
        if self.stated is not None:
            try:
                self._zone = ZoneInfo(self.stated)
            except (KeyError, ValueError, OSError):
                self.stated = None

    def columns(self, fields: dict[str, Any], name: str, row: str) -> dict[str, Any]:
        """The time columns of a message from its field `name`."""
        at, local, precision = self._read(fields, name)
        written = paired(str(fields.get(name) or ""))
        if at is None:
            detail = f"{row} has no time between 1970 and 2100 that can be read; it is kept without one"
            self.loose.warn("impossible_date", detail, row)
        zone, basis = "UTC", "recorded"
        if local and at is not None:
            zone, basis = (self.stated or "UTC"), ("assumed" if self._zone is None else "stated")
            self.assumed += self._zone is None
        return {
            "sent_at": at,
            "sent_at_written": written[:100],
            "sent_at_precision": precision,
            "time_zone": zone,
            "time_zone_basis": basis,
        }

    def instant(self, fields: dict[str, Any], name: str, row: str) -> int | None:
        """A time that a record may lack."""
        if not fields.get(name):
            return None
        at, local, _ = self._read(fields, name)
        if at is None:
            detail = f"{name} of {row} is no time between 1970 and 2100 that can be read; it was left out"
            self.loose.warn("impossible_date", detail, row)
        self.assumed += local and at is not None and self._zone is None
        return at

    def close(self) -> None:
        """Say how many times had no zone."""
        if self.assumed:
            detail = (
                f"{self.assumed:,} times have no offset and no zone was stated; they were read as UTC (--time-zone)"
            )
            self.loose.warn("time_zone_assumed", detail)

    def _read(self, fields: dict[str, Any], name: str) -> tuple[int | None, bool, str]:
        # `formattedTimestamp` is the same time in ISO where the value follows the examiner's own settings.
        for key in (name, f"{name}@"):
            value = fields.get(key)
            parsed = _parsed(value) if isinstance(value, str) else None
            if parsed is not None:
                at, zoned, precision = parsed
                if not zoned and self._zone is not None:
                    try:
                        at = at.replace(tzinfo=self._zone).astimezone(UTC)
                    except (OverflowError, ValueError):
                        return None, True, precision
                return _milliseconds(at), not zoned, precision
        return None, False, "second"
