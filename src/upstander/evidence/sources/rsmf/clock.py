"""ISO 8601 times with and without an offset."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from upstander.evidence.sources.loose import END, Loose

__all__ = ["Clock", "wall"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FRACTION = re.compile(r"[.,]([0-9]+)")


@dataclass
class Clock:
    """Reads the times of one manifest."""

    loose: Loose
    #: The zone stated at intake for times without an offset; None where none was.
    stated: str | None
    assumed: bool = False

    def __post_init__(self) -> None:
        """Find the zone; the specification reads times without an offset as UTC."""
        self._name = "UTC"
        self._zone: ZoneInfo | None = None
        if self.stated is not None:
            try:
                self._zone = ZoneInfo(self.stated)
                self._name = self.stated
            except (KeyError, ValueError, OSError):
                self.stated = None

    def columns(self, value: Any, row: str) -> dict[str, Any]:
        """The time columns of a message."""
        text = self.loose.text(value, f"{row}.timestamp") or ""
        at, local = self._read(text, row)
        if at is None:
            self.loose.warn("impossible_date", f"the time at {row} is no date of 1970 to 2100; it was left out", row)
        basis = "recorded" if not local else "stated" if self._zone is not None else "assumed"
        if basis == "assumed" and at is not None and not self.assumed:
            self.assumed = True
            detail = "times without an offset were read as UTC, as the format's makers do; state the zone at intake"
            self.loose.warn("time_zone_assumed", detail, row)
        return {
            "sent_at": at,
            "sent_at_written": text[:100],
            "sent_at_precision": _precision(text),
            "time_zone": self._name if local else "UTC",
            "time_zone_basis": basis,
        }

    def instant(self, value: Any, row: str) -> int | None:
        """A time that a record may lack."""
        if value is None:
            return None
        text = self.loose.text(value, row) or ""
        at = self._read(text, row)[0]
        if at is None:
            self.loose.warn("impossible_date", f"the time at {row} is no date of 1970 to 2100; it was left out", row)
        return at

    def again(self, value: Any) -> int | None:
        """A time that is read a second time: what is odd about it was said, or will be."""
        return self._read(value, None)[0] if isinstance(value, str) else None

    def _read(self, text: str, row: str | None) -> tuple[int | None, bool]:
        """(milliseconds, whether the time has no offset of its own)."""
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            return None, False
        local = moment.tzinfo is None
        try:
            if local:
                moment = self._placed(moment, row)
            at = (moment - _EPOCH) // timedelta(milliseconds=1)
        except OverflowError:
            return None, local
        return (at if 0 <= at < END else None), local

    def _placed(self, moment: datetime, row: str | None) -> datetime:
        if self._zone is None:
            return moment.replace(tzinfo=UTC)
        early, late = moment.replace(tzinfo=self._zone), moment.replace(tzinfo=self._zone, fold=1)
        before, after = early.utcoffset(), late.utcoffset()
        if row is not None and before is not None and after is not None and before != after:
            if before > after:
                detail = f"the time at {row} falls in the hour that a clock change repeats; the earlier was taken"
                self.loose.warn("ambiguous_local_time", detail, row)
            else:
                detail = f"the time at {row} falls in the hour that a clock change skips; it was read an hour later"
                self.loose.warn("missing_local_time", detail, row)
        return early


def wall(value: Any) -> datetime | None:
    """The written time without its offset: which way a list runs must not hang on the zone stated at intake.

    Not as text: `09:00:00.001Z` is later than `09:00:00Z`.
    """
    try:
        return datetime.fromisoformat(value.strip()).replace(tzinfo=None) if isinstance(value, str) else None
    except ValueError:
        return None


def _precision(text: str) -> str:
    fraction = _FRACTION.search(text)
    if fraction is not None:
        return "millisecond" if len(fraction[1]) <= 3 else "microsecond"
    colons = text.split("T")[-1].split("+")[0].count(":") if "T" in text or " " in text.strip() else -1
    return "day" if colons < 0 else "minute" if colons <= 1 else "second"
