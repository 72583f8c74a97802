"""Reconciliation by the truth itself, with mistakes on request: what the scoring is tried on."""

from collections.abc import Callable, Sequence

import polars as pl
from benchmarks.reconcile.score import frame_of
from benchmarks.reconcile.tables import CaptureTruth

from upstander.model import schema
from upstander.storage import Case, PartWriter

__all__ = ["reconcile_by_truth"]


def reconcile_by_truth(
    case: Case, truths: Sequence[CaptureTruth], *, mistaken: Callable[[pl.DataFrame], pl.DataFrame] | None = None
) -> None:
    """Write the part `reconciled` with sightings and captures as they are in truth.

    `mistaken` may change `number` in the frame of `score.frame_of` before it is believed.
    """
    frame = frame_of(truths)
    believed = frame if mistaken is None else mistaken(frame)
    exhibits = pl.Series("exhibit", [truth.exhibit for truth in truths])
    captures = pl.Series("of", [truth.conversation for truth in truths])
    first = min(captures)
    rows = believed.with_columns(
        message=pl.col("sighting").min().over("number"),
        ordinal=pl.col("number").rank("dense").cast(pl.Int64) - 1,
        conversation=pl.lit(first),
        exhibit=exhibits.gather(believed["capture"]),
        capture_id=captures.gather(believed["capture"]),
    ).sort("ordinal", "capture")
    lead = rows.select(pl.col("sighting") == pl.col("message")).to_series()
    made = rows.select(
        "conversation", "ordinal", "message", "sighting", pl.col("capture_id").alias("capture"), "exhibit",
        at=pl.lit(None, pl.Datetime("ms", "UTC")), at_precision=pl.lit("second"), lead=lead, notice=pl.lit(False),
        method=pl.lit("aligned"),
        score=pl.lit(1.0), shows=pl.lit("full"), offset_ms=pl.lit(None, pl.Int64),
    )  # fmt: skip
    standing = pl.DataFrame(
        {
            "capture": captures, "conversation": [first] * len(truths), "exhibit": exhibits,
            "standing": ["applied"] * len(truths), "basis": ["shared_bodies"] * len(truths),
            "shared": [0] * len(truths), "score": [1.0] * len(truths), "date_order": [None] * len(truths),
            "detail": ["made"] * len(truths),
        },
        schema_overrides={"date_order": pl.String},
    )  # fmt: skip
    with case.writing():
        writer = PartWriter(case, "reconciled")
        for name, frame_made in (("captures", standing), ("sightings", made)):
            table = frame_made.to_arrow().cast(schema(name))
            for batch in table.combine_chunks().to_batches():
                writer.write(name, batch)
        writer.finish(made_from="truth", about={})
