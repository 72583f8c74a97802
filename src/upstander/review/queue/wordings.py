"""Messages with the very same words: one reading decides them all.

Stricter than what `twins` puts off: letter for letter, with accents, vowel signs, punctuation and emoji. Capitals, the
width of letters, spacing, and marks of direction and style that exports add do not count.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.queue.matrix import Floats, Indices

__all__ = ["Rows", "leaders", "wordings"]

Rows = npt.NDArray[np.int32]

#: Marks that nobody sees and that no word needs. The joiners U+200C and U+200D stay: they are spelling in Persian and
#: Hindi, and make one emoji of several.
_UNSEEN = "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f]"


def wordings(texts: pl.Series) -> Rows:
    """For each text the number of its wording, from 0 in the order in which they first stand.

    One of nothing but unseen marks is like itself only.
    """
    words = texts.fill_null("").str.normalize("NFKC").str.replace_all(_UNSEEN, "").str.to_lowercase()
    words = words.str.replace_all(r"\s+", " ").str.strip_chars(" ")
    frame = pl.DataFrame({"words": words}).with_row_index("place")
    first = frame.select(
        pl.when(pl.col("words") == "").then("place").otherwise(pl.col("place").min().over("words")).alias("first")
    )
    return first["first"].rank("dense").to_numpy().astype(np.int32) - 1


def leaders(rows: Rows, scores: Floats | None = None) -> Indices:
    """For each wording the place of the first message that has it; with `scores`, of those with the highest."""
    order: Indices = np.arange(len(rows), dtype=np.int64)
    if scores is not None:
        order = np.argsort(-scores, kind="stable")
    first: Indices = np.zeros(int(rows.max(initial=-1)) + 1, np.int64)
    # Of those that are written to one place the last stays.
    first[rows[order[::-1]]] = order[::-1]
    return first
