"""Who decides: the name under a decision, read the same wherever somebody gives one.

A name stands in decision files for ever, is compared with others to tell one reader from two, and is printed in
commands that people copy. So it has one spelling, shows all that it holds, and turns no line around.
"""

import unicodedata

from upstander.errors import UsageError

__all__ = ["LONGEST", "alike", "signed"]

#: Characters that a name may have.
LONGEST = 200
#: Characters of a name that is refused which the refusal repeats.
_SHOWN = 60
#: Joiners, which Persian and Indic names are written with: between two letters they are spelling, elsewhere hiding.
_JOINERS = frozenset("\u200c\u200d")
#: Letters and marks that Unicode counts as such and that show nothing.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def signed(said: str, *, option: str = "--by") -> str:
    """The name as it is written down: composed (NFC), without spaces around it, and one between its words.

    Raises `UsageError` where it is empty, longer than `LONGEST` characters, or has a line break, a control character,
    one that turns the direction of writing, or any other that is not seen.
    """
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in said)
    name = unicodedata.normalize("NFC", " ".join(part for part in spaced.split(" ") if part))
    if not name:
        raise UsageError(f"{option} is a name, and nothing but spaces is given; say who decides")
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
    if len(name) > LONGEST:
        raise UsageError(f"{option} is a name of at most {LONGEST} characters, and {shown!r} has {len(name):,}")
    for place, sign in enumerate(name):
        if sign in _JOINERS and _within(name, place):
            continue
        if not sign.isprintable() or sign in _UNSEEN or "\ufe00" <= sign <= "\ufe0f" or sign >= "\U000e0100":
            raise UsageError(
                f"{option} is a name, and {shown!r} has a character (U+{ord(sign):04X}) that is not seen or turns the"
                " line around; leave it out"
            )
    if not any(sign.isalnum() for sign in name):
        raise UsageError(f"{option} is a name, and {shown!r} has no letter or digit; say who decides")
    return name


def alike(one: str, other: str) -> bool:
    """Whether two names are the same for a reader: capitals, joiners and width of letters make no other person."""
    return _folded(one) == _folded(other)


def _within(name: str, place: int) -> bool:
    around = name[place - 1 : place] + name[place + 1 : place + 2]
    return len(around) == 2 and all(unicodedata.category(sign)[0] in "LM" and sign > "\u02ff" for sign in around)


def _folded(name: str) -> str:
    bare = "".join(sign for sign in name if sign not in _JOINERS)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", bare).casefold())
