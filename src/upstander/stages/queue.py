"""Ranked reading of a case: the queue as its decisions make it, and who holds what.

Everything follows from the decision file and the seed. Features are kept in the case's index; what reviewers hold and
have not decided on stands there too, and is forgotten when it is thrown away.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from upstander import __version__
from upstander.review.codebook import book_of_case
from upstander.review.codings import Coding, Via, append, codings
from upstander.review.collection import collection, known_as
from upstander.review.queue.matrix import RECIPES, Floats, even, kept
from upstander.review.queue.reading import Item, Queue, Why
from upstander.review.queue.reasons import Span, reasons
from upstander.review.queue.stream import pool
from upstander.review.queue.twins import twins
from upstander.stages.review import digest, table_digest
from upstander.storage import Case, parts
from upstander.storage.scan import collect, scan

__all__ = ["Next", "Opened", "next_for", "opened"]

#: Codings by anybody after which what somebody holds is given to others.
_PATIENCE = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """The queue of one code, and the messages that it is over, in the order of its places."""

    queue: Queue
    messages: pl.DataFrame
    code: str
    codebook: str
    made: list[Coding]
    #: Messages that have no words, which ranked reading does not cover.
    wordless: int


@dataclass(frozen=True, slots=True)
class Next:
    """What somebody reads next: a row of the messages, why, and the stretches of its words that speak for it."""

    row: dict[str, Any]
    item: Item
    spans: list[Span]
    #: Ids of messages that say the same and are not shown again.
    same: list[str]


def opened(case: Case, code: str, *, seed: int) -> Opened:
    """The queue of a code after every decision so far. Raises `BadCode`, `BadCodebook`, `BadDecision`."""
    made = codings(case)
    used = book_of_case(case, made=made)
    name = used.book.code(code).id
    every = collect(collection(case))
    some = pool(every)
    named = digest(__version__, str(RECIPES), table_digest(case, "sightings"), table_digest(case, "messages"))
    folder = case.index / "features"
    matrix = kept(folder, some["text"], named)
    queue = Queue(matrix, seed=seed, prior=_prior(case, some, name), twins=_twins(folder / named, some["text"]))
    about = [coding for coding in made if coding.code == name]
    for place, coding in _placed(case, some, about):
        queue.said(place, coding.applies, coding.via)
    return Opened(queue, some, name, used.book.reference, about, every.height - some.height)


def next_for(case: Case, code: str, *, by: str, seed: int, now: datetime) -> tuple[Opened, Next | None]:
    """What `by` reads next; it is held for them where they have a name.

    What the stream had shown and rank comes to is written down as read by rank, in the words of who read it.
    """
    with _held(case, code) as holding:
        found = opened(case, code, seed=seed)
        queue = found.queue
        _reached(case, found, now)
        place_of = {message: place for place, message in enumerate(found.messages["message"].to_list())}
        there = [each for each in holding if _holds(each, found, place_of)]
        for each in there:
            place = place_of[each["message"]]
            queue.held[place] = (each["by"], Item(place, Via(each["via"]), Why(each["why"])))
        item = queue.next(by)
        if item is not None and by and all(each["by"] != by for each in there):
            message = found.messages["message"][item.place]
            there.append(
                {"message": message, "by": by, "via": item.via, "why": item.why, "codings": len(found.made)}
            )  # fmt: skip
        holding[:] = there
    return found, None if item is None else _told(found, item)


def _told(found: Opened, item: Item) -> Next:
    row = found.messages.row(item.place, named=True)
    order = found.queue.order()
    spans = []
    if item.why is Why.RANKED and order.learned is not None:
        spans = reasons(row["text"], order.learned, found.queue.matrix, item.place)
    group = np.flatnonzero(found.queue.twins == found.queue.twins[item.place])
    same = [found.messages["message"][int(place)] for place in group[:20] if place != item.place]
    return Next(row, item, spans, same)


def _reached(case: Case, found: Opened, now: datetime) -> None:
    """Write down what the stream had shown and rank has come to; a new ranking may have come to more."""
    while due := found.queue.due():
        ids = found.messages["message"].to_list()
        said = {
            place: coding for place, coding in _placed(case, found.messages, found.made) if coding.via is Via.RANDOM
        }
        copies = [
            replace(said[place], via=Via.QUEUE, at=now, note="drawn at random before; rank has come to it")
            for place in due
            if place in said
        ]
        if not copies:  # pragma: no cover - what is due was drawn
            raise RuntimeError(f"{ids[due[0]]} is due and was never drawn")
        append(case, copies)
        found.made.extend(copies)
        for place in due:
            found.queue.said(place, bool(found.queue.label[place] > 0), Via.QUEUE)


def _placed(case: Case, messages: pl.DataFrame, made: list[Coding]) -> Iterator[tuple[int, Coding]]:
    """The codings with their places; those of messages that the case does not show with words are left out."""
    if not made:
        return
    wanted = [coding.sighting for coding in made]
    ids = collect(known_as(case).filter(pl.col("sighting").is_in(wanted)).select("sighting", "message"))
    places = messages.select("message").with_row_index("place")
    place_of = dict(ids.join(places, on="message").select("sighting", "place").iter_rows())
    for coding in made:
        if coding.sighting in place_of:
            yield place_of[coding.sighting], coding


def _prior(case: Case, messages: pl.DataFrame, code: str) -> Floats | None:
    """The first ranking, where the case has one: the head of the code's name, or whichever head is surest."""
    if not any("scores" in part.tables for part in parts(case)):
        return None
    scores = scan(case, "scores").select("message", pl.col("head").cast(pl.String), "in_context")
    heads = collect(scores.select("head").unique())["head"].to_list()
    meant = scores.filter(pl.col("head") == code) if code in heads else scores
    best = meant.group_by("message").agg(pl.col("in_context").max())
    ranked = messages.lazy().select("message").join(best, on="message", how="left", maintain_order="left")
    return even(collect(ranked)["in_context"].fill_null(0.0).to_numpy())


def _twins(folder: Path, texts: pl.Series) -> Any:
    path = folder / "twins.npy"
    if not path.exists():
        np.save(path, twins(texts))
    return np.load(path)


def _holds(each: dict[str, Any], found: Opened, place_of: dict[str, int]) -> bool:
    """Whether what somebody was given is still theirs."""
    place = place_of.get(each["message"])
    patient = len(found.made) - int(each["codings"]) < _PATIENCE
    return place is not None and patient and bool(found.queue.label[place] < 0)


@contextmanager
def _held(case: Case, code: str) -> Iterator[list[dict[str, Any]]]:
    """What reviewers hold, for us alone while we change it."""
    folder = case.index / "queue"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(code.encode()).hexdigest()[:16]}.json"
    with path.open("a+", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        holding = _read(stream.read())
        yield holding
        stream.seek(0)
        stream.truncate()
        json.dump(holding, stream)


def _read(content: str) -> list[dict[str, Any]]:
    """What was held; nothing where the file is not what it should be, for it may be thrown away at any time."""
    try:
        rows = json.loads(content or "[]")
        keys = {"message", "by", "via", "why", "codings"}
        whole = [row for row in rows if isinstance(row, dict) and keys <= row.keys()]
        return [row for row in whole if row["via"] in set(Via) and row["why"] in set(Why)]
    except (ValueError, TypeError):
        return []
