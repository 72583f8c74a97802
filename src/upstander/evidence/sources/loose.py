"""Values from files that promise nothing: a number where a text is due, half a surrogate pair, a year 30828.

A JSON or XML export is only as well-formed as whoever last saved it. What can be kept is kept, what had to be changed
is said in a warning at its place, and nothing raises.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from upstander.evidence.capture import Capture
from upstander.evidence.document import legible

__all__ = ["END", "Loose", "instant", "items", "paired", "record", "shown"]

#: Instants at or after 2100 are no one's message.
END = 4_102_444_800_000
#: Characters of one text that the tables keep; the exhibit has the rest.
TEXT_LIMIT = 1_000_000

_LONE = re.compile("[\ud800-\udfff]")


def paired(text: str) -> str:
    """`text` with halves of surrogate pairs replaced by U+FFFD: no table can hold them."""
    if text.isascii() or _LONE.search(text) is None:
        return text
    # Two halves that stand beside each other are one character that was escaped as two.
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return legible(joined)


def record(value: Any) -> dict[str, Any]:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """`value` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def shown(value: Any) -> str:
    """Any value as text: a text as it is, nothing as nothing, the rest as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return paired(value)[:TEXT_LIMIT]
    try:
        return paired(json.dumps(value, ensure_ascii=False, default=float))[:TEXT_LIMIT]
    except (ValueError, RecursionError):  # nested a thousand deep
        return "…"


def instant(value: Any, *, scale: int = 1) -> int | None:
    """Milliseconds since 1970 of a stored number (times `scale`), or None where that is no date of 1970 to 2100."""
    if isinstance(value, str) and len(value) <= 20 and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > END or not math.isfinite(value):
        return None
    scaled = int(value * scale)
    return scaled if 0 < scaled < END else None


@dataclass
class Loose:
    """Reads single values of one file for `capture`, and warns where they are not what they should be."""

    capture: Capture
    #: Columns that place every warning: exhibit, member, conversation.
    where: dict[str, Any]
    #: Applied to every text (Messenger's double encoding).
    repair: Callable[[str, str], str] = lambda text, row: text  # noqa: ARG005

    def warn(self, kind: str, detail: str, row: str | None = None) -> None:
        """Add a warning at `row` of this file."""
        self.capture.warn(kind, detail, row=row, **self.where)

    def text(self, value: Any, row: str) -> str | None:
        """A text; None where there is none. Anything else is written as JSON and said."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.warn("unknown_value", f"a text is due at {row} and something else stands there; kept as written", row)
            return shown(value)
        repaired = self.repair(value, row)
        clean = paired(repaired)
        if clean != repaired and "\ufffd" in clean:
            self.warn("invalid_text", f"half a surrogate pair at {row} was replaced by U+FFFD; see the exhibit", row)
        if len(clean) > TEXT_LIMIT:
            self.warn("line_too_long", f"the text at {row} was cut to {TEXT_LIMIT:,} characters; see the exhibit", row)
            clean = clean[:TEXT_LIMIT]
        return clean

    def instant(self, value: Any, row: str, *, scale: int = 1) -> int | None:
        """An instant that every record must have; the message is kept where it has none that exists."""
        found = instant(value, scale=scale)
        if found is None:
            self.warn(
                "impossible_date",
                f"the time at {row} is no date between 1970 and 2100; the message is kept without one",
                row,
            )
        return found
