"""Making the text index of messages: a tantivy index, and beside it the messages themselves, row by row.

Row numbers are the messages' places in the order conversation, ordinal: what stands around a hit is a slice. The index
keeps numbers only; names are in the record beside it. `messages.arrow` is read where it lies, without being loaded.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import tantivy

from upstander.review.search.disguises import of_texts
from upstander.review.search.letters import folded
from upstander.review.search.source import Names
from upstander.review.search.tokens import BLANKS, GRAM, GRAMS, analyzer, grams
from upstander.storage.files import write_json

__all__ = [
    "ENGINE",
    "INDEX",
    "MESSAGES",
    "PLACES",
    "READINGS",
    "RECORD",
    "UNDATED",
    "WORDLISTS",
    "build",
    "place_of",
    "shape",
]

#: Files of the index folder.
ENGINE, MESSAGES, PLACES, RECORD = "engine", "messages.arrow", "places.npy", "record.json"
INDEX = "text"
#: Where the dictionaries are that wildcards are looked up in: one word a line.
WORDLISTS = {"words": "words.txt", "plain": "plain.txt", "masked": "masked.txt"}
#: How every word that is met in disguise is written: the word, a tab, its tokens, and a tab and a question mark where
#: something else may be written with the same tokens.
READINGS = "readings.txt"
#: What follows every text in the field of runs, so that its last characters are the beginning of a run.
_AFTER = "\n" * (GRAM - 2)
#: The time of a message without one: before everything, and outside every range.
UNDATED = -(2**62)

_HEAP = 256_000_000
_NUMBERS = ("row", "at", "conversation", "author", "kind", "month", "holders", "deleted", "held")


def shape() -> tantivy.Schema:
    """The fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="chat")
    builder.add_text_field("plain", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("masked", tokenizer_name="whitespace", index_option="basic")
    # For substrings; without places, which would double it.
    builder.add_text_field(GRAMS, tokenizer_name=GRAMS, index_option="basic")
    for name in _NUMBERS:
        # Signed: with an unsigned field tantivy's writer dies of a Python number.
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def build(
    frames: Iterable[pl.DataFrame],
    names: Names,
    folder: Path,
    *,
    made_from: str,
    progress: Callable[[int], None],
    threads: int = 1,
) -> dict[str, Any]:
    """Make the index of `frames` (columns of `source.messages`, in order) in `folder`, which is new; its record."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ENGINE).mkdir(parents=True)
    index = tantivy.Index(shape(), path=str(folder / ENGINE))
    index.register_tokenizer("chat", analyzer())
    index.register_tokenizer(GRAMS, grams())
    writer = index.writer(_HEAP, threads)
    numbers = _Numbers(names)
    places: list[np.ndarray[Any, np.dtype[np.uint64]]] = []
    written: list[pl.DataFrame] = []
    row = without = 0
    kept: pa.RecordBatchFileWriter | None = None
    try:
        for frame in frames:
            known = numbers.numbered(frame, row)
            for line in _lines(known, written):
                writer.add_json(line)
            table = known.select(*_KEPT).to_arrow(compat_level=pl.CompatLevel.oldest())
            kept = kept or pa.ipc.new_file(str(folder / MESSAGES), table.schema)
            kept.write_table(table)
            places.append(place_of(known["message"]))
            without += known["text"].null_count()
            row += known.height
            progress(row)
        writer.commit()
        writer.wait_merging_threads()
    finally:
        if kept is not None:
            kept.close()
    np.save(folder / PLACES, _sorted(places))
    index.reload()
    searcher = index.searcher()
    for name, file in WORDLISTS.items():
        terms = "\n".join(term for term, _ in searcher.terms_with_prefix(name, ""))
        (folder / file).write_text(f"\n{terms}\n", encoding="utf-8")
    _keep_readings(written, folder / READINGS)
    record = {"made_from": made_from, "rows": row, "without_text": without, "names": names.plain()}
    write_json(folder / RECORD, record)
    return record


def place_of(messages: pl.Series) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """A number for each message id by which its row is found; it is the same on every machine and in every version."""
    ids = messages.str.split_exact("-", 1).struct.unnest()
    # The id is sixteen hexadecimal digits and a place; whatever else it may be is told apart by its digest.
    head = ids["field_0"].str.slice(0, 16).str.to_integer(base=16, dtype=pl.UInt64, strict=False)
    tail = ids["field_1"].str.to_integer(dtype=pl.UInt64, strict=False)
    odd = head.is_null() | tail.is_null() | (messages.str.count_matches("-") != 1)
    made = (head.fill_null(0).to_numpy() ^ (tail.fill_null(0).to_numpy() * np.uint64(0x9E3779B97F4A7C15))).astype("u8")
    if odd.any():
        digests = [hashlib.blake2b(name.encode(), digest_size=8).digest() for name in messages.filter(odd)]
        made[odd.to_numpy()] = np.frombuffer(b"".join(digests), dtype="<u8")
    return made


def _sorted(places: list[np.ndarray[Any, np.dtype[np.uint64]]]) -> np.ndarray[Any, Any]:
    """Every message's number with its row, by number."""
    whole = np.concatenate(places) if places else np.zeros(0, "u8")
    made = np.zeros(whole.size, dtype=[("place", "u8"), ("row", "u4")])
    order = np.argsort(whole, kind="stable")
    made["place"], made["row"] = whole[order], order
    return made


_KEPT = ("message", "conversation", "ordinal", "at", "author", "kind", "holders", "deleted", "text")


class _Numbers:
    """Gives every name its number, the first time it is met."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lists = {"conversation": names.conversations, "author": names.authors, "kind": names.kinds}
        self.known: dict[str, dict[str, int]] = {name: {} for name in self.lists}
        self.exhibits = {name: number for number, name in enumerate(names.exhibits)}

    def numbered(self, frame: pl.DataFrame, row: int) -> pl.DataFrame:
        """The messages with numbers for names; `row` is that of the first."""
        handle, person, label = pl.col("author"), pl.col("person"), pl.col("label")
        frame = frame.with_columns(pl.coalesce(person, handle).alias("key"), pl.coalesce(label, handle).alias("label"))
        for key, *called in frame.select("key", "label", "author", "person").unique(maintain_order=True).rows():
            if key is not None:
                there = self.names.called.setdefault(key, [])
                there += [name for name in dict.fromkeys(called) if name is not None and name not in there]
        at = pl.col("at").dt.epoch("ms")
        return frame.with_columns(
            pl.int_range(row, row + frame.height, dtype=pl.Int64).alias("row"),
            at.alias("at"),
            (pl.col("at").dt.year().cast(pl.Int64) * 12 + pl.col("at").dt.month() - 1).alias("month"),
            self._number("conversation", frame["conversation"]).alias("conversation"),
            self._number("author", frame["key"]).alias("author"),
            self._number("kind", frame["kind"]).alias("kind"),
            *(self._several(frame[name]).alias(name) for name in ("holders", "deleted")),
        )

    def _number(self, name: str, values: pl.Series) -> pl.Series:
        known, listed = self.known[name], self.lists[name]
        for value in values.drop_nulls().unique(maintain_order=True):
            if value not in known:
                known[value] = len(listed)
                listed.append(value)
        return values.replace_strict(known, default=None, return_dtype=pl.Int32)

    def _several(self, values: pl.Series) -> pl.Series:
        numbers = pl.element().replace_strict(self.exhibits, default=None, return_dtype=pl.Int32).drop_nulls()
        return (
            values.fill_null([]).list.eval(numbers)
            if self.exhibits
            else pl.Series([[]] * len(values), dtype=pl.List(pl.Int32))
        )


def _lines(frame: pl.DataFrame, written: list[pl.DataFrame]) -> Iterable[str]:
    """The messages as tantivy's JSON, each without what it has not; to `written` is added how disguises are written."""
    words = folded(frame["text"]).alias("words")
    disguised, forms = of_texts(words)
    written.append(forms)
    made = frame.select(
        "row",
        pl.col("at").fill_null(UNDATED),
        pl.col("conversation").fill_null(-1),
        pl.col("author").fill_null(-1),
        pl.col("kind").fill_null(-1),
        pl.col("month").fill_null(-1),
        "holders",
        "deleted",
        pl.col("holders").list.len().cast(pl.Int64).alias("held"),
    ).with_columns(words, words.str.replace_all(BLANKS, " ").alias(GRAMS) + _AFTER, *disguised)
    return made.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _keep_readings(written: list[pl.DataFrame], file: Path) -> None:
    """Write how every disguise is written, once each and in order."""
    line = pl.format("{}\t{}{}", "reading", "pieces", pl.when("certain").then(pl.lit("")).otherwise(pl.lit("\t?")))
    lines = pl.concat(written).select(line).to_series().unique().sort() if written else ()
    file.write_text("\n".join(["", *lines, ""]), encoding="utf-8")
