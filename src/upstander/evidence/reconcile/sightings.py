"""The sightings of one conversation as rows: every capture's rows, by message, in the conversation's order."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.held import NEVER, Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.spine import METHODS
from upstander.model import batch, schema

__all__ = ["Messages", "messages_of", "sightings_of"]

#: Rows handed on at a time.
_BATCH = 262_144

_SHOWS = ("full", "edited_differently", "tombstone", "empty", "omitted")
_PRECISION = {86_400_000: "day", 60_000: "minute", 1000: "second", 1: "millisecond"}


@dataclass(slots=True)
class Messages:
    """The messages of one conversation, by number in the spine (arrays of one length)."""

    #: Place in the conversation.
    ordinal: Ints
    #: Captures that hold it.
    held_by: Ints
    #: Ids (strings): that of the sighting in the capture with the smallest id.
    ids: pl.Series
    #: Capture (place in `Joined.placed`) and row of the sighting that stands for it.
    lead_capture: Ints
    lead_row: Ints


def messages_of(joined: Joined) -> Messages:
    """Number, name and count the messages."""
    spine = joined.spine
    order = spine.order()
    ordinal = np.empty(len(spine), np.int64)
    ordinal[order] = np.arange(len(spine))
    held_by = np.zeros(len(spine), np.int64)
    naming = np.zeros(len(spine), np.int64)
    lead_capture, lead_row = np.zeros(len(spine), np.int64), np.zeros(len(spine), np.int64)
    least = np.full(len(spine), np.iinfo(np.int8).max, np.int8)
    base = np.cumsum([0, *(len(here.held) for here in joined.placed)])
    for number in sorted(range(len(joined.placed)), key=lambda n: joined.placed[n].held.capture, reverse=True):
        here = joined.placed[number]
        naming[here.message] = base[number] + np.arange(len(here.held))
        held_by += np.bincount(here.message, minlength=len(spine))
    for number, here in enumerate(joined.placed):
        # What shows most stands for the message, a caption too; of those the last version, keys, the order of captures.
        rank = (here.held.sort > SORTS["media"]) * np.int8(8) + here.held.bare * np.int8(4)
        rank += ~here.held.edited * np.int8(2) + (here.held.key == 0) * np.int8(1)
        better = rank < least[here.message]
        rows = np.flatnonzero(better)
        least[here.message[rows]] = rank[rows]
        lead_capture[here.message[rows]] = number
        lead_row[here.message[rows]] = rows
    names = pl.concat([here.held.sightings for here in joined.placed], rechunk=False)
    return Messages(ordinal, held_by, names.gather(naming), lead_capture, lead_row)


def sightings_of(joined: Joined, messages: Messages) -> Iterator[pa.RecordBatch]:
    """Batches of the sightings table."""
    spine, placed = joined.spine, joined.placed
    number = np.concatenate([here.message for here in placed])
    capture = np.repeat(np.arange(len(placed)), [len(here.held) for here in placed])
    row = np.concatenate([np.arange(len(here.held)) for here in placed])
    # By message, then capture: captures are numbered by their ids for that.
    by_id = np.argsort(np.argsort([here.held.capture for here in placed]))
    order = np.lexsort((by_id[capture], messages.ordinal[number]))
    method, score = _methods(joined, number)
    shows = _shows(joined, messages)
    names = pl.concat([here.held.sightings for here in placed], rechunk=True).to_arrow().cast(pa.string())
    ids = messages.ids.to_arrow().cast(pa.string())
    captures = pa.array([here.held.capture for here in placed], pa.string())
    exhibits = pa.array([here.held.exhibit for here in placed], pa.string())
    sent = np.concatenate([here.held.sent for here in placed])
    for begin in range(0, len(order), _BATCH):
        some = order[begin : begin + _BATCH]
        here = number[some]
        which = pa.array(capture[some], pa.int32())
        dated = spine.dated[here]
        offset = np.where(dated & (sent[some] != NEVER), sent[some] - spine.at[here], 0)
        yield batch(
            "sightings",
            {
                "conversation": _constant(joined.group.conversation, len(some)),
                "ordinal": pa.array(messages.ordinal[here]),
                "message": ids.take(pa.array(here)),
                "sighting": names.take(pa.array(some)),
                "capture": pa.DictionaryArray.from_arrays(which, captures),
                "exhibit": pa.DictionaryArray.from_arrays(which, exhibits),
                "at": pa.array(spine.at[here], mask=~dated).cast(schema("sightings").field("at").type),
                "at_precision": _words(_precision(spine.unit[here]), tuple(_PRECISION.values())),
                "lead": pa.array(
                    (messages.lead_capture[here] == capture[some]) & (messages.lead_row[here] == row[some])
                ),
                "notice": pa.array(spine.author[here] < 0),
                "method": _words(method[some], METHODS),
                "score": pa.array(score[some]),
                "shows": _words(shows[some], _SHOWS),
                "offset_ms": pa.array(offset, mask=~(dated & (sent[some] != NEVER))),
            },
            rows=len(some),
        )


def _methods(joined: Joined, number: Ints) -> tuple[np.ndarray, np.ndarray]:
    """Method and score of every row; a row that others were matched to has theirs."""
    method = np.concatenate([here.method for here in joined.placed]).astype(np.int64)
    score = np.concatenate([here.score for here in joined.placed])
    best_method = np.zeros(len(joined.spine), np.int64)
    best_score = np.zeros(len(joined.spine))
    matched = np.flatnonzero(method != 0)
    order = matched[np.argsort(score[matched], kind="stable")]
    best_method[number[order]] = method[order]
    best_score[number[order]] = score[order]
    lone = method == 0
    method[lone] = best_method[number[lone]]
    return method, np.where(lone, np.where(method > 0, best_score[number], 1.0), score)


def _shows(joined: Joined, messages: Messages) -> np.ndarray:
    """What every row shows of its message, by number in `_SHOWS`."""
    body = np.zeros(len(joined.spine), np.uint64)
    sort = np.zeros(len(joined.spine), np.int8)
    for number, here in enumerate(joined.placed):
        lead = messages.lead_capture == number
        body[lead] = here.held.body[messages.lead_row[lead]]
        sort[lead] = here.held.sort[messages.lead_row[lead]]
    found = []
    for here in joined.placed:
        held = here.held
        other = (
            (held.sort == SORTS["words"]) & (sort[here.message] == SORTS["words"]) & (held.body != body[here.message])
        )
        shown = np.zeros(len(held), np.int64)
        shown[other] = 1
        shown[held.sort == SORTS["tombstone"]] = 2
        shown[held.sort == SORTS["empty"]] = 3
        shown[held.placeholder] = 4
        found.append(shown)
    return np.concatenate(found)


def _precision(unit: Ints) -> Ints:
    return np.searchsorted([-86_400_000, -60_000, -1000, -1], -unit)


def _words(numbers: np.ndarray, words: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), pa.array(words, pa.string()))


def _constant(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([word], pa.string()))
