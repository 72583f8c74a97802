"""What the head of a message may look like, as bytes: every layout of WhatsApp's text export in one grammar.

A regular expression is tried on one example of each *shape* (a head with its digits blanked); the shape then becomes a
`Template`, and every other line of that shape is found and read by comparing machine words. So any layout the grammar
knows costs the same as one that is hard-coded.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

__all__ = ["HEAD_BYTES", "LEADING", "Layout", "Meridiem", "Template", "head"]

#: Longest head that is looked for, in bytes.
HEAD_BYTES = 64

# Marks that carry no text: byte order mark, LRM, RLM, embeddings, isolates.
_MARK = rb"(?:\xef\xbb\xbf|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c)"
# Space, tab, no-break space, the thin and figure spaces, narrow no-break space.
_SPACE = rb"(?:[ \t]|\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f)"
# ASCII, Arabic-Indic and extended Arabic-Indic digits: in each the low half of the last byte is the digit's value.
_DIGIT = rb"(?:[0-9]|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9])"

#: First bytes that the head of a message can start with.
LEADING = frozenset(b"0123456789[\xef\xe2\xd8\xd9\xdb")


class Meridiem(IntEnum):
    """Half of the day, where the clock has twelve hours."""

    NONE = 0
    BEFORE_NOON = 1
    AFTER_NOON = 2


_BEFORE = (
    "上午",
    "오전",
    "午前",
    "ص",
    "π.μ.",
    "πμ",
    "ÖÖ",
    "öö",
    "de.",
    "fm",
    "vorm.",
    "SA",
    "ip.",
    "PG",
    "पूर्वाह्न",
    "קבה",
)
_AFTER = ("下午", "오후", "午後", "م", "μ.μ.", "μμ", "ÖS", "ös", "du.", "em", "nachm.", "CH", "ap.", "PTG", "अपराह्न")
_MERIDIEMS = {word.encode(): Meridiem.BEFORE_NOON for word in _BEFORE} | {
    word.encode(): Meridiem.AFTER_NOON for word in _AFTER
}
_WORDS = b"|".join(re.escape(word) for word in sorted(_MERIDIEMS, key=len, reverse=True))
_HALF = rb"(?:[AaPp]\.?" + _SPACE + rb"?[Mm]\.?|" + _WORDS + rb")"

_DATE = (
    rb"(?P<f1>%(d)s{1,2}|%(d)s{4})%(m)s{0,2}%(s)s?(?P<mark>[/.-])%(m)s{0,2}%(s)s?(?P<f2>%(d)s{1,2})"
    rb"%(m)s{0,2}%(s)s?(?P=mark)%(m)s{0,2}%(s)s?(?P<f3>%(d)s{4}|%(d)s{1,2})(?!%(d)s)(?:\.(?=%(s)s))?"
) % {b"d": _DIGIT, b"m": _MARK, b"s": _SPACE}
_TIME = (
    rb"(?:(?P<pre>%(h)s)%(s)s?)?(?P<hour>%(d)s{1,2})(?:%(s)s?h%(s)s?|(?P<colon>[:.]))(?P<minute>%(d)s{2})"
    rb"(?:(?P=colon)(?P<second>%(d)s{2}))?(?!%(d)s)(?:%(s)s{0,2}(?P<post>%(h)s))?"
) % {b"d": _DIGIT, b"h": _HALF, b"s": _SPACE}
_GAP = (
    rb"(?P<gap>(?:,|\xd8\x8c)?%(m)s?%(s)s{0,2}"
    rb"(?:(?:klo|kl\.?|um|om|at|alle|ore|u|\xc3\xa0|\xc3\xa0s|a las)%(s)s)?%(m)s?)"
    % {
        b"m": _MARK,
        b"s": _SPACE,
    }
)
_DATE_FIRST = rb"(?P<written>" + _DATE + rb"(?=,|\xd8\x8c|\xd8\x9c|[ \t\xc2\xe2])" + _GAP + _TIME + rb")"
_TIME_FIRST = rb"(?P<written>" + _TIME + rb"(?=,|\xd8\x8c|[ \t\xc2\xe2])" + _GAP + _DATE + rb")"
_END = rb"(?: |(?=[\r\n]))"
_PATTERNS = tuple(
    re.compile(pattern)
    for moment in (_DATE_FIRST, _TIME_FIRST)
    for pattern in (
        rb"(?P<lead>%(m)s{0,3})(?P<frame>\[)%(m)s{0,2}%(s)s?%(moment)s%(s)s?%(m)s?\]%(end)s"
        % {b"m": _MARK, b"s": _SPACE, b"moment": moment, b"end": _END},
        rb"(?P<lead>%(m)s{0,3})%(moment)s(?P<frame>%(m)s?%(s)s{1,2}(?:-|\xe2\x80[\x93\x94])|:)%(end)s"
        % {b"m": _MARK, b"s": _SPACE, b"moment": moment, b"end": _END},
    )
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What all heads of one export share, whatever the digits."""

    #: `[` for a head in brackets, else the separator that ends it.
    frame: str
    time_first: bool
    #: `/`, `.` or `-`.
    date_mark: str
    #: 1 where the first field has the four digits of a year, 3 where the last has, 0 where the year has two.
    year: int
    comma: bool
    twelve_hours: bool
    seconds: bool
    time_mark: str

    @property
    def example(self) -> str:
        """How a person would write the layout down: `[00/00/0000, 00:00:00] Name: text`."""
        date = self.date_mark.join(("0000" if self.year == 1 else "00", "00", "0000" if self.year == 3 else "00"))
        time = self.time_mark.join(["00", "00", "00"][: 3 if self.seconds else 2]) + (
            " am" if self.twelve_hours else ""
        )
        comma = ", " if self.comma else " "
        moment = comma.join((time, date) if self.time_first else (date, time))
        return f"[{moment}] Name: text" if self.frame == "[" else f"{moment}{self.frame} Name: text"


@dataclass(frozen=True, slots=True)
class Template:
    """One shape of head: where its digits stand, and what every other byte is."""

    layout: Layout
    #: Bytes from the line's start to the name or the text.
    length: int
    #: Bytes of date and time as written, from the line's start.
    written: tuple[int, int]
    #: Positions of the digits of each field: f1, f2, f3, hour, minute, second (empty where there is none).
    fields: tuple[tuple[int, ...], ...]
    meridiem: Meridiem
    #: Whether both day and month could be shown with a leading zero, and whether one was shown without.
    padded: bool
    upper: bool
    #: Words of eight bytes to be compared: mask, expected value, and the low halves of digits.
    masks: npt.NDArray[np.uint64]
    values: npt.NDArray[np.uint64]
    nibbles: npt.NDArray[np.uint64]


def head(line: bytes) -> Template | None:
    """The shape of the head that `line` starts with; None where it starts with none. `line` ends with a line end."""
    for pattern in _PATTERNS:
        match = pattern.match(line)
        if match is not None and match.end() <= HEAD_BYTES - 1:
            return _template(line, match)
    return None


def _template(line: bytes, match: re.Match[bytes]) -> Template:
    fields = tuple(_digits(line, match, name) for name in ("f1", "f2", "f3", "hour", "minute", "second"))
    # A head that ends at the line's end is told from one that goes on: the byte after it belongs to the shape.
    size = match.end() if line[match.end() - 1 : match.end()] == b" " else match.end() + 1
    words = -(-size // 8)
    mask = bytearray(8 * words)
    value = bytearray(8 * words)
    nibble = bytearray(8 * words)
    mask[:size] = b"\xff" * size
    value[:size] = line[:size]
    for position in (position for field in fields for position in field):
        mask[position] = 0xF0
        value[position] &= 0xF0
        nibble[position] = 0x0F
    half = match["pre"] or match["post"] or b""
    frame = match["frame"].strip(b" \t").decode("utf-8", "replace").strip()
    layout = Layout(
        frame=" -" if frame.endswith("-") else frame if frame in ("[", ":") else f" {frame[-1]}",
        time_first=match.start("hour") < match.start("f1"),
        date_mark=match["mark"].decode(),
        year=1 if len(fields[0]) == 4 else 3 if len(fields[2]) == 4 else 0,
        comma=match["gap"][:1] in (b",", b"\xd8"),
        twelve_hours=bool(half),
        seconds=bool(fields[5]),
        time_mark=(match["colon"] or b"h").decode(),
    )
    day_month = [field for field in fields[:3] if len(field) < 4]
    return Template(
        layout=layout,
        length=match.end(),
        written=match.span("written"),
        fields=fields,
        meridiem=_meridiem(half),
        padded=all(len(field) == 2 for field in day_month),
        upper=half.isupper(),
        masks=np.frombuffer(bytes(mask), "<u8"),
        values=np.frombuffer(bytes(value), "<u8"),
        nibbles=np.frombuffer(bytes(nibble), "<u8"),
    )


def _digits(line: bytes, match: re.Match[bytes], name: str) -> tuple[int, ...]:
    """Where the low halves of a field's digits stand."""
    start, end = match.span(name)
    return tuple(at for at in range(start, end) if line[at] not in (0xD9, 0xDB)) if start >= 0 else ()


def _meridiem(half: bytes) -> Meridiem:
    if not half:
        return Meridiem.NONE
    known = _MERIDIEMS.get(half)
    if known is not None:
        return known
    return Meridiem.BEFORE_NOON if half[:1] in b"aA" else Meridiem.AFTER_NOON
