"""The lines of some conversations as one frame: the sighting that stands for each message, and what hangs on it."""

from collections.abc import Sequence

import polars as pl

from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["laid"]

_PLACE = ["conversation", "ordinal"]

#: What a line has of the row that stands for it.
_TOLD = ("kind", "event", "text", "reply_to", "reply_to_text", "reply_to_author", "forwarded", "edited", "deleted")


def laid(case: Case, conversations: Sequence[str], captures: Sequence[str]) -> pl.DataFrame:
    """One row a line, in the order conversation, ordinal (the fields of `Line`, and `conversation` and `clock`).

    `captures` are the captures of the `conversations`. `clock` never runs backwards: an undated line is taken to be as
    late as what is before it.
    """
    # In order here, and kept so: rows that hang on a line come in an order that is the same every time.
    seen = collect(_of(case, "sightings", conversations).sort(*_PLACE, "capture"))
    told = _of(case, "messages", captures).rename({"message": "sighting"})
    lead = seen.lazy().filter("lead").select(*_PLACE, "message", "sighting", "capture", "at", "at_precision", "notice")
    whose = _persons(case, captures)
    rows = collect(
        lead.join(told.select("sighting", "author", "deleted_at", *_TOLD), on="sighting", how="left")
        .join(whose.rename({"handle": "author"}), on=["capture", "author"], how="left")
        .sort(*_PLACE)
    )
    places = collect(seen.lazy().join(told.select("sighting", "position", "platform_key"), on="sighting", how="left"))
    made = rows.with_columns(pl.col("at").cum_max().forward_fill().over("conversation").alias("clock"))
    made = _answering(made, places, whose)
    named = seen.select("sighting", *_PLACE, pl.col("capture"))
    for hanging in (
        _held(places),
        _lacked(case, conversations, made),
        _reactions(case, captures, named, whose),
        _versions(case, captures, named),
        _attachments(case, captures, named),
        _changes(case, captures, made, whose),
        _traces(case, conversations, made),
    ):
        made = made.join(hanging, on=_PLACE, how="left", maintain_order="left")
    return made


def _of(case: Case, name: str, conversations: Sequence[str]) -> pl.LazyFrame:
    """Rows of these conversations: compared with strings, which is what prunes row groups; categories come as such."""
    mine = pl.any_horizontal(pl.col("conversation") == one for one in conversations)
    return scan(case, name).filter(mine).with_columns(pl.col(pl.Categorical).cast(pl.String))


def _persons(case: Case, captures: Sequence[str]) -> pl.LazyFrame:
    """Person and label by capture and handle; where nobody worked out who is who, the name that the capture has."""
    rows = (
        scan(case, "persons")
        .with_columns(pl.col(pl.Categorical).cast(pl.String))
        .filter(pl.col("capture").is_in(list(captures)))
        .select("capture", "handle", "person", "label")
        .unique(["capture", "handle"], keep="first", maintain_order=True)
    )
    made = collect(rows)
    if made.height:
        return made.lazy()
    return _of(case, "participants", captures).select(
        pl.col("conversation").alias("capture"),
        "handle",
        pl.lit(None, pl.String).alias("person"),
        pl.coalesce("name", "handle").alias("label"),
    )


def _answering(made: pl.DataFrame, places: pl.DataFrame, whose: pl.LazyFrame) -> pl.DataFrame:
    """With the line that each answers, by the platform's key in any capture of the conversation, and whom it quotes."""
    keys = (
        places.filter(pl.col("platform_key").is_not_null())
        .select(
            "conversation",
            pl.col("platform_key").alias("reply_to"),
            pl.col("ordinal").alias("answers"),
            pl.col("message").alias("answered"),
        )
        .unique(["conversation", "reply_to"], keep="first", maintain_order=True)
    )
    found = made.join(keys, on=["conversation", "reply_to"], how="left", maintain_order="left")
    named = collect(whose.select("capture", pl.col("handle").alias("reply_to_author"), pl.col("label").alias("quoted")))
    found = found.join(named, on=["capture", "reply_to_author"], how="left", maintain_order="left")
    found = found.with_columns(pl.coalesce("quoted", "reply_to_author").alias("reply_to_author")).drop("quoted")
    answering = pl.any_horizontal(pl.col("reply_to", "reply_to_text").is_not_null()).alias("answering")
    return (
        found.with_columns(answering)
        .drop("reply_to")
        .rename({"reply_to_text": "quoted", "reply_to_author": "quoted_by"})
    )


def _gathered(rows: pl.DataFrame, name: str, *columns: str) -> pl.DataFrame:
    """By line, a list of structs of these columns, in the order of the rows."""
    return rows.group_by(_PLACE, maintain_order=True).agg(pl.struct(*columns).alias(name))


def _held(places: pl.DataFrame) -> pl.DataFrame:
    return _gathered(
        places.sort(*_PLACE, "capture", "position"),
        "held", "sighting", "capture", "shows", "method", "score", "offset_ms", "position",
    )  # fmt: skip


def _lacked(case: Case, conversations: Sequence[str], made: pl.DataFrame) -> pl.DataFrame:
    rows = _of(case, "gaps", conversations).filter(pl.col("message").is_not_null(), pl.col("capture").is_not_null())
    lines = made.lazy().select("message", "ordinal")
    found = collect(rows.join(lines, on="message").sort(*_PLACE, "capture", "reason"))
    return _gathered(found, "lacked", "capture", "reason", "traces")


def _reactions(case: Case, captures: Sequence[str], named: pl.DataFrame, whose: pl.LazyFrame) -> pl.DataFrame:
    rows = (
        _of(case, "reactions", captures)
        .select(pl.col("message").alias("sighting"), pl.col("participant").alias("handle"), "emoji", "count", "at")
        .join(named.lazy(), on="sighting")
        .join(whose, on=["capture", "handle"], how="left")
        .with_columns(pl.coalesce("person", "handle").alias("key"), pl.coalesce("label", "handle").alias("by"))
    )
    once = rows.group_by(*_PLACE, "key", "emoji").agg(pl.col("by").min(), pl.col("count").max(), pl.col("at").min())
    found = collect(once.sort(*_PLACE, "at", "key", "emoji", nulls_last=True))
    return _gathered(found, "reactions", "emoji", "by", "count", "at")


def _versions(case: Case, captures: Sequence[str], named: pl.DataFrame) -> pl.DataFrame:
    rows = (
        _of(case, "edits", captures)
        .select(pl.col("message").alias("sighting"), "version", "text", "at")
        .join(named.lazy(), on="sighting")
    )
    once = rows.group_by(*_PLACE, "version", "text").agg(
        pl.col("at").min(), pl.col("capture").unique().sort().alias("captures")
    )
    found = collect(once.sort(*_PLACE, "version", "at", "text", nulls_last=True))
    return _gathered(found, "versions", "version", "text", "at", "captures")


def _attachments(case: Case, captures: Sequence[str], named: pl.DataFrame) -> pl.DataFrame:
    fields = ("kind", "name", "media_type", "bytes", "sha256", "held", "caption")
    rows = (
        _of(case, "attachments", captures)
        .select(pl.col("message").alias("sighting"), "exhibit", pl.col("ordinal").alias("number"), *fields)
        .join(named.lazy(), on="sighting")
    )
    found = collect(rows.sort(*_PLACE, "number", "capture")).with_columns(pl.struct(
        "sighting", pl.col("number").alias("ordinal"), "capture", "exhibit", *fields
    ).alias("attachments"))  # fmt: skip
    return found.group_by(_PLACE, maintain_order=True).agg("attachments")


def _changes(case: Case, captures: Sequence[str], made: pl.DataFrame, whose: pl.LazyFrame) -> pl.DataFrame:
    """Of the system event that stands for the line: what other phones' events say is on the message's own page."""
    lines = made.lazy().filter("notice").select("sighting", *_PLACE)
    known = whose.select(pl.col("capture"), "handle", "label")
    rows = (
        _of(case, "membership_events", captures)
        .filter(pl.col("message").is_not_null())
        .select(
            pl.col("message").alias("sighting"),
            pl.col("conversation").alias("capture"),
            "position", "kind", "participant", "actor", "detail",
        )
        .join(lines, on="sighting")
        .join(known.rename({"handle": "participant", "label": "whom"}), on=["capture", "participant"], how="left")
        .join(known.rename({"handle": "actor", "label": "by"}), on=["capture", "actor"], how="left")
        .with_columns(pl.coalesce("whom", "participant").alias("whom"), pl.coalesce("by", "actor").alias("by"))
    )  # fmt: skip
    found = collect(rows.sort(*_PLACE, "position"))
    return _gathered(found, "changes", "kind", "whom", "by", "detail")


def _traces(case: Case, conversations: Sequence[str], made: pl.DataFrame) -> pl.DataFrame:
    """After the last line that is no later than the trace; one without a time, or before all, after the first line."""
    rows = collect(_of(case, "gaps", conversations).filter(pl.col("message").is_null()))
    clocks = made.filter(pl.col("clock").is_not_null()).select(*_PLACE, "clock").sort("clock", "ordinal")
    dated = rows.filter(pl.col("at").is_not_null()).sort("at")
    placed = dated.join_asof(
        clocks, left_on="at", right_on="clock", by="conversation", strategy="backward", check_sortedness=False
    )
    found = pl.concat(
        [
            placed.drop("clock"),
            rows.filter(pl.col("at").is_null()).with_columns(pl.lit(None, pl.Int64).alias("ordinal")),
        ],
        how="diagonal_relaxed",
    )
    first = made.group_by("conversation").agg(pl.col("ordinal").min().alias("begins"))
    found = found.join(first, on="conversation").with_columns(pl.coalesce("ordinal", "begins").alias("ordinal"))
    found = found.sort(*_PLACE, "at", "capture", "row", nulls_last=True)
    return _gathered(found, "traces", "capture", "reason", "traces", "at", "detail")
