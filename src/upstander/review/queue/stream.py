"""The random stream: one shuffle of the messages, fixed by the seed before anybody reads.

It is the sampling design that a certificate rests on, so that the certificate takes the order from here and not from
what a coding says of itself.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["in_order", "pool", "shuffled"]


def shuffled(size: int, seed: int) -> npt.NDArray[np.int64]:
    """The places 0 to `size` - 1 in the order in which the stream draws them."""
    return np.random.default_rng([seed, 0]).permutation(size)


def pool(messages: pl.DataFrame) -> pl.DataFrame:
    """The messages that the queue is over: those that have words, in their order. `messages` is `collection`."""
    return messages.filter(pl.col("text").is_not_null())


def in_order(messages: pl.DataFrame, seed: int) -> pl.Series:
    """Ids of the messages that the queue is over, in the order in which the stream draws them."""
    ids = pool(messages)["message"]
    return ids.gather(shuffled(len(ids), seed))
