"""Dates and times as people give them."""

import re
from datetime import UTC, datetime, timedelta

from upstander.errors import BadDate

__all__ = ["since", "until"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def since(written: str) -> datetime:
    """The first instant that `--from` asks for. Raises `BadDate`."""
    return _read(written)


def until(written: str) -> datetime:
    """The first instant that `--to` does not ask for: the day after a date, a moment after a time.

    Raises `BadDate`.
    """
    at = _read(written)
    try:
        return at + (timedelta(days=1) if _DAY.fullmatch(written) else timedelta(milliseconds=1))
    except OverflowError as problem:
        raise BadDate(f"{written!r} is too late a date") from problem


def _read(written: str) -> datetime:
    if not (_DAY.fullmatch(written) or _MOMENT.fullmatch(written)):
        raise BadDate(f"{written!r} is no date; write 2018-03-01, 2018-03-01T07:05 (UTC) or 2018-03-01T07:05+01:00")
    try:
        at = datetime.fromisoformat(written)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise BadDate(f"{written!r} does not exist in the calendar or on the clock") from problem
