"""Times of an export: written with the exporter's offset, to the fraction that Discord gives."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from upstander.errors import Unreadable
from upstander.evidence.sources.loose import END

__all__ = ["Clock", "Stamp"]

_WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d{1,9}))?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One time: when, and how it was read."""

    at: int | None
    written: str
    precision: str
    zone: str
    basis: str


@dataclass
class Clock:
    """Reads times; those without an offset, which no exporter seen writes, under the stated zone."""

    stated: str | None
    #: Times that had to be read as UTC, as they have no offset and no zone was stated.
    assumed: int = 0

    def read(self, value: object) -> Stamp:
        """The instant of one written time."""
        written = value[:100] if isinstance(value, str) else ""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            return Stamp(None, written, "second", "UTC", "recorded")
        fraction = found["fraction"] or ""
        precision = "second" if not fraction else "millisecond" if len(fraction) <= 3 else "microsecond"
        zone, basis = "UTC", "recorded"
        if found["zone"] is None:
            zone, basis = self.stated or "UTC", "stated" if self.stated else "assumed"
            self.assumed += self.stated is None
        try:
            moment = datetime.fromisoformat(f"{found['day']}T{found['time']}{found['zone'] or ''}")
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=_zone(zone))
            seconds = (moment - _EPOCH) // timedelta(seconds=1)
        except (ValueError, OverflowError):
            return Stamp(None, written, precision, zone, basis)
        at = seconds * 1000 + int(fraction[:3].ljust(3, "0"))
        return Stamp(at if 0 < at < END else None, written, precision, zone, basis)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise Unreadable(f"there is no time zone {name}; state one of the IANA database") from problem
