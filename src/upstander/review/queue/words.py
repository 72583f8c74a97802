"""Search hits that begin a review: messages with any of some words, and no pattern language."""

import numpy as np
import polars as pl

from upstander.errors import BadQuery
from upstander.review.folding import fold, folded, unmasked
from upstander.review.queue.matrix import Indices

__all__ = ["hits"]


def hits(texts: pl.Series, words: str) -> Indices:
    """Places of the texts that have any of the `words`, parted by spaces or commas; `kill*` is any word that begins so.

    Case, accents and masks do not count. Raises `BadQuery`.
    """
    asked = [unmasked(fold(word)) for word in words.replace(",", " ").split()]
    whole = {word for word in asked if not word.endswith("*")}
    begun = tuple(word.rstrip("*") for word in asked if word.endswith("*"))
    if not asked or any(not word for word in (*whole, *begun)):
        raise BadQuery(f"--search is {words!r} and names no words; give some, such as 'threat, hurt*'")
    parts = pl.DataFrame({"place": np.arange(len(texts)), "text": folded(texts)}).select(
        "place", pl.col("text").str.extract_all(r"[\p{L}\p{N}*@$'\-_#]+").alias("word")
    )
    parts = parts.explode("word").drop_nulls()
    different = parts["word"].unique().to_list()
    meant = [word for word in different if (bare := unmasked(word)) in whole or (begun and bare.startswith(begun))]
    return parts.filter(pl.col("word").is_in(meant))["place"].unique().sort().to_numpy().astype(np.int64)
