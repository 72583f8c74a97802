"""Text as it is compared: case, accents, width and invisible characters do not count, and masks are taken off.

`folded` works on each character alone, so that a place in what it gives can be led back to the text as received
(`fold_map`). `unmasked` also reads r*pe, r@pe and r4pe as one word: for search and for features, never for display.
"""

import re

import polars as pl

__all__ = ["fold", "fold_map", "folded", "unmasked"]

#: Marks that combine with the letter before them, and characters that show nothing: joiners, direction marks, shy ones.
#: Variation selectors are marks, so that an emoji is one whatever its style.
_UNSEEN = r"[\p{M}\p{Cf}]"

#: Letters that digits and signs stand for within a word.
_LEET = {"4": "a", "@": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s", "7": "t"}
_MASK = re.compile(r"(?<=\w)[*_.\-#]{1,3}(?=\w)")


def folded(texts: pl.Series) -> pl.Series:
    """The texts in small letters without accents, width or invisible characters; null becomes empty."""
    return (
        texts.fill_null("")
        .str.normalize("NFKD")
        .str.replace_all(_UNSEEN, "")
        .str.to_lowercase()
        .str.replace_all("ς", "σ", literal=True)
    )


def fold(text: str) -> str:
    """One text as `folded` gives it."""
    return fold_map(text)[0]


def fold_map(text: str) -> tuple[str, list[int]]:
    """One text as `folded` gives it, and for each character of that the place in `text` that it comes from."""
    # The same library as for many texts at once: Python's own tables may be of another version of Unicode.
    foreign = sorted({character for character in text if not character.isascii()})
    seen = dict(zip(foreign, folded(pl.Series(foreign, dtype=pl.String)), strict=True))
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        shown = character.lower() if character.isascii() else seen[character]
        characters.append(shown)
        places.extend([place] * len(shown))
    return "".join(characters), places


def unmasked(word: str) -> str:
    """A folded word with the letters that its digits and signs stand for, and without what masks it: f4g, s-l-a-g.

    A masked letter itself (r*pe) is not known: it is left out, and `r*pe` becomes `rpe`. A word of digits stays.
    """
    if not any(character.isalpha() for character in word):
        return word
    bare = "".join(_LEET.get(character, character) for character in word)
    return _MASK.sub("", bare)
