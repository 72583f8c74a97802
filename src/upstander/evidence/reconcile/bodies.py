"""What a message says, as a digest that two exports of it share.

Exports write the same words with other line ends, direction marks, blanks at the ends and marks of editing; a picture
is a file in one and `<Media omitted>` in another. Digests are for comparing within one run and are never stored.
"""

import polars as pl

__all__ = ["SORTS", "bodies"]

#: Sorts of body: words; a file of any kind, or its placeholder; a tombstone; nothing; something else; a notice of the app.
SORTS = {"words": 0, "media": 1, "tombstone": 2, "empty": 3, "other": 4, "notice": 5}

_WORDS = ("text", "link", "payment", "poll", "event")
_MEDIA = ("image", "video", "audio", "voice", "sticker", "gif", "document", "contact", "location", "media", "view_once")

#: Direction marks, byte order marks and blanks, which exports add or drop at the ends.
_ENDS = " \t\r\n\v\f\u00a0\u202f\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

#: What text exports put after an edited text.
_EDITED = "\u200e?<[^<>\n]{3,80}>\\s*$"

_UNITS = {"day": 86_400_000, "minute": 60_000, "second": 1000, "millisecond": 1, "microsecond": 1}


def bodies(messages: pl.LazyFrame) -> pl.LazyFrame:
    """Replace `text`, `kind` apart, by `body` and `key` (digests), `sort`, `length` and `unit` (ms)."""
    text = pl.col("text")
    kind = pl.col("kind").cast(pl.String)
    words = pl.when(pl.col("edited")).then(text.str.replace(_EDITED, "")).otherwise(text).str.strip_chars(_ENDS)
    # Line ends and compositions differ from export to export; both are rare enough to be looked for first.
    words = pl.when(words.str.contains("\r", literal=True)).then(words.str.replace_all("\r\n", "\n", literal=True)).otherwise(words)
    sort = (
        pl.when(kind == "system")
        .then(SORTS["notice"])
        .when(kind.is_in(_WORDS) & (words.str.len_bytes() > 0))
        .then(SORTS["words"])
        .when(kind.is_in(_MEDIA))
        .then(SORTS["media"])
        .when(kind == "deleted")
        .then(SORTS["tombstone"])
        .when((kind == "empty") | kind.is_in(_WORDS))
        .then(SORTS["empty"])
        .otherwise(SORTS["other"])
        .cast(pl.Int8)
    )
    return (
        messages.with_columns(_words=words, sort=sort, _event=pl.col("event").cast(pl.String))
        .with_columns(
            body=pl.when(pl.col("sort") == SORTS["words"])
            .then(pl.col("_words").str.normalize("NFC").hash(seed=1))
            .when(pl.col("sort") == SORTS["notice"])
            .then(pl.col("_event").hash(seed=2))
            .otherwise(pl.col("sort").cast(pl.UInt64) + 1),
            key=pl.when(pl.col("platform_key").is_null()).then(0).otherwise(pl.col("platform_key").hash(seed=3)),
            length=pl.when(pl.col("sort") == SORTS["words"]).then(pl.col("_words").str.len_chars()).otherwise(0).cast(pl.Int64),
            unit=pl.col("sent_at_precision").cast(pl.String).replace_strict(_UNITS, return_dtype=pl.Int64),
            author=pl.col("author").cast(pl.String),
            kind=kind,
            deleted=pl.col("deleted").cast(pl.String),
            conversation=pl.col("conversation").cast(pl.String),
            time_zone=pl.col("time_zone").cast(pl.String),
            time_zone_basis=pl.col("time_zone_basis").cast(pl.String),
        )
        .drop("text", "_words", "_event", "event", "platform_key", "sent_at_precision")
    )
