"""Messages that a capture should hold and does not, each with its explanation.

Explanations are tried in an order, the ones that need nobody's doing first: what the owner could not have, what the
capture does not cover, what a timer took. A message is called deleted on this phone only where the phone keeps a trace
of it. What nothing explains is unexplained, and stays so.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa

from upstander.evidence.reconcile.held import Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.readings import ambiguous, differing, keyed
from upstander.evidence.reconcile.reasons import (
    NUMBER,
    REASONS,
    Asked,
    Flags,
    Known,
    filtered,
    outside,
    owner,
    revoked,
    timed,
    unsent,
)
from upstander.evidence.reconcile.spine import Placed
from upstander.evidence.reconcile.traces import Traces
from upstander.model import batch

__all__ = ["gaps_of"]

_WORDS = pa.array(list(REASONS), pa.string())
_SENTENCES = pa.array(list(REASONS.values()), pa.string())

#: What traces say of some of the messages asked about: their places, and for each the traces, a sentence and a row.
_Notes = dict[int, tuple[str, str, str | None]]


def gaps_of(case: Known) -> Iterator[pa.RecordBatch]:
    """Batches of the gaps table for the messages of one conversation."""
    joined, messages = case.joined, case.messages
    for here in sorted(joined.placed, key=lambda placed: placed.held.capture):
        # A capture that shares nothing with the others has not been laid beside them: nothing can be said of it.
        if len(joined.placed) > 1 and (messages.held_by[here.message] > 1).any():
            lacking = _lacking(here, case)
            if len(lacking):
                yield _explained(here, case, lacking)
        recovered = np.flatnonzero(here.held.deleted_here)
        if len(recovered):
            numbers = here.message[recovered]
            rows = here.held.rows.gather(recovered).to_list()
            said = "the export marks it as deleted on this phone, and has it still"
            notes = {place: ("recovered", said, row) for place, row in enumerate(rows)}
            yield _rows(here, case, numbers, np.full(len(numbers), NUMBER["deleted_on_phone"]), notes)


def _lacking(here: Placed, case: Known) -> Ints:
    """Numbers of the messages that the capture lacks, in the conversation's order."""
    missing = case.joined.spine.author >= 0
    missing[here.message] = False
    numbers = np.flatnonzero(missing)
    return numbers[np.argsort(case.messages.ordinal[numbers], kind="stable")]


def _explained(here: Placed, case: Known, numbers: Ints) -> pa.RecordBatch:
    asked = Asked(here, numbers, case.joined.spine.at[numbers])
    reason = np.full(len(numbers), NUMBER["unexplained"], np.int64)
    notes: _Notes = {}
    for explain in (outside, unsent, timed, ambiguous, differing, typed(notes), revoked, traced(notes), filtered):
        open_ = reason == NUMBER["unexplained"]
        if not open_.any():
            break
        explain(asked, case, open_, reason)
    if case.spells[here.held.capture].supposed:
        for n in np.flatnonzero(np.isin(reason, [NUMBER["before_join"], NUMBER["after_leave"]])).tolist():
            notes[n] = ("", _SUPPOSED, None)
    return _rows(here, case, numbers, reason, notes)


def _rows(here: Placed, case: Known, numbers: Ints, reason: Ints, notes: _Notes) -> pa.RecordBatch:
    spine, rows = case.joined.spine, len(numbers)
    details = pl.from_arrow(_SENTENCES.take(pa.array(reason)))
    assert isinstance(details, pl.Series)  # noqa: S101 - from_arrow of an array gives a series
    places = list(notes)
    details = details.scatter(places, [notes[place][1] for place in places]) if places else details
    return batch(
        "gaps",
        {
            "conversation": _constant(case.joined.group.conversation, rows),
            "message": case.messages.ids.gather(numbers).to_arrow().cast(pa.string()),
            "capture": _constant(here.held.capture, rows),
            "exhibit": _constant(here.held.exhibit, rows),
            "at": pa.array(spine.at[numbers], mask=~spine.dated[numbers]).cast(pa.timestamp("ms", "UTC")),
            "reason": pa.DictionaryArray.from_arrays(pa.array(reason, pa.int32()), _WORDS),
            "traces": [(notes[n][0] or None) if n in notes else None for n in range(rows)] if notes else None,
            "row": [notes[n][2] if n in notes else None for n in range(rows)] if notes else None,
            "held_by": pa.array(case.messages.held_by[numbers]),
            "detail": details.to_arrow().cast(pa.string()),
        },
        rows=rows,
    )


def _constant(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([word], pa.string()))


def typed(notes: _Notes) -> Callable[[Asked, Known, Flags, Ints], None]:
    """Explains what may be a line that somebody typed within a message: it follows one that this capture has otherwise.

    In a text export nothing tells a line made to look like a message from a message; another capture of the same
    message has it whole, and so with another body.
    """

    def explain(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
        if not asked.here.held.keyed:
            return
        place = np.full(len(case.joined.spine), -1, np.int64)
        place[asked.numbers] = np.arange(len(asked.numbers))
        told_apart = keyed(case)[asked.numbers]
        for placed in case.joined.placed:
            if placed.held.keyed:
                continue
            rows = place[placed.message]
            for before, n in pairwise(rows.tolist()):
                if n < 0 or before < 0 or not open_[n] or told_apart[n]:
                    continue
                if reason[before] == NUMBER["edited_differently"]:
                    reason[n] = NUMBER["edited_differently"]
                    notes[n] = ("", _TYPED, None)

    return explain


_TYPED = (
    "the export that shows it has it after a message that stands here with other words: it may be a line typed within"
    " that message"
)

_SUPPOSED = "nobody says whose phone this is, and somebody who may be its owner was not in the conversation then"


def traced(notes: _Notes) -> Callable[[Asked, Known, Flags, Ints], None]:
    """Explains what the phone keeps a trace of, and puts into `notes` what that is."""

    def explain(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
        known = case.traces.get(asked.here.held.exhibit)
        if known is None:
            return
        spine, author = case.joined.spine, owner(asked.here, case)
        keys = _keys(case.joined, asked.numbers)
        left = np.flatnonzero(open_)
        # How often chance alone puts an unused number where a message is: as often as where one stands.
        chance = _chance(asked, case, known)
        known.told_apart(asked.at[left])
        weak: dict[int, str] = {}
        for n in left.tolist():
            number = asked.numbers[n]
            own = int(spine.author[number]) in author
            row = known.take(
                int(asked.at[n]), int(spine.unit[number]), own=own, capture=asked.here.held.capture, telling=True
            )
            found = known.said_of(row, keys.get(n, ()))
            if found:
                reason[n] = NUMBER["deleted_on_phone"]
                said = [*found.values(), *([] if n in keys else [_TEXT_ALONE])]
                notes[n] = (",".join(found), "; ".join(said), row)
            if row is not None and found.keys() == {"hole"}:
                weak[n] = row
        others = len(left) - int((reason[left] == NUMBER["deleted_on_phone"]).sum())
        if others * chance > _DOUBT * len(weak) * (1 - chance):
            # So many are missing without a trace that some of these numbers may be there by chance.
            for n, row in weak.items():
                known.give_back(row)
                reason[n] = NUMBER["unexplained"]
                notes[n] = ("", _BY_CHANCE.format(row=row), None)

    return explain


_TEXT_ALONE = "that it was sent, only exports without keys say"

#: Of messages that unused numbers alone call deleted, the share that chance may make before none is called so.
_DOUBT = 0.02

_BY_CHANCE = (
    "the row number {row} is unused between rows of that time, but so many messages are missing here without a trace,"
    " and so many numbers are unused, that it may be chance: nothing else shows why it is not there"
)

#: Messages of the capture that chance is measured on.
_MEASURED = 2000


def _chance(asked: Asked, case: Known, known: Traces) -> float:
    """The share of messages which the capture holds that an unused number stands beside."""
    mine = asked.here.message[case.joined.spine.author[asked.here.message] >= 0]
    mine = mine[:: max(1, len(mine) // _MEASURED)]
    near = known.near(case.joined.spine.at[mine], case.joined.spine.unit[mine])
    return float((near.sum() + 1) / (len(near) + 2))


def _keys(joined: Joined, numbers: Ints) -> dict[int, tuple[int, ...]]:
    """Digests of the platform keys of messages, by place in `numbers`."""
    place = np.full(len(joined.spine), -1, np.int64)
    place[numbers] = np.arange(len(numbers))
    found: dict[int, dict[int, None]] = {}
    for here in joined.placed:
        wanted = np.flatnonzero((place[here.message] >= 0) & (here.held.key != 0))
        for n, key in zip(place[here.message[wanted]].tolist(), here.held.key[wanted].tolist(), strict=True):
            found.setdefault(n, {})[key] = None
    return {n: tuple(keys) for n, keys in found.items()}
