"""Which messages the first ranking flags, by the rows of the text index: looked up once, and kept while both stand."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.evidence.standing import SCORES
from upstander.review.search import TextIndex
from upstander.review.triage import shipped
from upstander.storage import Case, parts
from upstander.storage.scan import collect, scan

__all__ = ["flagged"]


def flagged(case: Case, index: TextIndex) -> Mapping[str, npt.NDArray[np.int64]] | None:
    """By head, the rows of messages whose own score reaches its threshold; None where no first ranking was made.

    A ranking by another model than the one that travels with the package is judged by that one's thresholds.
    """
    part = next((part for part in parts(case) if part.name == SCORES), None)
    if part is None or not part.tables:
        return None
    return _flagged(case, str(index.record["made_from"]), part.tables["scores"]["sha256"], index)


@lru_cache(maxsize=8)
def _flagged(
    case: Case,
    of: str,  # noqa: ARG001 - what tells an older one from a newer
    scores: str,  # noqa: ARG001
    index: TextIndex,
) -> Mapping[str, npt.NDArray[np.int64]]:
    model = shipped()
    limits = pl.LazyFrame({"head": list(model.heads), "least": model.thresholds})
    rows = scan(case, "scores").select(pl.col("head").cast(pl.String), "message", "score")
    found = collect(rows.join(limits, on="head").filter(pl.col("score") >= pl.col("least")).select("head", "message"))
    return {
        str(head): index.rows_at(messages["message"])
        for (head,), messages in sorted(found.partition_by("head", as_dict=True).items())
    }
