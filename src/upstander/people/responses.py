"""What somebody visibly did about a message: replies and quotes, reactions, and reactions taken back.

A reply is found by the key that it names, which any capture of the conversation may hold. One act that several captures
show is one row. Silence is no act and is not here: see `upstander.people.silence`.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from upstander.model import batch
from upstander.people.persons import Persons
from upstander.people.rows import Capture, conversation_rows, milliseconds, narrowed, strings
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["responses_table"]


def responses_table(case: Case, conversation: str, captures: Sequence[Capture], persons: Persons) -> pa.RecordBatch:
    """The rows of `responses` of one conversation; `stance` stays empty until Review fills it."""
    names = [capture.capture for capture in captures]
    rows = conversation_rows(case, conversation, names, ["author", "platform_key", "reply_to"])
    targets = (
        rows.filter(pl.col("platform_key").is_not_null())
        .select("platform_key", "ordinal", "message", pl.col("at").alias("sent"))
        .unique("platform_key", keep="first", maintain_order=True)
    )
    found = pl.concat([_replies(rows, targets, persons), _reactions(case, names, rows, targets, persons)])
    # The earliest telling stands: a capture may show a reaction later than it came.
    found = found.sort("ordinal", "person", "act", "response", "emoji", "at", nulls_last=True).unique(
        ["ordinal", "person", "act", "response", "emoji"], keep="first", maintain_order=True
    )
    lag = pl.when(pl.col("at") >= pl.col("sent")).then(pl.col("at") - pl.col("sent"))
    found = found.with_columns(lag.alias("lag_ms"))
    columns = {
        "conversation": pa.array([conversation] * found.height, pa.string()).dictionary_encode(),
        **{
            name: found[name].to_arrow().cast(kind)
            for name, kind in (
                ("ordinal", pa.int64()),
                ("message", pa.string()),
                ("act", pa.string()),
                ("response", pa.string()),
                ("emoji", pa.string()),
                ("lag_ms", pa.int64()),
            )
        },
        "at": found["at"].to_list(),
        "person": [persons.ids[person] for person in found["person"]],
    }
    columns["act"] = columns["act"].dictionary_encode()
    return batch("responses", columns, rows=found.height)


_COLUMNS = ("ordinal", "message", "sent", "person", "act", "response", "emoji", "at")


def _replies(rows: pl.DataFrame, targets: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    replies = rows.filter(pl.col("reply_to").is_not_null(), pl.col("author").is_not_null()).select(
        "capture", "author", "reply_to", "at", pl.col("message").alias("response")
    )
    joined = replies.join(targets, left_on="reply_to", right_on="platform_key")
    return (
        _by(joined, "author", persons)
        .with_columns(pl.lit("reply").alias("act"), pl.lit(None, pl.String).alias("emoji"))
        .select(_COLUMNS)
    )


def _reactions(
    case: Case, names: Sequence[str], rows: pl.DataFrame, targets: pl.DataFrame, persons: Persons
) -> pl.DataFrame:
    reactions = (
        strings(narrowed(scan(case, "reactions"), names))
        .with_columns(milliseconds("at"))
        .filter(pl.col("participant").is_not_null())
        .select(
            pl.col("conversation").alias("capture"),
            pl.col("participant").alias("author"),
            pl.col("message").alias("sighting"),
            "target_key",
            "emoji",
            "at",
        )
        .collect()
    )
    held = rows.select("sighting", "ordinal", "message", pl.col("at").alias("sent")).unique("sighting")
    by_row = reactions.filter(pl.col("sighting").is_not_null()).join(held, on="sighting")
    by_key = reactions.filter(pl.col("sighting").is_null()).join(targets, left_on="target_key", right_on="platform_key")
    shared = ["capture", "author", "emoji", "at", "ordinal", "message", "sent"]
    joined = pl.concat([by_row.select(shared), by_key.select(shared)])
    act = pl.when(pl.col("emoji") == "").then(pl.lit("reaction_withdrawn")).otherwise(pl.lit("reaction"))
    return (
        _by(joined, "author", persons)
        .with_columns(act.alias("act"), pl.lit(None, pl.String).alias("response"))
        .select(_COLUMNS)
    )


def _by(rows: pl.DataFrame, column: str, persons: Persons) -> pl.DataFrame:
    """The rows with the person whom their capture calls what stands in `column`; without those that nobody is."""
    pairs = rows.select("capture", column).unique()
    who = [persons.person(capture, handle) for capture, handle in pairs.iter_rows()]
    return rows.join(pairs.with_columns(pl.Series("person", who, pl.Int64)), on=["capture", column], how="left").filter(
        pl.col("person").is_not_null()
    )
