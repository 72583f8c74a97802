"""The decision file as a table: what statistics read, and what a report names by its digest."""

import polars as pl
import pyarrow as pa

from upstander.model import batch
from upstander.review.codings.coding import Via
from upstander.review.codings.record import codings
from upstander.review.collection import known_as
from upstander.storage import Case

__all__ = ["snapshot"]


def snapshot(case: Case) -> pa.RecordBatch:
    """Every coding as a row of `codings`, with the reconciled message that it is about. Raises `BadDecision`."""
    made = codings(case)
    coded = pl.DataFrame({"sighting": [coding.sighting for coding in made]}, schema={"sighting": pl.String})
    placed = (
        coded.lazy().join(known_as(case), on="sighting", how="left", maintain_order="left").collect()
        if made
        else coded.with_columns(pl.lit(None, pl.String).alias("message"), pl.lit(None, pl.String).alias("conversation"))
    )
    messages = placed["message"].to_list()
    # A word that settles takes the place of no reading: the reader's own word stands beside it.
    last = {
        (
            message or coding.sighting, coding.code, coding.codebook.partition("@")[0], coding.by,
            coding.via is Via.SETTLED,
        ): place
        for place, (coding, message) in enumerate(zip(made, messages, strict=True))
    }  # fmt: skip
    stands = set(last.values())
    columns = {
        "sequence": list(range(1, len(made) + 1)),
        "message": messages,
        "conversation": placed["conversation"].to_list(),
        "span_start": [coding.span[0] if coding.span else None for coding in made],
        "span_end": [coding.span[1] if coding.span else None for coding in made],
        "context_before": [coding.context[0] if coding.context else None for coding in made],
        "context_after": [coding.context[1] if coding.context else None for coding in made],
        "at": [round(coding.at.timestamp() * 1000) for coding in made],
        "via": [coding.via.value for coding in made],
        "stands": [place in stands for place in range(len(made))],
        **{name: [getattr(coding, name) for coding in made] for name in ("sighting", "code", "codebook", "applies")},
        **{name: [getattr(coding, name) for coding in made] for name in ("by", "note")},
    }
    return batch("codings", columns, rows=len(made))
