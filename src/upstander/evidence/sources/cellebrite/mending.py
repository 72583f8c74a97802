"""Turns the bytes of a report into text that an XML parser takes.

Physical Analyzer copies text as it recovered it. Control characters and bytes that are no UTF-8 stand in real reports,
and a parser stops at the first of them. Each becomes U+FFFD; nothing else is changed. A character reference is mended
only outside CDATA: inside it is the text that somebody typed.
"""

import codecs
import re

__all__ = ["Mender"]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: References to what XML has no place for: control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
_REFERENCE = re.compile(
    "&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|5529[6-9]|55[3-9][0-9]{2}|56[0-9]{3}|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]"
    "|6553[45])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]));"
)
_OPEN, _CLOSE = "<![CDATA[", "]]>"
#: Characters at the end of a chunk in which a marker or a reference may begin that ends in the next.
_WINDOW = 16


class Mender:
    """Mends a report chunk by chunk."""

    def __init__(self) -> None:
        #: Characters that were replaced.
        self.replaced = 0
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._held = ""
        self._inside = False

    def feed(self, data: bytes, *, last: bool) -> str:
        """The mended text of the next chunk."""
        decoded = self._decode(data, last)
        if "\ufffd" in decoded:
            self.replaced += max(0, decoded.count("\ufffd") - data.count(b"\xef\xbf\xbd"))
        text = self._held + decoded
        self._held = ""
        if not last:
            cut = _cut(text)
            self._held, text = text[cut:], text[:cut]
        if not text.isascii() or _FORBIDDEN.search(text) is not None:
            text, count = _FORBIDDEN.subn("\ufffd", text)
            self.replaced += count
        if "&#" in text and _REFERENCE.search(text) is not None:
            text = self._references(text)
        self._inside = _inside(text, before=self._inside)
        return text

    def _references(self, text: str) -> str:
        out: list[str] = []
        at, inside = 0, self._inside
        while at < len(text):
            end = text.find(_CLOSE if inside else _OPEN, at)
            stop = len(text) if end < 0 else end + len(_CLOSE if inside else _OPEN)
            piece = text[at:stop]
            if not inside:
                piece, count = _REFERENCE.subn("\ufffd", piece)
                self.replaced += count
            out.append(piece)
            inside = inside if end < 0 else not inside
            at = stop
        return "".join(out)


def _cut(text: str) -> int:
    """Where to end a chunk, so that no marker and no reference is torn."""
    window = max(0, len(text) - _WINDOW)
    starts = [found for mark in "<&]" if (found := text.find(mark, window)) >= 0]
    return min(starts, default=len(text))


def _inside(text: str, *, before: bool) -> bool:
    """Whether `text` ends inside CDATA; a marker within CDATA is text."""
    closed = text.rfind(_CLOSE)
    if closed < 0:
        return before or _OPEN in text
    return text.find(_OPEN, closed) >= 0
