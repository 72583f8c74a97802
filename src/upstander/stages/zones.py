"""The time zone that a case is told in: the one its phones lived in, where whoever handed them in said so."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from upstander.errors import CaseDamaged
from upstander.storage import Case, intakes

__all__ = ["UTC", "zone_of", "zones_stated"]

UTC = ZoneInfo("UTC")


def zone_of(case: Case) -> ZoneInfo:
    """The zone that every exhibit of which one was stated lived in; UTC where none was, or more than one."""
    stated = zones_stated(case)
    try:
        return ZoneInfo(stated[0]) if len(stated) == 1 else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zones_stated(case: Case) -> tuple[str, ...]:
    """The zones that were stated of its exhibits, by name; of each exhibit the latest statement counts."""
    # A record is put into the folder as a whole, which changes the folder's own time.
    try:
        stamp = case.intakes.stat().st_mtime_ns
    except FileNotFoundError:
        return ()
    return _stated(case, stamp)


@lru_cache(maxsize=64)
def _stated(case: Case, stamp: int) -> tuple[str, ...]:  # noqa: ARG001 - the stamp is what an answer is kept by
    try:
        known = intakes(case)
    except CaseDamaged:
        # Whoever opens what is damaged is told; a page that only tells times is no place for it.
        return ()
    latest = {
        file.exhibit: intake.time_zone for intake in known if intake.time_zone is not None for file in intake.files
    }
    return tuple(sorted(set(latest.values())))
