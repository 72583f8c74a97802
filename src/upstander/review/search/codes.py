"""What was coded as what, for `code:` and the counts by code: asked of the codings snapshot, never of the index."""

from collections.abc import Collection

import polars as pl

from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["coded"]


def coded(case: Case, *, by: Collection[str] | None = None) -> dict[str, list[str]]:
    """By code: the reconciled messages on which somebody's last word, or that of one of `by`, is that it applies."""
    said = pl.lit(value=True) if by is None else pl.col("by").cast(pl.String).is_in(sorted(by))
    standing = (
        scan(case, "codings")
        .filter(pl.col("stands") & pl.col("applies") & pl.col("message").is_not_null() & said)
        .group_by(pl.col("code").cast(pl.String))
        .agg(pl.col("message").unique().sort())
        .sort("code")
    )
    return {row[0]: row[1] for row in collect(standing).rows()}
