"""Text as a search compares it: case, accents, width and invisible characters do not count, and what makes a word does.

Unlike `review.folding`, which features use, it keeps the marks of scripts in which other marks make other words (vowel
signs of Indian scripts, Thai and Khmer, the voicing of kana), and what makes one emoji of several: tones and joiners.
`folded` works on each cluster of characters alone, so that a place in what it gives can be led back (`fold_map`).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import polars as pl

__all__ = ["EMOJI", "JOINT", "TONES", "FoldMap", "fold", "fold_map", "folded"]

#: What may be an emoji; and the five tones of skin that may follow one.
EMOJI = r"[[\p{So}\x{2190}-\x{2BFF}]--\p{RI}]"
TONES = r"[\x{1F3FB}-\x{1F3FF}]"
#: What asks for a picture or for a letter, and in Mongolian and Han for another shape.
_SHAPES = r"[\x{FE00}-\x{FE0F}\x{180B}-\x{180D}\x{180F}\x{E0100}-\x{E01EF}]"
#: Several emoji that are one; and flags of parts of a country, a black flag and invisible letters.
_JOINED = rf"{EMOJI}{TONES}?(?:\x{{200D}}{EMOJI}{TONES}?)+|\x{{1F3F4}}[\x{{E0020}}-\x{{E007E}}]+\x{{E007F}}"
#: Accents, niqqud and harakat, of scripts that are read without; but not kana's voicing, nor what makes a keycap.
#: The tatweel stretches an Arabic word, and the fillers are Hangul that shows nothing.
_UNSEEN = (
    r"[[\p{M}&&[\p{Inherited}\p{Latin}\p{Greek}\p{Cyrillic}\p{Hebrew}\p{Arabic}\p{Syriac}]]--[\x{3099}\x{309A}\x{20E3}]]"
    r"|[\p{Cf}\x{0640}\x{115F}\x{1160}]"
)
_MARK = r"[\p{M}\x{FF9E}\x{FF9F}]"
#: What is folded alike wherever it stands: a run that may be joined, or a character with its marks.
_CLUSTER = (
    r"(?s)[\p{So}\x{2190}-\x{2BFF}\x{1F3FB}-\x{1F3FF}\x{FE00}-\x{FE0F}\x{200D}\x{E0020}-\x{E007F}]{2,}"
    rf"|[^\p{{M}}]{_MARK}*|{_MARK}+"
)

#: Characters of a long text whose places are worked out at once; and where a text can be cut so that its pieces are
#: folded as the whole is: between two signs of ASCII, which no mark and no joined emoji reaches across.
_BLOCK, JOINT = 4_096, re.compile("(?<=[ -~])[ -~]")


def folded(texts: pl.Series) -> pl.Series:
    """The texts as they are compared; null becomes empty."""
    texts = texts.fill_null("")
    # Most messages of most cases are ASCII, of which only capitals are folded.
    plain = texts.str.len_bytes() == texts.str.len_chars()
    if plain.all():
        return texts.str.to_lowercase()
    if not plain.any():
        return _folded(texts)
    both = pl.concat([texts.filter(plain).str.to_lowercase(), _folded(texts.filter(~plain))])
    order = np.concatenate([plain.arg_true().to_numpy(), (~plain).arg_true().to_numpy()])
    return both.gather(np.argsort(order)).alias(texts.name)


def _folded(texts: pl.Series) -> pl.Series:
    texts = texts.str.replace_all(_SHAPES, "").str.normalize("NFKD")
    texts = texts.str.replace_all(f"({_JOINED})|{_UNSEEN}", "$1")
    return texts.str.to_lowercase().str.replace_all("ς", "σ", literal=True)


def fold(text: str) -> str:
    """One text as `folded` gives it."""
    return text.lower() if text.isascii() else str(folded(pl.Series([text], dtype=pl.String))[0])


def fold_map(text: str) -> tuple[str, Sequence[int]]:
    """One text as `folded` gives it, and for each character of that the place in `text` that it comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    clusters = pl.Series([text]).str.extract_all(_CLUSTER).explode()
    different = clusters.unique()
    known = dict(zip(different, folded(different), strict=True))
    shown: list[str] = []
    places: list[int] = []
    start = 0
    for cluster in clusters:
        characters = known[cluster]
        shown.append(characters)
        if len(cluster) == 1:
            places += [start] * len(characters)
        else:
            places += _within(cluster, characters, start)
        start += len(cluster)
    return "".join(shown), places


class FoldMap:
    """The places of one text that characters of its fold come from: of a long one, worked out where they are asked for.

    The first place behind the fold is the text's end.
    """

    def __init__(self, text: str) -> None:
        self._blocks = [text] if len(text) <= _BLOCK or text.isascii() else _blocks(text)
        lengths = [len(block) for block in self._blocks]
        shown = (
            lengths if text.isascii() else folded(pl.Series(self._blocks, dtype=pl.String)).str.len_chars().to_list()
        )
        #: Where each block begins, in the text and in its fold.
        self._starts: list[int] = [0, *accumulate(lengths)]
        self._shown: list[int] = [0, *accumulate(shown)]
        self._known: dict[int, Sequence[int]] = {}

    def __getitem__(self, place: int) -> int:
        """Where in the text that character of its fold comes from."""
        number = bisect_right(self._shown, place) - 1
        if number == len(self._blocks):
            return self._starts[-1]
        if number not in self._known:
            self._known[number] = fold_map(self._blocks[number])[1]
        return self._starts[number] + self._known[number][place - self._shown[number]]


def _blocks(text: str) -> list[str]:
    """A text in pieces that are folded alike alone: each begins with a sign of ASCII that follows another."""
    made, start = [], 0
    while found := JOINT.search(text, start + _BLOCK):
        made.append(text[start : found.start()])
        start = found.start()
    return [*made, text[start:]]


def _within(cluster: str, characters: str, start: int) -> list[int]:
    """Where in a cluster each character of its fold comes from: itself where it is there, or the one before it."""
    places, place = [], 0
    for character in characters:
        found = cluster.find(character, place)
        if found >= 0:
            place = found + 1
        places.append(start + (found if found >= 0 else max(0, place - 1)))
    return places
