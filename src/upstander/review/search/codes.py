"""What was coded as what, for `code:` and the counts by code: asked of the codings snapshot, never of the index."""

from collections.abc import Collection

import polars as pl

from upstander.review.codings.verdicts import verdicts
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["coded"]


def coded(case: Case, *, by: Collection[str] | None = None) -> dict[str, list[str]]:
    """By code: the reconciled messages that it applies to, and those on which readers differ and nothing settled it.

    With `by`, those on which the last word of one of these people is that it applies.
    """
    if by is None:
        found = verdicts(case).lazy().filter(pl.col("applies").fill_null(value=True))
    else:
        said = pl.col("by").cast(pl.String).is_in(sorted(by))
        found = scan(case, "codings").filter(
            pl.col("stands") & pl.col("applies") & pl.col("message").is_not_null() & said
        )
    standing = found.group_by(pl.col("code").cast(pl.String)).agg(pl.col("message").unique().sort()).sort("code")
    return {row[0]: row[1] for row in collect(standing).rows()}
