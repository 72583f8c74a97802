"""Letters of one alphabet that pass for another's, for words that mix alphabets: rаpe with a Cyrillic а.

Source: Unicode Technical Standard 39, confusables.txt, the pairs of Latin with Cyrillic, Greek and Armenian letters; as
the text is folded, a capital that passes for a Latin capital (В, Н, К, М, Т; Η, Υ, Ζ) counts by its small letter. Added
are letters that people put for others by their shape (п for n, и for u, г for r, я for r), and letters drawn small or
in boxes, which no normal form of Unicode takes off.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product

__all__ = ["BOXED", "BOXES", "MIXED", "SMALL", "alike", "unboxed"]

#: Letters of each alphabet after folding, and the Latin ones that they pass for.
_CYRILLIC: Mapping[str, str] = {
    "а": "a", "б": "b", "в": "bv", "г": "r", "е": "e", "з": "e", "и": "un", "к": "k", "м": "m", "н": "hn", "о": "o",
    "п": "n", "р": "p", "с": "c", "т": "t", "у": "yu", "х": "x", "ц": "u", "ш": "w", "ь": "b", "я": "r", "ѕ": "s",
    "і": "i", "ј": "j", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ѵ": "v", "ӏ": "l", "ү": "y", "ғ": "f", "ԍ": "g",
}  # fmt: skip
_GREEK: Mapping[str, str] = {
    "α": "a", "β": "b", "γ": "y", "ε": "e", "ζ": "z", "η": "nh", "ι": "i", "κ": "k", "μ": "um", "ν": "vn", "ο": "o",
    "π": "n", "ρ": "p", "σ": "os", "τ": "t", "υ": "uy", "χ": "x", "ω": "w", "ϲ": "c", "ϳ": "j",
}  # fmt: skip
_ARMENIAN: Mapping[str, str] = {
    "ա": "w", "գ": "q", "զ": "q", "լ": "l", "հ": "h", "յ": "j", "ո": "n", "ռ": "n", "ս": "u", "ց": "g", "օ": "o",
}  # fmt: skip
_LATIN = {sign: letters for table in (_CYRILLIC, _GREEK, _ARMENIAN) for sign, letters in table.items()}


def _turned(table: Mapping[str, str]) -> dict[str, str]:
    """For each Latin letter those that pass for it."""
    turned: dict[str, str] = {}
    for sign, letters in table.items():
        for letter in letters:
            turned[letter] = turned.get(letter, "") + sign
    return turned


#: The first and last letter of each alphabet that has words of its own, and what it puts for Latin letters.
_OTHERS = (("\u0400", "\u052f", _turned(_CYRILLIC)), ("\u0370", "\u03ff", _turned(_GREEK)))

_FOREIGN = r"[\u0370-\u03ff\u0400-\u052f\u0531-\u0587]"
#: Letters of two alphabets beside each other, for Python's expressions and Rust's.
MIXED = rf"[a-z]{_FOREIGN}|{_FOREIGN}[a-z]"
_NEAR = re.compile(_FOREIGN)

#: Small capitals, and letters in boxes and circles that are signs; what they are.
_SMALL = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡı", "abcdefghijklmnoprstuvwyzagi")
SMALL = "[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡ]"
BOXES = "\U0001f150-\U0001f169\U0001f170-\U0001f189"
_FIRSTS = (0x1F150, 0x1F170, 0x1F1E6)
BOXED = {first + place: chr(ord("a") + place) for first in _FIRSTS for place in range(26)}
#: Words that one mixed word may be.
_MOST = 16


def unboxed(text: str) -> str:
    """The text with plain letters for small capitals and for letters in boxes."""
    return text.translate(_SMALL).translate(BOXED)


def alike(text: str) -> Iterator[str]:
    """What a text of small letters may be read as when its letters are of one alphabet; itself when they are."""
    if len(text) < 3 or _NEAR.search(text) is None or not any(map(_latin, text)):
        yield text
        return
    yield from _read(text, _LATIN, lambda letter: _NEAR.match(letter) is not None)
    for first, last, table in _OTHERS:
        if any(first <= letter <= last for letter in text):
            yield from _read(text, table, _latin)


def _latin(letter: str) -> bool:
    return "a" <= letter <= "z"


def _read(text: str, table: Mapping[str, str], foreign: Callable[[str], bool]) -> Iterator[str]:
    """The readings with every foreign letter put for; none where one of them passes for nothing."""
    options = [table.get(letter, "") if foreign(letter) else letter for letter in text]
    if all(options):
        yield from islice(("".join(letters) for letters in product(*options)), _MOST)
