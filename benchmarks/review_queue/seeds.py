"""What begins a review whose topic is rare: search words, and a first ranking that never saw the set."""

from pathlib import Path

import numpy as np
import polars as pl

from upstander.review.queue.matrix import Floats, even
from upstander.review.triage.model import WEIGHTS, load

__all__ = ["SEARCH", "prior"]

#: The search "threat_violence": written from the code's definition ("harm to a person or group is threatened, wished
#: for, or encouraged"), what counts ("wishing people dead") and the plain English words for harm. No label was seen.
SEARCH = "harm* threat* kill* dead die hurt* beat* hit punch* stab* shoot* burn* murder* attack* violen*"


def prior(texts: pl.Series, folder: Path, head: str | None) -> Floats:
    """The first ranking of texts by a model in `folder`: of one head, or of the surest, as a case without it has."""
    model = load(folder / WEIGHTS)
    scores = model.score(texts)
    return even(scores.max(axis=1) if head is None else scores[:, model.column(head)]).astype(np.float32)
