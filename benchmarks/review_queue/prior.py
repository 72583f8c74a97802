"""A first ranking that has not seen the set it ranks: trained here, on other sets, by the queue's own learner."""

from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.review_certificate.sets import SETS

from upstander.review.queue.learner import learn
from upstander.review.queue.matrix import Floats, even, matrix

__all__ = ["SEARCH", "prior"]

#: What somebody who looks for threats of harm would search for first.
SEARCH = "kill* hurt* beat* hang* shoot* punch* stab* burn* die threat* slap* murder*"


def prior(texts: pl.Series, folder: Path) -> Floats:
    """How likely each text is hateful or threatening, by Davidson, Guest and implicit hate."""
    parts = [SETS[name](folder) for name in ("Davidson hate", "Guest misogyny")]
    path = folder / "implicit_hate" / "implicit_hate_v1_stg2_posts.tsv"
    made = pl.read_csv(path, separator="\t", quote_char=None, infer_schema=False)
    parts.append((made["post"], (made["implicit_class"] == "threatening").fill_null(value=False).to_numpy()))
    scores = np.zeros(len(texts), np.float32)
    for others, relevant in parts:
        features = matrix(pl.concat([others.cast(pl.String), texts]))
        learned = learn(features, np.arange(len(others)), relevant, None)
        scores += even(learned.scores(features, None)[len(others) :])
    return even(scores)
