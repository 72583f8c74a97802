"""Times as people read them, in the zone of the page."""

from datetime import UTC, date, datetime
from html import escape

from django.utils.safestring import SafeString, mark_safe

from upstander.evidence.worded import date_in_words, moment_in_words, zone_in_words
from upstander.web.zones import local, local_day, shown_in, twice

__all__ = ["also_utc", "between", "clock", "day_in_words", "iso_day", "millis", "moment", "plainly"]


def moment(at: datetime | None) -> SafeString:
    """A time as people read it, with its zone, and with what a machine reads beside it."""
    if at is None:
        return mark_safe("undated")
    said = escape(moment_in_words(local(at)))
    return SafeString(f'<time datetime="{at.astimezone(UTC).isoformat()}">{said}</time>')


def also_utc(at: datetime | None) -> str:
    """The same in UTC, where the page tells times in another zone."""
    return "" if at is None or shown_in() == "UTC" else moment_in_words(at.astimezone(UTC))


def millis(at: int) -> SafeString:
    """A time in milliseconds since 1970 as people read it."""
    return moment(datetime.fromtimestamp(at / 1000, UTC))


def clock(at: datetime | None) -> SafeString:
    """The time of a day, with what a machine reads beside it; with its zone where the clock shows that time twice."""
    if at is None:
        return mark_safe("undated")
    told = local(at)
    said = f"{told:%H:%M:%S}"
    if twice(told):
        said += f" {escape(zone_in_words(told))}"
    return mark_safe(f'<time datetime="{at.astimezone(UTC).isoformat()}">{said}</time>')  # noqa: S308 - escaped


def plainly(at: datetime | None) -> str:
    """A time where no element may stand, as in a title."""
    return "no time" if at is None else moment_in_words(local(at))


def day_in_words(at: date | None) -> str:
    """The day of an instant: `3 Mar 2016`; a dash where there is none."""
    return date_in_words(local_day(at))


def iso_day(at: date | None) -> str:
    """The day of an instant as an address has it: `2016-03-03`."""
    day = local_day(at)
    return "" if day is None else day.isoformat()


def between(earliest: datetime | None, latest: datetime | None) -> str:
    """A bound that is a range: "3 April 2018", "between … and …", "not after …", "not known"."""
    days = [local_day(at) for at in (earliest, latest)]
    one, other = (None if day is None else f"{day.day} {day:%B %Y}" for day in days)
    if one == other:
        return one or "not known"
    if one is None or other is None:
        return f"not after {other}" if one is None else f"not before {one}"
    return f"between {one} and {other}"
