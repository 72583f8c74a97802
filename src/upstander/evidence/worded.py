"""Reconciliation in words: offsets, reasons, bases, dates as the British write them."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

__all__ = [
    "BASES",
    "MATCHED",
    "REASONS",
    "TRACES",
    "capital",
    "clock",
    "date_in_words",
    "listed",
    "moment_in_words",
    "offset",
    "plural",
    "span",
    "traces",
    "zone_in_words",
]

#: What a gap's reason says, short enough for a label.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "before_join": "before joining",
        "after_leave": "after leaving",
        "before_capture": "before the capture begins",
        "after_capture": "after the capture ends",
        "export_cut_short": "export cut short",
        "not_sent": "perhaps never sent",
        "disappearing_timer": "disappearing timer",
        "revoked_for_all": "deleted for everyone",
        "deleted_on_phone": "deleted on this phone",
        "filtered_at_export": "left out of the export",
        "edited_differently": "perhaps here: edited or written otherwise",
        "two_readings": "perhaps here: two readings",
        "unexplained": "unexplained",
    }
)

#: What a trace is.
TRACES: Mapping[str, str] = MappingProxyType(
    {
        "hole": "an unused row number",
        "orphan_receipt": "a receipt of a missing row",
        "quote_of_missing": "a quote of it",
        "reaction_to_missing": "a reaction to it",
        "tombstone": "a tombstone",
        "recovered": "recovered from deleted items",
        "deletion_record": "a record of its deletion",
    }
)

#: Why captures are held to be one conversation.
BASES: Mapping[str, str] = MappingProxyType(
    {
        "alone": "nothing joins it to another",
        "platform_key": "the platform's own key",
        "shared_keys": "message keys in common",
        "stated": "stated at intake",
        "shared_bodies": "texts that occur once in both",
    }
)

#: How a sighting was matched.
MATCHED: Mapping[str, str] = MappingProxyType(
    {
        "alone": "no other capture holds it",
        "key": "the platform's key",
        "media": "the same media file",
        "unique_body": "words that are said once in both",
        "aligned": "the same words, author and time, in order",
        "remainder": "all that is left of its author at that time",
    }
)

#: What is added to an offset, by the kind of its stretch.
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "right": "",
        "zone": ", as another time zone makes",
        "daylight_saving": ", as a change of the clocks makes",
        "fast_or_slow": "",
        "moved": ", a clock that was moved",
    }
)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def offset(milliseconds: int) -> str:
    """An offset in words, to the second under an hour and to the minute above: `4 min 0 s fast`, `2 d 3 h slow`."""
    size = abs(milliseconds)
    direction = "fast" if milliseconds > 0 else "slow"
    seconds = round(size / 1000)
    minutes = round(size / _MINUTE)
    if seconds == 0:
        return "right"
    if seconds < 60:
        return f"{seconds} s {direction}"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s {direction}"
    if minutes < 100 * 60:
        return f"{minutes // 60} h {minutes % 60} min {direction}"
    hours = round(size / _HOUR)
    return f"{hours // 24:,} d {hours % 24} h {direction}"


def clock(row: Mapping[str, Any]) -> str:
    """One stretch of a clock in words: `46 h 0 min fast, a clock that was moved`; `right`, within a minute."""
    if row["kind"] == "right":
        return "right"
    said = offset(row["offset_ms"])
    if row["kind"] in ("zone", "daylight_saving"):
        # Nobody's watch is wrong: the same moment under another zone.
        said = said.replace(" 0 min ", " ").replace(" fast", " ahead").replace(" slow", " behind")
    return said + _KINDS[row["kind"]]


def date_in_words(at: date | None) -> str:
    """A day as the British write it: `3 Mar 2016`; a dash where there is none."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}" if at is not None else "–"


def moment_in_words(at: datetime) -> str:
    """A moment by the clock of its own zone, which it names: `3 March 2016, 09:05 UTC`, `3 June 2016, 10:05 BST`."""
    return f"{at.day} {at:%B %Y, %H:%M} {zone_in_words(at)}"


def zone_in_words(at: datetime) -> str:
    """What the clock of its zone was called then: `GMT`, `BST`, `UTC+04:00` where it has no name."""
    called = at.tzname() or "UTC"
    offset = f"{at:%z}"
    return called if called[:1].isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"


def span(since: datetime | None, until: datetime | None) -> str:
    """From one day to another: `3 Mar 2016 to 19 Mar 2018`; one day where they are the same."""
    first, last = date_in_words(since), date_in_words(until)
    return first if first == last else f"{first} to {last}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 gap`, `2,000 gaps`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(said: str) -> str:
    """With a capital at its beginning; the rest stays as it is."""
    return f"{said[:1].upper()}{said[1:]}"


def listed(parts: list[str]) -> str:
    """Parts of a sentence: `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def traces(written: str | None) -> str:
    """The traces of a gap in words."""
    return listed([TRACES.get(name.strip(), name.strip()) for name in (written or "").split(",") if name.strip()])
