"""Evidence made safe to show: what a terminal or a page would obey is made visible instead."""

import re

__all__ = ["visible", "visible_lines"]

#: What would be obeyed rather than shown: control characters, direction overrides and marks, invisible signs, lone
#: surrogates. The joiners that emoji are made with stay, and so do the flags of England, Scotland and Wales.
_UNSAFE = re.compile(
    "(?P<flag>\U0001f3f4[\U000e0030-\U000e007a]{1,6}\U000e007f)"
    "|[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """`text` on one line, with everything that would be obeyed made visible: `⏎` for a line end, `<U+202E>`."""
    return _UNSAFE.sub(_shown, text.replace("\r\n", "\n"))


def visible_lines(text: str) -> str:
    """The same with its lines kept: for a page, which shows them as lines."""
    return "\n".join(_UNSAFE.sub(_shown, line) for line in text.replace("\r\n", "\n").split("\n"))


def _shown(match: re.Match[str]) -> str:
    if match["flag"]:
        return match["flag"]
    if match[0] == "\n":
        return "⏎ "
    return " " if match[0] == "\t" else f"<U+{ord(match[0]):04X}>"
