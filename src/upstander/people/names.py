"""Names compared: what is left of one without signs and titles, and whether two can be one person's.

A likeness of names is a reason to ask and never a reason to join.
"""

import unicodedata
from functools import cache

__all__ = ["blocks", "likeness", "tokens"]

#: Ranks and titles, which come and go before a name.
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sgt",
        "sergeant",
        "insp",
        "inspector",
        "ch",
        "chief",
        "supt",
        "pc",
        "dc",
        "ds",
        "di",
        "dci",
        "wpc",
        "pcso",
        "cpl",
        "officer",
    ]
)

#: Short forms that no beginning betrays, by the long form; of names that are frequent in English.
_SHORT = {
    "alexander": "sandy sasha",
    "anthony": "tony",
    "charles": "chas chuck",
    "daniel": "dan",
    "darren": "daz dazza",
    "edward": "ted ned",
    "elizabeth": "beth betty lizzie",
    "gareth": "gaz",
    "gary": "gaz",
    "henry": "harry",
    "james": "jim jimmy",
    "john": "jack",
    "katherine": "kate katie kathy",
    "margaret": "maggie meg peggy",
    "michael": "mike mick",
    "oliver": "ollie",
    "richard": "dick",
    "robert": "bob bobby",
    "sarah": "sally",
    "stephen": "steve",
    "stephanie": "steph",
    "thomas": "tom",
    "william": "bill billy",
}
_LONG = {short: long for long, shorts in sorted(_SHORT.items()) for short in shorts.split()}

#: Letters that two beginnings must share to be called alike.
_BEGINNING = 3


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name: without case, accents, emoji, signs and titles."""
    plain = "".join(
        sign if sign.isalnum() else " "
        for sign in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(sign) and sign not in "'’"
    )
    words = tuple(plain.split())
    named = tuple(word for word in words if word not in _TITLES)
    return named or words


def blocks(words: tuple[str, ...]) -> set[str]:
    """What two names must have in common to be compared at all.

    The whole name; a surname with a first name's initial; a word's beginning. In a large case the last is too crowded
    to be of use, and the first two still find who is called the same.
    """
    found = {"=" + " ".join(sorted(words))}
    if len(words) > 1:
        found |= {f"{words[-1]} {_LONG.get(words[0], words[0])[0]}", f"{words[-1]} {words[0][0]}"}
    for word in words:
        found |= {form[:_BEGINNING] for form in (word, _LONG.get(word, word)) if len(form) >= _BEGINNING}
    return found


def likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How alike two names are, 0 to 0.6; equal names are not this function's business.

    0.6 the same surname with first names that go together; 0.5 the same first name and a surname's initial; 0.4 a
    surname alone; 0.3 a first name alone.
    """
    if not one or not other:
        return 0.0
    if len(one) > len(other):
        one, other = other, one
    if len(one) == 1:
        return _single(one[0], other)
    if sorted(one) == sorted(other):
        return 0.6
    if one[-1] == other[-1] and _alike(one[0], other[0]):
        return 0.6
    initials = (len(one[-1]) == 1 or len(other[-1]) == 1) and one[-1][0] == other[-1][0]
    return 0.5 if initials and _alike(one[0], other[0]) else 0.0


def _single(word: str, other: tuple[str, ...]) -> float:
    if len(word) < _BEGINNING:
        return 0.0
    if len(other) > 1 and word == other[-1]:
        return 0.4
    return 0.3 if _alike(word, other[0]) else 0.0


def _alike(one: str, other: str) -> bool:
    """Whether two first names go together: equal, an initial, a beginning, or a known short form."""
    if one == other or _LONG.get(one, one) == _LONG.get(other, other):
        return True
    short, long = sorted((one, other), key=len)
    return (len(short) == 1 or len(short) >= _BEGINNING) and long.startswith(short)
