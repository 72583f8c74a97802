"""The messages that ranked reading is over, and what is known of them before anybody decides.

All of it follows from the tables and is kept in the case's index, so that a command reads what it needs and no texts.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from upstander import __version__
from upstander.review.collection import collection, known_as
from upstander.review.queue.matrix import RECIPES, Floats, Indices, Matrix, even, kept
from upstander.review.queue.stream import pool as worded
from upstander.review.queue.twins import twins
from upstander.review.queue.wordings import Rows, leaders, wordings
from upstander.review.triage.codes import HEADS, head_of
from upstander.stages.review import digest, table_digest
from upstander.storage import Case, parts
from upstander.storage.files import replaced
from upstander.storage.locks import held
from upstander.storage.scan import collect, scan

__all__ = ["Pool", "pool", "stored"]


@dataclass(frozen=True, slots=True)
class Pool:
    """Every message with words, by its place: conversation after conversation, each in its order."""

    case: Case
    #: Ids of the messages, and for each the number of its wording.
    ids: pl.Series
    rows: Rows
    #: Features of each wording, and the first wording that says the same or nearly so.
    matrix: Matrix
    twins: Indices
    #: The first ranking of the messages for the code, where the case has one.
    prior: Floats | None
    #: Messages that have no words, which ranked reading does not cover.
    wordless: int
    #: What all of this was made from.
    digest: str

    @property
    def repeats(self) -> int:
        """Messages that say the same as an earlier one, or nearly."""
        return len(self.rows) - int((self.twins == np.arange(len(self.twins))).sum())

    def row(self, place: int) -> dict[str, Any]:
        """The message at a place, as `collection` tells it."""
        return collect(collection(self.case).filter(pl.col("message") == self.ids[place])).row(0, named=True)

    def places(self, sightings: Sequence[str]) -> dict[str, int]:
        """The places of messages by the ids of any of their sightings; one without words has none."""
        if not sightings:
            return {}
        wanted = pl.Series(list(set(sightings)), dtype=pl.String)
        known = collect(known_as(self.case).filter(pl.col("sighting").is_in(wanted.implode())))
        table = self.ids.to_frame("message").with_row_index("place")
        found = table.filter(pl.col("message").is_in(known["message"].implode())).join(known, on="message")
        return dict(found.select("sighting", "place").iter_rows())


def pool(case: Case, code: str) -> Pool:
    """The messages of a case, and the first ranking of them for a code."""
    named = _made_from(case)
    folder = case.index / "features" / named
    if not _whole(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # The queues of several codes that are opened at once want the same files: one makes them, and nobody maps a
        # file that another is still writing.
        with held(folder.parent / ".lock", "what ranked reading reads"):
            while not _whole(folder):
                _make(case, folder, named)
                # Tables that were replaced while they were read are not those that the name says.
                if (now := _made_from(case)) != named:
                    shutil.rmtree(folder)
                    named, folder = now, folder.with_name(now)
    matrix = kept(folder.parent, pl.Series(dtype=pl.String), named)
    ids = pl.read_parquet(folder / "ids.parquet")["message"]
    rows: Rows = np.load(folder / "rows.npy")
    prior, ranking = _prior(case, folder, ids, code)
    wordless = int(np.load(folder / "wordless.npy"))
    return Pool(case, ids, rows, matrix, np.load(folder / "twins.npy"), prior, wordless, digest(named, ranking))


def _made_from(case: Case) -> str:
    tables = (table_digest(case, name) for name in ("sightings", "messages"))
    return digest(__version__, str(RECIPES), "wordings 2", *tables)


def _whole(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("whole", "rows.npy", "twins.npy", "wordless.npy", "ids.parquet"))


def _make(case: Case, folder: Path, named: str) -> None:
    every = collect(collection(case).select("message", "text"))
    some = worded(every)
    words = wordings(some["text"])
    different = some["text"].gather(leaders(words))
    kept(folder.parent, different, named)
    stored(folder / "rows.npy", words)
    stored(folder / "twins.npy", twins(different))
    stored(folder / "wordless.npy", np.array(every.height - some.height))
    with replaced(folder / "ids.parquet") as path:
        some.select("message").write_parquet(path)


def stored(path: Path, values: Any) -> None:
    """Write an array, or a mapping of arrays, so that who reads the file sees all of it or what was there before."""
    with replaced(path) as made, made.open("wb") as stream:
        if isinstance(values, dict):
            np.savez(stream, allow_pickle=False, **values)
        else:
            np.save(stream, values, allow_pickle=False)


def _prior(case: Case, folder: Path, ids: pl.Series, code: str) -> tuple[Floats | None, str]:
    """The first ranking and a digest of it: the head that means the code, or else whichever is surest."""
    if not any("scores" in part.tables for part in parts(case)):
        return None, ""
    named = digest(table_digest(case, "scores"), code, HEADS.get(code))
    path = folder / f"prior-{named[:32]}.npy"
    if not path.exists():
        said = scan(case, "scores").select("message", pl.col("head").cast(pl.String), "in_context")
        head = head_of(code, collect(said.select("head").unique())["head"].to_list())
        meant = said if head is None else said.filter(pl.col("head") == head)
        best = meant.group_by("message").agg(pl.col("in_context").max())
        ranked = ids.to_frame("message").lazy().join(best, on="message", how="left", maintain_order="left")
        stored(path, even(collect(ranked)["in_context"].fill_null(0.0).to_numpy()))
    return np.load(path), named
