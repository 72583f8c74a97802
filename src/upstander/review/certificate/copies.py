"""Messages that are known by the words of another: one reading decides all that have the very same words.

What the code's queue carries while people read, a certificate counts in the same way; nothing is written for it. The
random stream and the final sample stay simple random samples of messages: a copy that they draw costs no reading, and
is relevant as its words are.
"""

import polars as pl

from upstander.review.queue.wordings import wordings

__all__ = ["repeated", "spread"]


def repeated(messages: pl.DataFrame) -> pl.DataFrame:
    """Of `collection`, the messages whose words another has too: `message`, and the number of the `wording`."""
    told = messages.filter(pl.col("text").is_not_null()).select("message", "text")
    numbered = told.select("message", pl.Series("wording", wordings(told["text"])))
    return numbered.filter(pl.len().over("wording") > 1)


def spread(read: pl.DataFrame, every: pl.DataFrame, units: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """What was read of `units`, with those that are known by their words.

    `read` and `every` have a row a unit that was read, in scope and in the whole case, as `gathering` makes them, and
    `words` is `repeated`. Words that were decided in two ways, or are undecided, decide nothing. A copy is reached by
    rank where rank, a search or a reader came to any message with its words, and it is known from the first of them on.
    """
    by_words = (
        every.join(words.rename({"message": "unit"}), on="unit")
        .group_by("wording")
        .agg(
            pl.col("relevant").first(),
            pl.col("relevant").n_unique().alias("ways"),
            pl.col("first").min().alias("since"),
            pl.col("by_choice").any().alias("came"),
        )
        .filter(pl.col("ways") == 1, pl.col("relevant").is_not_null())
        .drop("ways")
    )
    of = units.join(words, on="message").join(by_words, on="wording").drop("message", "wording")
    own = read.join(of.select("unit", "since", "came"), on="unit", how="left", maintain_order="left").with_columns(
        pl.min_horizontal("first", "since").alias("first"), (pl.col("reached") | pl.col("came").fill_null(value=False))
    )
    copies = of.join(read, on="unit", how="anti").select(
        "unit",
        pl.col("since").alias("first"),
        "relevant",
        pl.col("came").alias("reached"),
        pl.lit(True).alias("carried"),
    )
    return pl.concat([own.drop("since", "came"), copies], how="diagonal_relaxed")
