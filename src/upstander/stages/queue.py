"""Ranked reading of a case: the queue as its decisions make it, and who holds what.

Everything follows from the decision file and the seed. Features, and the queue as the last decisions left it, are kept
in the case's index; what reviewers hold and have not decided on stands there too, and is forgotten when it is thrown
away.
"""

import hashlib
import json
import zipfile
import zlib
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from upstander.review.codings import Coding, Via, append, told
from upstander.review.codings.checks import one_spelling
from upstander.review.codings.record import history
from upstander.review.codings.used import book_of_case
from upstander.review.collection import collection
from upstander.review.queue.begun import Begun, Copies, way, write_down
from upstander.review.queue.order import Item, Why
from upstander.review.queue.reading import Queue
from upstander.review.queue.reasons import Span, reasons
from upstander.stages.holding import holding, window
from upstander.stages.pool import Pool, pool, stored
from upstander.stages.review import digest
from upstander.storage import Case
from upstander.storage.scan import collect

__all__ = ["Carried", "Next", "Opened", "carried", "next_for", "opened"]

#: Codings by anybody after which what somebody holds is given to others.
_PATIENCE = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """The queue of one code, and the messages that it is over."""

    queue: Queue
    pool: Pool
    way: Begun
    code: str
    codebook: str
    made: list[Coding]
    #: One sentence for each line of the decision file that could not be read.
    lost: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """Messages that nobody has decided on, nor on their words."""
        return int(np.count_nonzero(self.queue.known.label < 0))


@dataclass(frozen=True, slots=True)
class Next:
    """What somebody reads next: a row of the messages, why, and the stretches of its words that speak for it."""

    row: dict[str, Any]
    item: Item
    spans: list[Span]
    #: Ids of some messages that say the same or nearly so and are not shown meanwhile; how many of all are decided with
    #: this one, for their words are the very same, and how many are not.
    same: list[str]
    copies: int
    near: int
    #: Messages of the conversation before and after it.
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Carried:
    """A message that nobody read, the one with the same words whose decision it has, and the coding that this is."""

    message: str
    source: str
    coding: Coding


def opened(
    case: Case, code: str, *, seed: int | None = None, copies: Copies | None = None, executor: Executor | None = None
) -> Opened:
    """The queue of a code after every decision so far. Raises `BadCode`, `BadCodebook`, `BadDecision`, `UsageError`.

    It is read as it was begun; `seed` and `copies` are for one that nobody has begun. Later rankings are made by the
    `executor`, where there is one. It goes on from what `next_for`
    kept where that is of the same decisions; the answer is the same without.
    """
    used = book_of_case(case)
    named = used.book.code(code)
    said = told(case, code=named.id)
    begun = way(case, named.id, named, seed=seed, copies=copies)
    carry = begun.copies is Copies.CARRY
    over = pool(case, named.id)
    queue = Queue(
        over.matrix, seed=begun.seed, rows=over.rows, carried=carry, prior=over.prior, twins=over.twins,
        executor=executor,
    )  # fmt: skip
    mine = [coding for _, coding in said.rows]
    found = Opened(queue, over, begun, named.id, used.book.reference, mine, said.unread)
    rest = found.made[_resumed(found) :]
    places = over.places([coding.sighting for coding in rest])
    for coding in rest:
        if coding.sighting in places:
            queue.said(places[coding.sighting], coding.applies, coding.via)
    return found


def next_for(
    case: Case,
    code: str,
    *,
    by: str,
    now: datetime,
    seed: int | None = None,
    copies: Copies | None = None,
    context: int = 0,
    on_show: bool = False,
    random: bool = False,
) -> tuple[Opened, Next | None]:
    """What `by` reads next, or `random` the next draw of the stream; it is held for them where they have a name.

    The first one to ask begins the reading of the code, which is written down. What the stream had shown and rank comes
    to is written down as read by rank, in the words of who read it. With what is held stands how many of the `context`
    messages before and after it were `on_show`.
    """
    one_spelling(by, history(case).names)
    with holding(case, code) as held:
        found = opened(case, code, seed=seed, copies=copies)
        _begin(case, found, by, now)
        queue = found.queue
        _reached(case, found, now)
        _keep(found)
        there = hold(found, held)
        item = queue.next(by, random=random)
        told = None if item is None else _told(found, item, context)
        own = next((each for each in there if by and each["by"] == by), None)
        if item is not None and by and own is None:
            own = {
                "message": found.pool.ids[item.place], "by": by, "via": item.via, "why": item.why,
                "codings": len(found.made),
            }  # fmt: skip
            there.append(own)
        if own is not None and told is not None and on_show:
            # Whoever asks again has seen the most of what they were shown.
            before, after = window(own) or (0, 0)
            own["window"] = [max(before, len(told.before)), max(after, len(told.after))]
        held[:] = there
    return found, told


def hold(found: Opened, held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let the queue know what is held; gives what of it still is."""
    places = found.pool.places([each["message"] for each in held])
    there = [each for each in held if _holds(each, found, places)]
    for each in there:
        place = places[each["message"]]
        found.queue.held[place] = (each["by"], Item(place, Via(each["via"]), Why(each["why"])))
    return there


def carried(found: Opened) -> list[Carried]:
    """Every message that has the decision of another with its words, in the order of the pool, and where that is from.

    Nothing is written for them: they follow from the decisions each time.
    """
    known, ids = found.queue.known, found.pool.ids
    places = found.pool.places([coding.sighting for coding in found.made])
    said: dict[int, Coding] = {}
    for coding in found.made:
        place = places.get(coding.sighting)
        if place is not None and not (coding.via is Via.SECOND and place in said):
            said[place] = coding
    sources = ((int(place), known.source(int(place))) for place in np.flatnonzero(known.carried))
    return [Carried(ids[place], ids[source], said[source]) for place, source in sources if source is not None]


def _begin(case: Case, found: Opened, by: str, now: datetime) -> None:
    """Write down how the code is read, where it was not, or is another way from now on."""
    if found.way.at is None:
        write_down(case, replace(found.way, by=by or None, at=now))


def _told(found: Opened, item: Item, context: int) -> Next:
    row = found.pool.row(item.place)
    queue = found.queue
    order = queue.order()
    spans = []
    if item.why is Why.RANKED and order.learned is not None:
        spans = reasons(row["text"], order.learned, queue.matrix, int(queue.rows[item.place]))
    group = np.flatnonzero(queue.twins == queue.twins[item.place])
    same = [found.pool.ids[int(place)] for place in group[:20] if place != item.place]
    copies = 0 if queue.known.apart[item.place] else len(queue.known.copies(item.place)) - 1
    return Next(row, item, spans, same, copies, len(group) - 1 - copies, *_around(found, row, context))


def _around(found: Opened, row: dict[str, Any], context: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The messages of the conversation before and after one, in their order; those without words too."""
    if not context:
        return [], []
    mine = collection(found.pool.case).filter(pl.col("conversation") == row["conversation"])
    before = mine.filter(pl.col("ordinal") < row["ordinal"]).tail(context)
    after = mine.filter(pl.col("ordinal") > row["ordinal"]).head(context)
    return collect(before).to_dicts(), collect(after).to_dicts()


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
        ]
        append(case, copies)
        found.made.extend(copies)
        for place, copy in zip(due, copies, strict=True):
            # What is written, and nothing else: whoever replays it has no more.
            found.queue.said(place, copy.applies, Via.QUEUE)
        due = found.queue.due()


def _path(found: Opened) -> Path:
    """Where the queue is kept: by code and seed, in place of what was kept before."""
    named = hashlib.sha256(json.dumps([found.code, found.queue.seed]).encode()).hexdigest()[:16]
    return found.pool.case.index / "queue" / f"{named}.npz"


def _key(found: Opened, made: list[Coding]) -> str:
    """All that the queue's state after these codings follows from."""
    said = [(coding.sighting, coding.applies, coding.via) for coding in made]
    return digest(found.pool.digest, found.code, found.queue.seed, found.way.copies, said)


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
    return place is not None and patient and bool(found.queue.known.label[place] < 0)
