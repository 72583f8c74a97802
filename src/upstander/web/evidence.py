"""How evidence is drawn: escaped, in its own direction, with every sign that would be obeyed made visible."""

import unicodedata
from html import escape

from django.utils.safestring import SafeString

from upstander.model.signs import UNSAFE, pieces

__all__ = ["cut", "drawn", "name", "plain"]

#: Characters of a name that are shown: an export may call somebody by a megabyte.
_NAME = 120


def drawn(text: str | None) -> SafeString:
    """What people wrote, safe for a page; it keeps its line ends."""
    said = text or ""
    if UNSAFE.search(said) is None:
        return SafeString(escape(said))
    made = "".join(_sign(piece) if sign else escape(piece) for piece, sign in pieces(said))
    # Every piece is escaped, or one of our own elements.
    return SafeString(made)


def name(text: str | None) -> SafeString:
    """A name or title in line with words of ours: isolated, and cut where it is long."""
    said = text or ""
    short, over = cut(said, _NAME)
    more = f"… ({over:,} more characters)" if over else ""
    return SafeString(f"<bdi>{drawn(short)}</bdi>{more}")


def plain(asked: str) -> str:
    """What somebody asked for, without signs that a page would have to show: they are looked for by nobody."""
    return "".join(piece for piece, sign in pieces(asked) if not sign).strip()


def cut(text: str, limit: int) -> tuple[str, int]:
    """The beginning of a text, and how many characters are left out."""
    return (text, 0) if len(text) <= limit else (text[:limit], len(text) - limit)


def _sign(sign: str) -> str:
    called = unicodedata.name(sign, "control character" if unicodedata.category(sign) == "Cc" else "unassigned")
    return f'<span class="desk-sign" title="{escape(called.lower())}">U+{ord(sign):04X}</span>'
