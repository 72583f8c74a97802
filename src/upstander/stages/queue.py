"""Ranked reading of a case: the queue as its decisions make it, and who holds what.

Everything follows from the decision file and the seed. Features, and the queue as the last decisions left it, are kept
in the case's index; what reviewers hold and have not decided on stands there too, and is forgotten when it is thrown
away.
"""

import fcntl
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from upstander.review.codebook import book_of_case
from upstander.review.codings import Coding, Via, append
from upstander.review.codings import told as codings
from upstander.review.queue.reading import Item, Queue, Why
from upstander.review.queue.reasons import Span, reasons
from upstander.stages.pool import Pool, pool, stored
from upstander.stages.review import digest
from upstander.storage import Case

__all__ = ["Next", "Opened", "next_for", "opened"]

#: Codings by anybody after which what somebody holds is given to others.
_PATIENCE = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """The queue of one code, and the messages that it is over."""

    queue: Queue
    pool: Pool
    code: str
    codebook: str
    made: list[Coding]
    #: One sentence for each line of the decision file that could not be read.
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """What somebody reads next: a row of the messages, why, and the stretches of its words that speak for it."""

    row: dict[str, Any]
    item: Item
    spans: list[Span]
    #: Ids of messages that say the same and are not shown again.
    same: list[str]


def opened(case: Case, code: str, *, seed: int) -> Opened:
    """The queue of a code after every decision so far. Raises `BadCode`, `BadCodebook`, `BadDecision`.

    It goes on from what `next_for` kept where that is of the same decisions; the answer is the same without.
    """
    used = book_of_case(case)
    told = codings(case, code=code)
    made = [coding for _, coding in told.rows]
    name = used.book.code(code).id
    over = pool(case, name)
    queue = Queue(over.matrix, seed=seed, prior=over.prior, twins=over.twins)
    found = Opened(queue, over, name, used.book.reference, made, told.unread)
    rest = found.made[_resumed(found) :]
    places = over.places([coding.sighting for coding in rest])
    for coding in rest:
        if coding.sighting in places:
            queue.said(places[coding.sighting], coding.applies, coding.via)
    return found


def next_for(case: Case, code: str, *, by: str, seed: int, now: datetime) -> tuple[Opened, Next | None]:
    """What `by` reads next; it is held for them where they have a name.

    What the stream had shown and rank comes to is written down as read by rank, in the words of who read it.
    """
    with _held(case, code) as holding:
        found = opened(case, code, seed=seed)
        queue = found.queue
        _reached(case, found, now)
        _keep(found)
        places = found.pool.places([each["message"] for each in holding])
        there = [each for each in holding if _holds(each, found, places)]
        for each in there:
            place = places[each["message"]]
            queue.held[place] = (each["by"], Item(place, Via(each["via"]), Why(each["why"])))
        item = queue.next(by)
        if item is not None and by and all(each["by"] != by for each in there):
            message = found.pool.ids[item.place]
            there.append(
                {"message": message, "by": by, "via": item.via, "why": item.why, "codings": len(found.made)}
            )  # fmt: skip
        holding[:] = there
    return found, None if item is None else _told(found, item)


def _told(found: Opened, item: Item) -> Next:
    row = found.pool.row(item.place)
    order = found.queue.order()
    spans = []
    if item.why is Why.RANKED and order.learned is not None:
        spans = reasons(row["text"], order.learned, found.queue.matrix, item.place)
    group = np.flatnonzero(found.queue.twins == found.queue.twins[item.place])
    same = [found.pool.ids[int(place)] for place in group[:20] if place != item.place]
    return Next(row, item, spans, same)


def _reached(case: Case, found: Opened, now: datetime) -> None:
    """Write down what the stream had shown and rank has come to; a new ranking may have come to more."""
    due = found.queue.due()
    if not due:
        return
    own = [coding for coding in found.made if coding.via is not Via.SETTLED]
    places = found.pool.places([coding.sighting for coding in own])
    placed = [(places[coding.sighting], coding) for coding in own if coding.sighting in places]
    drawn = {place: coding.by for place, coding in placed if coding.via is Via.RANDOM}
    # What is written again is the last word of whom it was drawn for: nobody's judgement changes by it.
    words = {place: coding for place, coding in placed if drawn.get(place) == coding.by}
    while due:
        copies = [
            replace(words[place], via=Via.QUEUE, at=now, note="drawn at random before; rank has come to it")
            for place in due
            if place in drawn
        ]
        if not copies:  # pragma: no cover - what is due was drawn
            raise RuntimeError(f"{found.pool.ids[due[0]]} is due and was never drawn")
        append(case, copies)
        found.made.extend(copies)
        for place in due:
            found.queue.said(place, bool(found.queue.label[place] > 0), Via.QUEUE)
        due = found.queue.due()


def _path(found: Opened) -> Path:
    """Where the queue is kept: by code and seed, in place of what was kept before."""
    named = hashlib.sha256(json.dumps([found.code, found.queue.seed]).encode()).hexdigest()[:16]
    return found.pool.case.index / "queue" / f"{named}.npz"


def _key(found: Opened, made: list[Coding]) -> str:
    """All that the queue's state after these codings follows from."""
    said = [(coding.sighting, coding.applies, coding.via) for coding in made]
    return digest(found.pool.digest, found.code, found.queue.seed, said)


def _keep(found: Opened) -> None:
    """Keep the queue as it is now, so that the next command need not take every decision again."""
    if found.made:
        state = found.queue.state()
        state |= {"count": np.array(len(found.made)), "key": np.array(_key(found, found.made))}
        stored(_path(found), state)


def _resumed(found: Opened) -> int:
    """Go on from what was kept; gives the number of codings that are in it, none where nothing of the kind was."""
    try:
        # Opened here: the library leaves a file open that it cannot read.
        with _path(found).open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            count = int(held["count"])
            if count > len(found.made) or str(held["key"]) != _key(found, found.made[:count]):
                return 0
            found.queue.resume({name: held[name] for name in held.files})
    except (OSError, ValueError, TypeError, KeyError, IndexError, EOFError, zipfile.BadZipFile, zlib.error):
        # Whatever is wrong with it: it may be thrown away at any time.
        return 0
    return count


def _holds(each: dict[str, Any], found: Opened, places: dict[str, int]) -> bool:
    """Whether what somebody was given is still theirs."""
    place = places.get(each["message"])
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
