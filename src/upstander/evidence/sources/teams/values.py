"""Single values as the chat service writes them: addresses (MRIs), instants in three shapes, ids of messages."""

import math
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from upstander.evidence.sources.loose import END, instant

__all__ = ["cocoa", "direct", "iso", "message_key", "mri", "number_of", "platform", "text", "thread", "unix"]

#: Seconds from 1970 to 2001, where Core Data's clock starts.
_COCOA = 978_307_200
#: `8:orgid:<guid>`, `8:live:name`, `4:+447700900001`, `28:<bot>`: a kind of account and its name.
_MRI = re.compile(r"[0-9]{1,3}:[^\s/<>\"]{1,300}")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]00:?00)?")
_ROOT = re.compile(r";messageid=([^;]+)$")
_STAMP = re.compile(r"(?:^|[^0-9])([0-9]{13})$")


def text(value: object) -> str | None:
    """The value as text; None where there is none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def mri(value: object) -> str | None:
    """The account that `value` names, without the address of the server before it; None where it names none."""
    written = text(value)
    if written is None or len(written) > 2_000:
        return None
    last = unquote(written.strip()).rsplit("/", 1)[-1]
    return last if _MRI.fullmatch(last) else None


def thread(value: object) -> tuple[str | None, str | None]:
    """A conversation's id, and the id of the post that it is an answer to where a channel's id goes on with one."""
    written = text(value)
    if not written:
        return None, None
    root = _ROOT.search(written)
    return (written[: root.start()], root[1]) if root else (written, None)


def direct(key: str | None) -> bool:
    """Whether the id is that of a one-to-one exchange."""
    return key is not None and (key.endswith("@unq.gbl.spaces") or key.startswith(("8:", "4:", "28:")))


def platform(key: str | None) -> str:
    """The service that a conversation's id belongs to: Skype's exports have the same shape, and are not Teams."""
    marks = ("@thread.v2", "@thread.tacv2", "@unq.gbl.spaces", "orgid:", "teams")
    return "teams" if key is not None and any(mark in key for mark in marks) else "unknown"


def number_of(handle: str) -> str | None:
    """Telephone number of an account that is one."""
    number = handle.removeprefix("4:+")
    return f"+{number}" if handle.startswith("4:+") and number.isdecimal() and 5 <= len(number) <= 15 else None


def message_key(value: object) -> str | None:
    """A message's id: the milliseconds that end it, where something stands before them; else the whole of it."""
    written = text(value)
    if not written:
        return None
    stamp = _STAMP.search(written)
    return stamp[1] if stamp else written


def cocoa(value: object) -> int | None:
    """Seconds since 2001 as milliseconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > END or not math.isfinite(value):
        return None
    found = round((value + _COCOA) * 1000)
    return found if 0 < found < END else None


def unix(value: object) -> int | None:
    """Milliseconds since 1970, a number or its digits."""
    return instant(value)


def iso(value: Any) -> tuple[int | None, str, bool]:
    """Milliseconds since 1970 of `2021-05-30T09:47:56.12Z`, its precision, and whether it says that it is UTC."""
    match = _ISO.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 64 else None
    if match is None:
        return None, "second", False
    year, month, day, hour, minute, second = (int(match[part]) for part in range(1, 7))
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None, "second", False
    fraction = int((match[7] or "0").ljust(3, "0")[:3])
    found = int(at.timestamp()) * 1000 + fraction
    return found if 0 < found < END else None, "millisecond" if match[7] else "second", match[8] is not None
