"""Words spelt to slip past a filter, read as what they stand for: r@pe, r4pe and b!tch; r#pe and r_pe as r*pe.

What `folding.unmasked` does to a word, done to many texts at once, byte for byte: nothing becomes longer or shorter, so
that a place in the text stays where it was. A letter that is masked (r*pe) is not known and stays a mask.
"""

import re

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["exclaimed", "exclaimed_one", "spelt"]

_Bytes = npt.NDArray[np.uint8]
_Flags = npt.NDArray[np.bool_]

#: What a byte becomes where it stands within a word: the letter that it passes for, or the one mask.
_INSTEAD = np.arange(256, dtype=np.uint8)
for _sign, _letter in zip(b"4@310$57#_", b"aaeiosst**", strict=True):
    _INSTEAD[_sign] = _letter

_LETTER = np.zeros(256, np.bool_)
_LETTER[ord("a") : ord("z") + 1] = True
_SIGN = np.arange(256) != _INSTEAD

_EXCLAIMED = "([a-z])!([a-z])"


def exclaimed(texts: pl.Series) -> pl.Series:
    """The texts with an `i` for each `!` between two letters: to be done before punctuation is set apart."""
    return texts.str.replace_all(_EXCLAIMED, "${1}i${2}")


def exclaimed_one(text: str) -> str:
    """One text as `exclaimed` gives it."""
    return re.sub(_EXCLAIMED, r"\1i\2", text)


def spelt(data: _Bytes) -> _Bytes:
    """The bytes of folded texts, with letters for the digits and signs that pass for them.

    They do between letters, two at most beside each other; at the end of a word after three letters (rap3) and, but
    for the @ of a mention, at its beginning before three (5lut). So 5pm, 2nd, mp3 and 100 stay what they are.
    """
    at = np.flatnonzero(_SIGN[data])
    if not len(at):
        return data
    edged = np.concatenate([np.full(3, 0x20, np.uint8), data, np.full(3, 0x20, np.uint8)])
    letter, sign = _LETTER[edged], _SIGN[edged]
    here = at + 3
    before, after = _beside(letter, sign, here, -1), _beside(letter, sign, here, 1)
    leads = letter[here + 1] & letter[here + 2] & letter[here + 3] & (edged[here] != ord("@"))
    ends = letter[here - 1] & letter[here - 2] & letter[here - 3]
    taken = (before & after) | (ends & (edged[here + 1] == 0x20)) | (leads & (edged[here - 1] == 0x20))
    # A mask at an edge stands for no letter: #tag, and _so_ to stress a word.
    taken &= (before & after) | (_INSTEAD[data[at]] != ord("*"))
    read = data.copy()
    read[at[taken]] = _INSTEAD[data[at[taken]]]
    return read


def _beside(letter: _Flags, sign: _Flags, here: npt.NDArray[np.int64], step: int) -> _Flags:
    """Whether a letter stands beside, or one more sign and then a letter."""
    return np.asarray(letter[here + step] | (sign[here + step] & letter[here + 2 * step]))
