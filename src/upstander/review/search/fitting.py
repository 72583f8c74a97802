"""What one place of a search takes, when a text is read: the same as `querying` asks of the index."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from upstander.review.search.disguises import Disguise, masking, readings
from upstander.review.search.phrases import shown_letters
from upstander.review.search.tokens import akin

__all__ = ["Fits", "affixed", "distance", "exactly", "masked", "nearly", "said"]

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Fits:
    """Which tokens, which words that a disguise stands for, and which masked words."""

    token: Test
    plain: Test | None = None
    masked: Test | None = None

    def disguise(self, found: Disguise) -> bool:
        """Whether a stretch that stands for other words fits."""
        if self.plain is not None and any(map(self.plain, found.plain)):
            return True
        return self.masked is not None and found.masked is not None and self.masked(found.masked)


def exactly(piece: str) -> Fits:
    """A token as it is; an emoji in every tone of skin."""
    return Fits(lambda token: token == piece or (not token.isascii() and akin(piece, token)))


def said(word: str) -> Fits:
    """A word, and what disguises it; typed in disguise, what it stands for."""
    meant, token = {word, *readings(word)[0]}, exactly(word).token
    return Fits(
        lambda other: other in meant or token(other),
        lambda reading: reading in meant,
        lambda hidden: any(masking([hidden], one) for one in meant),
    )


def affixed(piece: str, *, begins: bool, ends: bool, disguised: bool = False) -> Fits:
    """Words of which a piece is the beginning, the end, or either or neither."""

    def fits(token: str) -> bool:
        return piece in token if begins and ends else token.startswith(piece) if begins else token.endswith(piece)

    return Fits(fits, fits if disguised else None)


def masked(shown: str, *, begins: bool = False, ends: bool = False) -> Fits:
    """What a word with stars for letters may stand for."""
    same = re.compile(".*" * ends + shown_letters(shown) + ".*" * begins)

    def fits(token: str) -> bool:
        return same.fullmatch(token) is not None

    return Fits(fits, fits, fits)


def nearly(piece: str, most: int) -> Fits:
    """Words that differ in some letters."""
    return Fits(lambda token: abs(len(token) - len(piece)) <= most and distance(token, piece) <= most)


def distance(one: str, other: str) -> int:
    """Letters to put in, leave out, exchange for another or swap with the next, to make one word of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        new = [place]
        for column, against in enumerate(other, start=1):
            best = min(row[column] + 1, new[-1] + 1, row[column - 1] + (letter != against))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == against:
                best = min(best, before[column - 2] + 1)
            new.append(best)
        before, row = row, new
    return row[-1]
