"""Which messages the first ranking flags, by id or by rows of the text index: looked up once, while it stands."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.evidence.standing import SCORES
from upstander.review.search import TextIndex
from upstander.review.triage import shipped
from upstander.review.triage.codes import HEADS
from upstander.storage import Case, parts
from upstander.storage.scan import collect, scan

__all__ = ["flagged", "flagged_with"]


def flagged(case: Case, index: TextIndex) -> Mapping[str, npt.NDArray[np.int64]] | None:
    """By head, the rows of messages whose own score reaches its threshold; None where no first ranking was made.

    A ranking by another model than the one that travels with the package is judged by that one's thresholds.
    """
    scores = _scores(case)
    return None if scores is None else _flagged(case, str(index.record["made_from"]), scores, index)


def flagged_with(case: Case) -> Mapping[str, frozenset[str]]:
    """By message, the codes that a head which flags it is called like, or means; empty where nothing was ranked."""
    scores = _scores(case)
    return {} if scores is None else _flagged_with(case, scores)


def _scores(case: Case) -> str | None:
    """What tells one first ranking from another; None where none was made."""
    part = next((part for part in parts(case) if part.name == SCORES), None)
    return None if part is None or not part.tables else str(part.tables["scores"]["sha256"])


@lru_cache(maxsize=8)
def _flagged_with(case: Case, scores: str) -> Mapping[str, frozenset[str]]:  # noqa: ARG001 - tells an older from a newer
    of = {str(head): {str(head), *(code for code, means in HEADS.items() if means == head)} for head in shipped().heads}
    heads: dict[str, frozenset[str]] = {}
    made: dict[str, frozenset[str]] = {}
    for head, message in _over(case).iter_rows():
        codes = heads.setdefault(head, frozenset(of[head]))
        made[message] = made[message] | codes if message in made else codes
    return made


def _over(case: Case) -> pl.DataFrame:
    """Heads and messages whose own score reaches the head's threshold."""
    model = shipped()
    limits = pl.LazyFrame({"head": list(model.heads), "least": model.thresholds})
    rows = scan(case, "scores").select(pl.col("head").cast(pl.String), "message", "score")
    return collect(rows.join(limits, on="head").filter(pl.col("score") >= pl.col("least")).select("head", "message"))


@lru_cache(maxsize=8)
def _flagged(
    case: Case,
    of: str,  # noqa: ARG001 - what tells an older one from a newer
    scores: str,  # noqa: ARG001
    index: TextIndex,
) -> Mapping[str, npt.NDArray[np.int64]]:
    return {
        str(head): index.rows_at(messages["message"])
        for (head,), messages in sorted(_over(case).partition_by("head", as_dict=True).items())
    }
