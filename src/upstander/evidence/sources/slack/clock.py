"""Slack's `ts`: seconds since 1970 and a fraction of six digits, which together are a message's key in its channel."""

import re
from dataclasses import dataclass
from decimal import Decimal

from upstander.evidence.sources.loose import END, shown

__all__ = ["Stamp", "key_of", "stamp"]

_TS = re.compile(r"(?P<seconds>[0-9]{1,11})(?:\.(?P<fraction>[0-9]{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One time."""

    at: int | None
    written: str
    precision: str


def stamp(value: object) -> Stamp:
    """The instant of a `ts`; also of a whole number of seconds, as lists of channels write it."""
    written = _written(value)
    found = _TS.fullmatch(written)
    if found is None or isinstance(value, bool):
        return Stamp(None, written, "second")
    fraction = found["fraction"] or ""
    precision = "second" if not fraction else "millisecond" if len(fraction) <= 3 else "microsecond"
    at = int(found["seconds"]) * 1000 + int(fraction[:3].ljust(3, "0"))
    return Stamp(at if 0 < at < END else None, written, precision)


def key_of(value: object) -> str | None:
    """A `ts` as a key: exactly as written; None of anything else than a text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    return _written(value) or None


def _written(value: object) -> str:
    return (str(value) if isinstance(value, Decimal) else shown(value))[:100]
