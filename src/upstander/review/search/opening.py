"""A text index that is there, open for searching."""

import mmap
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import tantivy

from upstander.errors import NotIndexed
from upstander.review.search.building import ENGINE, MESSAGES, PLACES, READINGS, RECORD, UNDATED, WORDLISTS, place_of
from upstander.review.search.source import Names
from upstander.review.search.tokens import GRAMS, analyzer, grams
from upstander.review.search.values import Choices, choices_of
from upstander.storage.files import read_json

__all__ = ["TextIndex"]


@dataclass(frozen=True)
class TextIndex:
    """The index in `folder`. Raises `NotIndexed` where there is none that can be read."""

    folder: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """What it was made from, and its names."""
        try:
            found: dict[str, Any] = read_json(self.folder / RECORD)
        except (OSError, ValueError) as problem:
            raise NotIndexed(f"there is no text index in {self.folder}; `upstander search` makes it") from problem
        return found

    @cached_property
    def names(self) -> Names:
        """What its numbers stand for."""
        return Names.of(self.record["names"])

    def choices(self, field: str) -> Choices:
        """What the field called `field` may be."""
        if field not in self._choices:
            self._choices[field] = choices_of(field, self.names)
        return self._choices[field]

    @property
    def rows(self) -> int:
        """Messages in it."""
        return int(self.record["rows"])

    @cached_property
    def engine(self) -> tantivy.Index:
        """The tantivy index."""
        try:
            index = tantivy.Index.open(str(self.folder / ENGINE))
        except (OSError, ValueError) as problem:
            raise NotIndexed(
                f"the text index in {self.folder} cannot be read ({problem}); delete that folder, and"
                " `upstander search` makes it again"
            ) from problem
        index.register_tokenizer("chat", analyzer())
        index.register_tokenizer(GRAMS, grams())
        return index

    @cached_property
    def searcher(self) -> tantivy.Searcher:
        """What answers queries; it sees the index as it was when first asked."""
        return self.engine.searcher()

    def messages(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """The messages of those rows, in that order."""
        asked = list(rows)
        if not asked:
            return []
        # Slices, for a table of many batches is put together whole before rows are taken of it.
        batches, starts = self._kept
        places = np.searchsorted(starts, asked, "right") - 1
        taken = [batches[place].slice(row - int(starts[place]), 1) for place, row in zip(places, asked, strict=True)]
        found: list[dict[str, Any]] = pa.Table.from_batches(taken).to_pylist()
        return found

    def texts(self, rows: np.ndarray[Any, np.dtype[np.int64]]) -> pl.Series:
        """The texts of those rows, which ascend; null where a message has none."""
        return self._column("text", rows, pl.String)

    def _column(self, name: str, rows: np.ndarray[Any, np.dtype[np.int64]], kind: type[pl.DataType]) -> pl.Series:
        batches, starts = self._kept
        places = np.searchsorted(starts, rows, "right") - 1
        taken = [
            batches[place].column(name).take(pa.array(rows[places == place] - starts[place]))
            for place in np.unique(places)
        ]
        return pl.Series(name, pa.chunked_array(taken), dtype=kind) if taken else pl.Series(name, [], dtype=kind)

    def times(self, rows: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """When the messages of those rows, which ascend, were sent, in milliseconds; `UNDATED` where nobody knows."""
        return self._column("at", np.array(rows, dtype=np.int64), pl.Int64).fill_null(UNDATED).to_numpy()

    def rows_of(self, messages: pl.Series) -> list[int]:
        """The rows of those message ids, ascending; ids that are not there are left out."""
        wanted = place_of(messages)
        first = np.searchsorted(self._places["place"], wanted, "left")
        last = np.searchsorted(self._places["place"], wanted, "right")
        found = [int(self._places["row"][place]) for ends in zip(first, last, strict=True) for place in range(*ends)]
        batches, starts = self._kept
        wanted_ids = set(messages)
        there = []
        for row in found:
            batch = int(np.searchsorted(starts, row, "right")) - 1
            # Two ids may have one number.
            if batches[batch].column("message")[row - int(starts[batch])].as_py() in wanted_ids:
                there.append(row)
        return sorted(there)

    def rows_at(self, messages: pl.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The same for very many ids, each looked at once."""
        places, wanted = self._places, place_of(messages)
        at = np.searchsorted(places["place"], wanted, "left")
        there = at < len(places)
        there[there] = places["place"][at[there]] == wanted[there]
        rows = places["row"][at[there]].astype(np.int64)
        order = np.argsort(rows)
        said = self._column("message", rows[order], pl.String)
        asked = messages.filter(pl.Series(there))[order]
        same = (said == asked).to_numpy()
        # Two ids may have one number: those few are looked up one by one.
        rest = self.rows_of(pl.concat([asked.filter(pl.Series(~same)), messages.head(0)]))
        return np.unique(np.concatenate([rows[order][same], np.array(rest, np.int64)]))

    def holding(self, name: str, piece: str) -> list[str]:
        """The words of the dictionary called `name` that hold `piece`; a line end at its ends is a word's end."""
        blob = self._dictionaries[name]
        sought = piece.encode()
        found: dict[str, None] = {}
        place = blob.find(sought)
        while place >= 0:
            start = blob.rfind(b"\n", 0, place + 1) + 1 if sought[:1] != b"\n" else place + 1
            end = blob.find(b"\n", max(start, place + len(sought) - (sought[-1:] == b"\n")))
            found[blob[start:end].decode()] = None
            place = blob.find(sought, end)
        return list(found)

    def written(self, reading: str) -> list[tuple[tuple[str, ...], bool]]:
        """The runs of tokens that are written for a word in disguise; and whether nothing else is written so."""
        blob, sought = self._dictionaries["readings"], f"\n{reading}\t".encode()
        found = []
        place = blob.find(sought)
        while place >= 0:
            end = blob.find(b"\n", place + 1)
            pieces, _, doubt = blob[place + len(sought) : end].decode().partition("\t")
            found.append((tuple(pieces.split()), not doubt))
            place = blob.find(sought, end)
        return found

    @cached_property
    def disguised(self) -> dict[int, list[str]]:
        """Every masked word, by its length."""
        by_length: dict[int, list[str]] = {}
        for word in (self.folder / WORDLISTS["masked"]).read_text(encoding="utf-8").split():
            by_length.setdefault(len(word), []).append(word)
        return by_length

    def masked_as(self, same: re.Pattern[str], length: int, *, longer: bool = False) -> list[str]:
        """The masked words of `length` characters, or of more, that are wholly as `same` says."""
        lengths = [there for there in self.disguised if there == length or (longer and there > length)]
        return [masked for there in lengths for masked in self.disguised[there] if same.fullmatch(masked)]

    def meant_as(self, same: str) -> list[str]:
        """The words that something in disguise stands for which are wholly as the expression `same` says."""
        return re.findall(f"^(?:{same})$", self._meant, re.MULTILINE)

    @cached_property
    def _meant(self) -> str:
        return (self.folder / WORDLISTS["plain"]).read_text(encoding="utf-8")

    @cached_property
    def _choices(self) -> dict[str, Choices]:
        return {}

    @cached_property
    def _kept(self) -> tuple[list[pa.RecordBatch], np.ndarray[Any, Any]]:
        reader = pa.ipc.open_file(pa.memory_map(str(self.folder / MESSAGES)))
        batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
        return batches, np.cumsum([0, *(batch.num_rows for batch in batches)])[:-1]

    @cached_property
    def _places(self) -> np.ndarray[Any, Any]:
        found: np.ndarray[Any, Any] = np.load(self.folder / PLACES, mmap_mode="r")
        return found

    @cached_property
    def _dictionaries(self) -> dict[str, mmap.mmap]:
        made = {}
        for name, file in {**WORDLISTS, "readings": READINGS}.items():
            with (self.folder / file).open("rb") as stream:
                made[name] = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return made
