"""Text that Meta's downloads encode twice: each UTF-8 byte written as one character, `é` as `Ã©`.

A download is doubly encoded throughout, but files are re-saved by tools that repair them, and some repair a part. So
each string is judged by itself, and the more carefully the more the file shows that it is not doubly encoded.
"""

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["Repair", "is_plain"]

#: What UTF-8 looks like when its bytes are read as characters.
_DOUBLE = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)
#: Of these, what no one writes on purpose: with a control character in it, or beginning with Â or Ã.
_CERTAIN = re.compile("[\u0080-\u009f]|[\u00c2\u00c3][\u0080-\u00bf]")


def is_plain(text: str) -> bool:
    """Whether `text` holds a character that double encoding cannot give: it is right as it stands."""
    return not text.isascii() and max(text) > "\u00ff"


class Repair:
    """Repairs the strings of one file."""

    def __init__(self, document: Any) -> None:
        """Look through the file's strings for one that is right already; then the doubtful are left alone."""
        self._plain = any(is_plain(text) for text in _strings(document))

    def __call__(self, text: str) -> tuple[str, bool]:
        """`text` repaired where it is doubly encoded, and whether it looks so and had to be kept as it is."""
        if text.isascii() or _DOUBLE.search(text) is None:
            return text, False
        try:
            # Strict both ways: what decodes so gives the same bytes when it is encoded again.
            repaired = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return text, _CERTAIN.search(text) is not None
        if self._plain and _CERTAIN.search(text) is None:
            return text, True  # `CAFÉ»` in a file of good UTF-8 is a shout in guillemets, not a Latin letter
        return repaired, False


def _strings(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            yield top
        elif isinstance(top, dict):
            stack.extend(top.values())
        elif isinstance(top, list):
            stack.extend(top)
