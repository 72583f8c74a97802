"""Signs that are obeyed rather than shown: control characters, direction marks, what cannot be seen at all.

Evidence may hold any of them, and a terminal or a page that obeys one shows something that nobody wrote.
"""

import re
from collections.abc import Iterator

__all__ = ["UNSAFE", "pieces", "visible"]

#: Control characters, direction overrides and marks, invisible signs, lone surrogates. The joiners that emoji are made
#: with stay, and so do the flags of England, Scotland and Wales.
UNSAFE = re.compile(
    "(?P<flag>\U0001f3f4[\U000e0030-\U000e007a]{1,6}\U000e007f)"
    "|[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is one sign that is not to be obeyed.

    Line ends and tabs are kept as they are; a carriage return before a line end goes.
    """
    begin = 0
    text = text.replace("\r\n", "\n")
    for match in UNSAFE.finditer(text):
        if match["flag"] or match[0] in "\n\t":
            continue
        if match.start() > begin:
            yield text[begin : match.start()], False
        yield match[0], True
        begin = match.end()
    if begin < len(text):
        yield text[begin:], False


def visible(text: str) -> str:
    """`text` on one line, with everything that would be obeyed made visible: `⏎` for a line end, `<U+202E>`."""
    return UNSAFE.sub(_shown, text.replace("\r\n", "\n"))


def _shown(match: re.Match[str]) -> str:
    if match["flag"]:
        return match["flag"]
    if match[0] == "\n":
        return "⏎ "
    return " " if match[0] == "\t" else f"<U+{ord(match[0]):04X}>"
