"""The zone that a page tells times in: that of its case while the case's pages are made, and UTC everywhere else.

What a machine reads (`datetime=`, exports, the ledger) is UTC whatever the page says.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from upstander.stages.zones import UTC, zone_of, zones_stated
from upstander.storage import Case

__all__ = [
    "SESSION",
    "begins",
    "ends",
    "in_utc",
    "in_zone_of",
    "local",
    "local_day",
    "reset",
    "shown_in",
    "twice",
    "zone_said",
    "zones_offered",
]


#: Under which a session has what somebody said of their reading, by case.
SESSION = "reading"

#: Zones that most exhibits here are of.
_USUAL = ("Europe/London", "Europe/Dublin", "UTC")

_CLOCK = Path("/etc/localtime")


def reset(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Each page begins in UTC, whatever the thread that makes it told times in before."""

    def answered(request: HttpRequest) -> HttpResponse:
        with timezone.override(UTC):
            return get_response(request)

    return answered


def in_zone_of(request: HttpRequest, case: Case) -> None:
    """Tell the times of this page in the zone that its reader chose in this session, or in that of its case."""
    known = request.session.get(SESSION, {})
    chosen = known.get(case.path.name, {}).get("zone") if isinstance(known, dict) else None
    timezone.activate(ZoneInfo(chosen) if chosen in _known() else zone_of(case))


def zones_offered(*first: str) -> list[Any]:
    """Every zone by its name, for a form: those, then the usual ones and this machine's; the others in a group."""
    usual = [name for name in dict.fromkeys((*first, *_USUAL, _machines())) if name in _known()]
    rest = sorted(name for name in _known() if name not in usual and "/" in name)
    return [*((name, name) for name in usual), ("Elsewhere", [(name, name) for name in rest])]


def in_utc() -> None:
    """Tell the times of this page in UTC, as what it shows does wherever it is shown."""
    timezone.activate(UTC)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _machines() -> str:
    """The zone that this machine's clock is set to, where its system says so by name."""
    return str(_CLOCK.resolve()).partition("zoneinfo/")[2]


def shown_in() -> str:
    """The name of the zone that this page tells times in."""
    return timezone.get_current_timezone_name()


def zone_said(case: Case) -> str:
    """One sentence: in which zone this page tells times, and why not in the phones'."""
    said = f"Times are in {shown_in()}"
    if shown_in() == "UTC" and len(zones_stated(case)) > 1:
        said += ", as the exhibits come from more than one time zone"
    return f"{said}."


def local(at: datetime) -> datetime:
    """An instant by the clock of this page's zone; in UTC where that clock has no such year."""
    try:
        return at.astimezone(timezone.get_current_timezone())
    except OverflowError:
        return at.astimezone(UTC)


def local_day(at: date | None) -> date | None:
    """The day of an instant by the calendar of this page's zone; a day is itself."""
    return local(at).date() if isinstance(at, datetime) else at


def twice(at: datetime) -> bool:
    """Whether the clock shows this local time twice, as when it is put back."""
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()


def begins(day: date) -> datetime:
    """The first instant of a day by this page's zone."""
    return datetime.combine(day, time(), timezone.get_current_timezone())


def ends(day: date) -> datetime:
    """The last millisecond of a day by this page's zone. Raises `OverflowError` for the last day that there is."""
    after = begins(day + timedelta(days=1)).astimezone(UTC)
    return (after - timedelta(milliseconds=1)).astimezone(timezone.get_current_timezone())
