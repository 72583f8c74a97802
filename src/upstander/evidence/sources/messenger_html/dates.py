"""Dates as Facebook's pages write them: in words, in the account's language, with a zone or without.

`Friday, October 4, 2013 at 10:05pm PDT` · `Freitag, 4. Oktober 2013 um 22:05 UTC+02` · `Oct 04, 2013, 10:05:33 PM` ·
`viernes, 4 de octubre de 2013 a las 22:05 UTC+02` · `04.10.2013, 22:05`. Languages: en, de, fr, es, pt, it, nl.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from upstander.evidence.sources.interface import DateOrder

__all__ = ["Written", "parse"]

#: Beginnings of months' names without accents.
_STEMS = (
    ("jan", "gen", "ene"),
    ("feb", "fev"),
    ("mar", "mrt", "maa"),
    ("apr", "avr", "abr"),
    ("may", "mai", "mei", "mag"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dez", "dic"),
)
_MONTHS = {stem: month for month, stems in enumerate(_STEMS, start=1) for stem in stems}

_DAY_MONTH = re.compile(
    r"\b(?P<day>[0-9]{1,2})(?:\.|st|nd|rd|th|er|º)?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,12})\.?,?\s+(?:del?\s+)?(?P<year>[0-9]{4})\b"
)
_MONTH_DAY = re.compile(r"\b(?P<month>[^\W\d_]{3,12})\.?\s+(?P<day>[0-9]{1,2}),?\s+(?P<year>[0-9]{4})\b")
_YEAR_FIRST = re.compile(r"\b(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})\b")
_NUMBERS = re.compile(r"\b(?P<first>[0-9]{1,2})(?P<mark>[-/.])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})\b")
_TIME = re.compile(
    r"(?<![0-9])(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\b(?:UTC|GMT)(?:\s?(?P<sign>[+−-])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?)?\b")
#: Abbreviations that mean one offset wherever Facebook wrote them.
_ZONES = {
    "PDT": -7, "PST": -8, "MDT": -6, "MST": -7, "CDT": -5, "EDT": -4, "EST": -5,
    "WEST": 1, "WET": 0, "CEST": 2, "CET": 1, "EEST": 3, "EET": 2,
}  # fmt: skip
_ABBREVIATION = re.compile(r"\b(" + "|".join(_ZONES) + r")\b")


@dataclass(frozen=True, slots=True)
class Written:
    """A written date, read."""

    #: Without a zone; None where the text is no date, or its day and month cannot be told apart.
    local: datetime | None
    #: From UTC, where the text states it.
    offset: timedelta | None
    precision: str
    ambiguous: bool = False

    @property
    def zone(self) -> str:
        """IANA name of the stated offset; UTC where no zone of the database has it."""
        if (
            self.offset is None
            or self.offset % timedelta(hours=1)
            or not -12 <= self.offset // timedelta(hours=1) <= 14
        ):
            return "UTC"
        hours = self.offset // timedelta(hours=1)
        # The database counts westward: five hours behind UTC is Etc/GMT+5.
        return "UTC" if not hours else f"Etc/GMT{-hours:+d}"


def parse(text: str, *, order: DateOrder | None) -> Written:
    """Read `text`; `order` decides numbers that do not decide themselves."""
    text = " ".join(text.split())[:200]
    date, end, ambiguous = _date(text, order)
    if date is None:
        return Written(None, None, "minute", ambiguous)
    year, month, day = date
    time = _TIME.search(text, end)
    hour = minute = second = 0
    precision = "day"
    if time is not None:
        hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
        precision = "minute" if time["second"] is None else "second"
        if time["half"] is not None:
            if not 1 <= hour <= 12:
                return Written(None, None, precision)
            hour = hour % 12 + (12 if time["half"].lower() == "p" else 0)
    try:
        local = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return Written(None, None, precision)
    return Written(local, _offset(text[time.end() if time else end :]), precision)


def _date(text: str, order: DateOrder | None) -> tuple[tuple[int, int, int] | None, int, bool]:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for found in pattern.finditer(text):
            month = _month(found["month"])
            if month is not None:
                return (int(found["year"]), month, int(found["day"])), found.end(), False
    if iso := _YEAR_FIRST.search(text):
        return (int(iso["year"]), int(iso["month"]), int(iso["day"])), iso.end(), False
    if (numbers := _NUMBERS.search(text)) is None:
        return None, 0, False
    first, second, year = int(numbers["first"]), int(numbers["second"]), int(numbers["year"])
    if order is None:
        if numbers["mark"] == "." or first > 12 or first == second:
            order = DateOrder.DAY_FIRST
        elif second > 12:
            order = DateOrder.MONTH_FIRST
        else:
            return None, 0, True
    day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
    return (year, month, day), numbers.end(), False


def _month(word: str) -> int | None:
    bare = "".join(letter for letter in unicodedata.normalize("NFD", word.casefold()) if letter.isalpha())
    return _MONTHS.get(bare[:4]) or _MONTHS.get(bare[:3])


def _offset(rest: str) -> timedelta | None:
    if found := _OFFSET.search(rest):
        sign = -1 if found["sign"] in ("-", "−") else 1
        return sign * timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    if named := _ABBREVIATION.search(rest):
        return timedelta(hours=_ZONES[named[1]])
    return None
