"""Where a ranking errs: by HateCheck's functionalities and groups, and by the identity that a sentence names."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.review_triage.held import GROUP_HEADS

__all__ = ["OBJECTIONS", "by_functionality", "by_group", "by_identity", "flags", "objections"]

#: Functionalities of HateCheck that only name a group, neutrally or kindly.
IDENTITY = ("ident_neutral_nh", "ident_pos_nh")

#: Functionalities of HateCheck whose cases object, deny, quote or reclaim: what is likest to hate in its words.
OBJECTIONS = ("counter_quote_nh", "counter_ref_nh", "negate_neg_nh", "slur_reclaimed_nh")

Scores = npt.NDArray[np.float64]


def flags(scores: Scores, heads: tuple[str, ...], thresholds: Scores, wanted: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Whether any of the heads that are wanted reaches its threshold."""
    columns = [heads.index(head) for head in wanted]
    return np.asarray((scores[:, columns] >= thresholds[columns]).any(axis=1))


def by_functionality(cases: pl.DataFrame, flagged: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Share flagged of each functionality, hateful ones first."""
    return (
        cases.with_columns(pl.Series("flagged", flagged))
        .group_by("functionality", "hateful")
        .agg(pl.len().alias("cases"), pl.col("flagged").mean())
        .sort("hateful", "functionality", descending=[True, False])
        .to_dicts()
    )


def by_group(cases: pl.DataFrame, flagged: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """For each group: hateful cases flagged, and neutral or kind statements flagged; then all together."""
    rows = cases.with_columns(pl.Series("flagged", flagged), pl.col("functionality").is_in(IDENTITY).alias("named"))
    rows = rows.filter(pl.col("group").is_in(list(GROUP_HEADS)))
    each = pl.concat([rows, rows.with_columns(pl.lit("all").alias("group"))])
    return (
        each.group_by("group")
        .agg(
            pl.col("flagged").filter(pl.col("hateful")).mean().alias("hateful"),
            pl.col("flagged").filter(pl.col("named")).mean().alias("identity"),
            pl.col("named").sum().alias("statements"),
        )
        .sort(pl.col("group") == "all", "group")
        .to_dicts()
    )


def objections(cases: pl.DataFrame, flagged: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """For each group and each of `OBJECTIONS` the number of cases and the share flagged; nothing where it has none."""
    rows = cases.with_columns(pl.Series("flagged", flagged)).filter(
        pl.col("functionality").is_in(OBJECTIONS) & pl.col("group").is_in(list(GROUP_HEADS))
    )
    return (
        rows.group_by("group", "functionality")
        .agg(pl.len().alias("cases"), pl.col("flagged").mean())
        .sort("group", "functionality")
        .to_dicts()
    )


def by_identity(sentences: pl.DataFrame, flagged: npt.NDArray[np.bool_]) -> dict[str, float]:
    """False positives on harmless identity sentences: the mean, the worst identity, and the hits on hateful ones."""
    rows = sentences.with_columns(pl.Series("flagged", flagged))
    each = rows.filter(~pl.col("hateful")).group_by("identity").agg(pl.col("flagged").mean(), pl.len())
    worst = each.filter(pl.col("len") >= 20).sort("flagged", "identity", descending=[True, False]).row(0, named=True)
    return {
        "harmless": float(rows.filter(~pl.col("hateful"))["flagged"].mean()),  # type: ignore[arg-type]
        "hateful": float(rows.filter("hateful")["flagged"].mean()),  # type: ignore[arg-type]
        "worst": float(worst["flagged"]),
        "worst_identity": worst["identity"],
    }
