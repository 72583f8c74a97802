"""The decision file as a table: what statistics read, and what a report names by its digest."""

import polars as pl
import pyarrow as pa

from upstander.model import batch
from upstander.review.codings.coding import Coding
from upstander.review.codings.standing import stands
from upstander.review.collection import known_as
from upstander.storage import Case
from upstander.storage.decisions import Told

__all__ = ["snapshot"]


def snapshot(case: Case, made: Told[Coding]) -> pa.RecordBatch:
    """Every coding as a row of `codings`, with the reconciled message that it is about."""
    of = [coding for _, coding in made.rows]
    named = {name: [getattr(coding, name) for coding in of] for name in ("sighting", "code", "codebook", "by")}
    frame = pl.DataFrame(
        {"sequence": [number for number, _ in made.rows], **named, "via": [coding.via.value for coding in of]},
        schema={"sequence": pl.Int64, **dict.fromkeys([*named, "via"], pl.String)},
    )
    placed = frame.lazy().join(known_as(case), on="sighting", how="left", maintain_order="left").collect()
    columns = {
        **named,
        "sequence": frame["sequence"].to_list(),
        "message": placed["message"].to_list(),
        "conversation": placed["conversation"].to_list(),
        "span_start": [coding.span[0] if coding.span else None for coding in of],
        "span_end": [coding.span[1] if coding.span else None for coding in of],
        "context_before": [coding.context[0] if coding.context else None for coding in of],
        "context_after": [coding.context[1] if coding.context else None for coding in of],
        "at": [round(coding.at.timestamp() * 1000) for coding in of],
        "via": frame["via"].to_list(),
        "stands": placed.select(stands()).to_series().to_list(),
        **{name: [getattr(coding, name) for coding in of] for name in ("applies", "note")},
    }
    return batch("codings", columns, rows=len(of))
