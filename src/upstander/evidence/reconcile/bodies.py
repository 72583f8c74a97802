"""What a message says, as a digest that two exports of it share.

Exports write the same words with other line ends, direction marks, blanks at the ends and marks of editing; a picture
is a file in one and `<Media omitted>` in another. Digests are for comparing within one run and are never stored.
"""

import polars as pl

__all__ = ["SORTS", "bodies"]

#: Sorts of body: words; a file of any kind, or its placeholder; a tombstone; nothing; something else; a notice.
SORTS = {"words": 0, "media": 1, "tombstone": 2, "empty": 3, "other": 4, "notice": 5}

_WORDS = ("text", "link", "payment", "poll", "event")
_MEDIA = ("image", "video", "audio", "voice", "sticker", "gif", "document", "contact", "location", "media", "view_once")

#: Direction marks, byte order marks and blanks, which exports add or drop at the ends.
_ENDS = " \t\r\n\v\f\u00a0\u202f\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"

#: What text exports put after an edited text.
_EDITED = "\u200e?<[^<>\n]{3,80}>\\s*$"

#: Letters that some exports write with their accents apart.
_COMPOSED = "[\u0300-\u036f\u1100-\u11ff\u3099\u309a]"

#: Whom a message names: a contact's name between marks in a text export, a number in the phone's own database.
_MENTION = "@\u2068[^\u2068\u2069\n]{1,100}\u2069|@\\+?[0-9]{6,17}\\b"

_UNITS = {"day": 86_400_000, "minute": 60_000, "second": 1000, "millisecond": 1, "microsecond": 1}


def bodies(messages: pl.DataFrame) -> pl.DataFrame:
    """Replace `text`, `kind` apart, by `body` and `key` (digests), `sort`, `bare`, `length` and `unit` (ms)."""
    words = _words(messages["text"], messages["edited"])
    kind, said = pl.col("kind"), pl.col("_words").str.len_bytes().fill_null(0) > 0
    # Categories are compared as such: as strings, a million of them take a tenth of a second each time.
    sort = (
        pl.when(kind == "system")
        .then(SORTS["notice"])
        .when(kind.is_in(_WORDS) & said)
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
    frame = messages.with_columns(_words=words, kind=kind.cast(pl.String)).with_columns(sort=sort)
    spoken = pl.col("sort") == SORTS["words"]
    return frame.with_columns(
        body=pl.when(spoken)
        .then(pl.col("_words").hash(seed=1))
        .when(pl.col("sort") == SORTS["notice"])
        .then(pl.col("event").cast(pl.String).hash(seed=2))
        .otherwise(pl.col("sort").cast(pl.UInt64) + 1),
        key=pl.when(pl.col("platform_key").is_null()).then(0).otherwise(pl.col("platform_key").hash(seed=3)),
        # A file of which no caption is shown here; another capture may show one.
        bare=(pl.col("sort") == SORTS["media"]) & (pl.col("placeholder").fill_null(value=False) | ~said),
        length=pl.when(spoken).then(pl.col("_words").str.len_chars()).otherwise(0).cast(pl.Int64),
        unit=pl.col("sent_at_precision").cast(pl.String).replace_strict(_UNITS, return_dtype=pl.Int64),
    ).drop("text", "_words", "event", "platform_key", "sent_at_precision", "placeholder")


def _words(text: pl.Series, edited: pl.Series) -> pl.Series:
    """Texts as they are compared. What is rare is looked for first, and done to the rows that have it alone."""
    words = text.str.strip_chars(_ENDS)
    for rows, changed in (
        (edited.arg_true(), _unmarked),
        (words.str.contains("\r", literal=True).arg_true(), _line_ends),
        (words.str.contains("@", literal=True).arg_true(), _mentions),
        (words.str.contains(_COMPOSED).arg_true(), _composed),
    ):
        if len(rows):
            words = words.scatter(rows, changed(words.gather(rows)))
    return words


def _unmarked(texts: pl.Series) -> pl.Series:
    return texts.str.replace(_EDITED, "").str.strip_chars(_ENDS)


def _line_ends(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all("\r\n", "\n", literal=True)


def _mentions(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all(_MENTION, "@")


def _composed(texts: pl.Series) -> pl.Series:
    return texts.str.normalize("NFC")
