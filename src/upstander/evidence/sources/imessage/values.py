"""Values of a Messages database, which SQLite lets be of any type, as what their column is meant to hold."""

import math
import re

__all__ = ["blob", "instant", "integer", "number_of", "owner_handle", "precision", "target_of", "text"]

#: Seconds from 1970 to 2001, where Apple's clock starts.
COCOA = 978_307_200
#: First instant that is no longer plausible: 2100-01-01.
_END = 4_102_444_800_000
#: Up to here a stored time is in seconds (iOS 10, macOS 10.12 and earlier), beyond in nanoseconds: as seconds it would
#: be the year 5170, as nanoseconds the first two minutes of 2001.
_SECONDS = 100_000_000_000
#: Characters of one text that the tables keep; the exhibit has the rest.
TEXT_LIMIT = 1_000_000

_NUMBER = re.compile(r"\+[0-9]{5,15}")
#: `p:0/GUID` is a part of a message, `bp:GUID` its balloon (a link's preview, an app).
_TARGET = re.compile(r"(?:p:(-?[0-9]{1,6})/|bp:)?(.+)", re.DOTALL)


def text(value: object) -> str | None:
    """The value as text; None where there is none."""
    if value is None:
        return None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value[:TEXT_LIMIT] if isinstance(value, str) else str(value)


def integer(value: object) -> int | None:
    """The value as a whole number; None where it is none."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    return None


def blob(value: object) -> bytes | None:
    """The value as bytes; None where there is none."""
    return value if isinstance(value, bytes) and value else None


def instant(value: object) -> int | None:
    """A stored time as milliseconds since 1970; None for nought, which means none, and for what cannot be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value:
        return None
    # A whole number is finite, and may be too large to ask it as a fraction.
    if isinstance(value, float) and not math.isfinite(value):
        return None
    since = round(value * 1000) if abs(value) < _SECONDS else int(value) // 1_000_000
    milliseconds = since + COCOA * 1000
    return milliseconds if 0 <= milliseconds < _END else None


def precision(value: object) -> str:
    """Precision of a stored time: finer than a second only where the number is."""
    if isinstance(value, int):
        return "millisecond" if abs(value) >= _SECONDS and value % 1_000_000_000 else "second"
    return "millisecond" if isinstance(value, float) and not value.is_integer() else "second"


def number_of(handle: str) -> str | None:
    """Telephone number of a handle; None for an e-mail address, a short code or a business."""
    return handle if _NUMBER.fullmatch(handle) else None


def owner_handle(value: object) -> str | None:
    """The account's own address: `P:+44…` and `E:me@…` in account columns stand for a number and an e-mail address."""
    written = text(value)
    if not written:
        return None
    bare = written[2:] if written[:2] in {"P:", "E:", "p:", "e:"} else written
    # What is no address (a UUID of the account, nothing after the prefix) names nobody.
    return bare if "@" in bare or _NUMBER.fullmatch(bare) else None


def target_of(value: object) -> tuple[str | None, int | None]:
    """The guid of the message that another refers to, and the number of the part that is meant."""
    found = _TARGET.fullmatch(text(value) or "")
    if found is None:
        return None, None
    return found[2], int(found[1]) if found[1] else None
