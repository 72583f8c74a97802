"""Colours, sizes and the width of texts.

Every mark differs from every other by shape and by lightness; hue only helps. The colours are read by people who see no
red or no green, and by a black-and-white printer: a test computes both.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from upstander.model.signs import visible

__all__ = [
    "COLOURS",
    "FONT",
    "HATCH",
    "LEFT",
    "PLOT_LEFT",
    "PLOT_RIGHT",
    "RIGHT",
    "WIDTH",
    "fitted",
    "legible",
    "text_width",
    "wrapped",
]

#: The converter brings a face of Arial's measure; browsers have one of these.
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"

#: A4 on its side, at 96 pixels to the inch and within ordinary margins.
WIDTH = 1060
LEFT = 16
PLOT_LEFT = 214
PLOT_RIGHT = 814
RIGHT = 840

COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#ffffff",
        "ink": "#0b0c0c",
        "quiet": "#484f54",
        "grid": "#dcdfe1",
        "baseline": "#70777c",
        #: Messages held.
        "held": "#7a9cb8",
        #: The lines of a hatched stretch.
        "hatch": "#8d9499",
        #: Deleted, with a trace.
        "deleted": "#7d0a14",
        #: Gaps that are explained, one by one.
        "explained": "#70777c",
        "clock": "#0b0c0c",
    }
)

#: Name of the pattern that fills what a phone cannot hold.
HATCH = "outside"

#: Widths of Arial's characters from U+0020, in thousandths of the size.
_WIDTHS = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)

#: Categories of what printers' faces lack: symbols, modifiers, joiners, and what is no character at all.
_PICTOGRAPHS = ("So", "Sk", "Cf", "Cs", "Co", "Cn")

#: What a bold face takes more.
_BOLD = 1.08


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that `text` takes at `size` pixels, in Arial's measure; wide scripts count as square."""
    thousandths = 0
    for character in text:
        place = ord(character) - 0x20
        if 0 <= place < len(_WIDTHS):
            thousandths += _WIDTHS[place]
        elif unicodedata.east_asian_width(character) in "WF":
            thousandths += 1000
        elif not unicodedata.combining(character):
            thousandths += 600
    return thousandths * size / 1000 * (_BOLD if bold else 1)


def legible(text: str) -> str:
    """`text` without pictographs, which the faces of printers lack, and without what a terminal would obey."""
    kept = "".join(
        character
        for character in visible(text)
        if unicodedata.category(character) not in _PICTOGRAPHS and not "\ufe00" <= character <= "\ufe0f"
    )
    return " ".join(kept.split())


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """`text`, cut with an ellipsis where it takes more than `room` pixels."""
    if text_width(text, size, bold=bold) <= room:
        return text
    while text and text_width(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """`text` as lines of no more than `room` pixels, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(fitted(word, size, room, bold=bold))
    return lines
