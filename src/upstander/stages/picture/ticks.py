"""Where the time axis has its marks, and what they say: days as the British write them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from upstander.evidence.worded import date_in_words
from upstander.stages.picture.look import text_width

__all__ = ["SIZE", "ticks"]

#: Size of a tick's label.
SIZE = 11.0

#: Pixels between two labels.
_ROOM = 12.0

_HOURS = (1, 3, 6, 12)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


def ticks(since: datetime, until: datetime, width: float) -> list[tuple[datetime, str]]:
    """Instants and labels that fit `width` pixels for that span, as fine as fits, and two at least.

    The first label, and the first of a new year, have the year; a label under a day has the day where that changes.
    """
    for candidate in _candidates(since, until):
        made = list(candidate)
        if _fits(made, since, until, width):
            return made
    return [(since, date_in_words(since)), (until, date_in_words(until))]


def _fits(made: list[tuple[datetime, str]], since: datetime, until: datetime, width: float) -> bool:
    if len(made) < 2:
        return False
    span = (until - since).total_seconds()
    free = float("-inf")
    for at, label in made:
        x = (at - since).total_seconds() / span * width
        half = text_width(label, SIZE) / 2
        if x - half < free:
            return False
        free = x + half + _ROOM
    return True


def _candidates(since: datetime, until: datetime) -> Iterator[Iterator[tuple[datetime, str]]]:
    """From the finest steps to the coarsest; no step that would give more marks than pixels."""
    span = until - since
    if span <= timedelta(days=10):
        yield from (_by_hours(since, until, step) for step in _HOURS)
    if span <= timedelta(days=400):
        yield from (_by_days(since, until, step) for step in _DAYS)
    yield from (_by_months(since, until, step) for step in _MONTHS)


def _by_hours(since: datetime, until: datetime, step: int) -> Iterator[tuple[datetime, str]]:
    at = since.replace(minute=0, second=0, microsecond=0)
    at -= timedelta(hours=at.hour % step)
    day = None
    while at <= until:
        if at >= since:
            said = f"{at:%H:%M}" if at.date() == day else f"{date_in_words(at)}, {at:%H:%M}"
            day = at.date()
            yield at, said
        at += timedelta(hours=step)


def _by_days(since: datetime, until: datetime, step: int) -> Iterator[tuple[datetime, str]]:
    at = since.replace(hour=0, minute=0, second=0, microsecond=0)
    # Weeks begin on Mondays, wherever the span does.
    at -= timedelta(days=at.toordinal() % step if step < 7 else at.weekday() + (7 if step > 7 else 0))
    year = None
    while at <= until:
        if at >= since:
            said = date_in_words(at) if at.year != year else date_in_words(at).removesuffix(f" {at.year}")
            year = at.year
            yield at, said
        at += timedelta(days=step)


def _by_months(since: datetime, until: datetime, step: int) -> Iterator[tuple[datetime, str]]:
    month = since.year * 12 + since.month - 1
    month -= month % step
    year = None
    while (at := datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)) <= until:
        if at >= since:
            name = date_in_words(at).split()[1]
            said = f"{at.year}" if step >= 12 else f"{name} {at.year}" if at.year != year else name
            year = at.year
            yield at, said
        month += step
