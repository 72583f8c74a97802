"""What somebody visibly did about a message: replies and quotes, reactions, and reactions taken back.

A reply is found by the key that it names, which any capture of the conversation may hold. One act that several captures
show is one row. Silence is no act and is not here: see `upstander.people.silence`.
"""

from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from upstander.model import batch
from upstander.people.persons import Persons
from upstander.people.rows import Capture, conversation_rows, milliseconds, narrowed
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["responses_table"]


def responses_table(case: Case, conversation: str, captures: Sequence[Capture], persons: Persons) -> pa.RecordBatch:
    """The rows of `responses` of one conversation; whether they challenge is `stances`, which a review writes."""
    names = [capture.capture for capture in captures]
    seen = ["message", "capture", "at"]
    rows = conversation_rows(case, conversation, names, sightings=seen, messages=["author", "platform_key", "reply_to"])
    replies = rows.filter(pl.col("reply_to").is_not_null(), pl.col("author").is_not_null()).select(
        "capture", "author", "reply_to", "at", pl.col("message").alias("response")
    )
    answered = replies.collect(engine="streaming")
    reactions = _reacted(case, names)
    keys = pl.concat([answered["reply_to"], reactions["target_key"].drop_nulls()]).unique()
    told = ("ordinal", "message", pl.col("at").alias("sent"))
    targets = (
        rows.select("platform_key", *told)
        .join(keys.to_frame("platform_key").lazy(), on="platform_key", how="semi")
        .collect(engine="streaming")
        .sort("ordinal", "message")
        .unique("platform_key", keep="first", maintain_order=True)
    )
    held = (
        narrowed(scan(case, "sightings"), [conversation])
        .select("sighting", "ordinal", "message", milliseconds("at").alias("sent"))
        .join(reactions.lazy().select("sighting").drop_nulls().unique(), on="sighting", how="semi")
        .collect(engine="streaming")
    )
    found = pl.concat([_replies(answered, targets, persons), _reactions(reactions, held, targets, persons)])
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


def _replies(answered: pl.DataFrame, targets: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    joined = answered.join(targets, left_on="reply_to", right_on="platform_key")
    act, none = pl.lit("reply").alias("act"), pl.lit(None, pl.String).alias("emoji")
    return _by(joined, persons).with_columns(act, none).select(_COLUMNS)


def _reacted(case: Case, names: Sequence[str]) -> pl.DataFrame:
    """Reactions of somebody that the export names."""
    return (
        narrowed(scan(case, "reactions"), names)
        .filter(pl.col("participant").is_not_null())
        .select(
            pl.col("conversation").alias("capture"),
            pl.col("participant").alias("author"),
            pl.col("message").alias("sighting"),
            "target_key",
            "emoji",
            milliseconds("at"),
        )
        .collect()
    )


def _reactions(reactions: pl.DataFrame, held: pl.DataFrame, targets: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    by_row = reactions.filter(pl.col("sighting").is_not_null()).join(held, on="sighting")
    by_key = reactions.filter(pl.col("sighting").is_null()).join(targets, left_on="target_key", right_on="platform_key")
    shared = ["capture", "author", "emoji", "at", "ordinal", "message", "sent"]
    joined = pl.concat([by_row.select(shared), by_key.select(shared)])
    act = pl.when(pl.col("emoji") == "").then(pl.lit("reaction_withdrawn")).otherwise(pl.lit("reaction")).alias("act")
    return _by(joined, persons).with_columns(act, pl.lit(None, pl.String).alias("response")).select(_COLUMNS)


def _by(rows: pl.DataFrame, persons: Persons) -> pl.DataFrame:
    """The rows with the person whom their capture calls the author; without those that nobody is."""
    pairs = rows.select("capture", "author").unique()
    who = [persons.person(capture, handle) for capture, handle in pairs.iter_rows()]
    numbered = pairs.with_columns(pl.Series("person", who, pl.Int64))
    return rows.join(numbered, on=["capture", "author"], how="left").filter(pl.col("person").is_not_null())
