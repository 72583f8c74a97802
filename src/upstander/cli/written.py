"""How values are written: instants, JSON for programs, and evidence made safe for a terminal."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any

from upstander.model.signs import visible

__all__ = ["as_json", "day", "instant", "part", "present", "visible"]

#: What a terminal would obey (`signs.UNSAFE`) in JSON, where an escape says exactly the same string.
_UNSAFE_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """`value` as JSON that is safe to print: characters a terminal would obey are escaped, which changes no string."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_plain)
    return _UNSAFE_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, PurePath):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def instant(at: datetime) -> str:
    """An instant as ISO 8601 in UTC, with milliseconds where there are any: `2018-03-01T07:05:00Z`."""
    at = at.astimezone(UTC)
    if at.microsecond:
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def day(at: date | None) -> str:
    """The day of an instant, for a table; a dash where there is none."""
    return f"{at:%Y-%m-%d}" if at is not None else "–"


def present(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without what is absent."""
    return {name: value for name, value in row.items() if value is not None}


def part(first: int, last: int) -> str:
    """A part of a text as `code --span` takes it: the first character, counted from 0, and one past the last."""
    return f"{first}:{last}"
