"""Messages that a capture should hold and does not, each with its explanation.

Explanations are tried in an order, the ones that need nobody's doing first: what the owner could not have, what the
capture does not cover, what a timer took. A message is called deleted on this phone only where the phone keeps a trace
of it. What nothing explains is unexplained, and stays so.
"""

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
import pyarrow as pa

from upstander.evidence.reconcile.held import Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.reasons import (
    NUMBER,
    REASONS,
    Asked,
    Flags,
    Known,
    ambiguous,
    filtered,
    outside,
    owner,
    revoked,
    timed,
)
from upstander.evidence.reconcile.spine import Placed
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
    for explain in (outside, timed, ambiguous, traced(notes), revoked, filtered):
        open_ = reason == NUMBER["unexplained"]
        if not open_.any():
            break
        explain(asked, case, open_, reason)
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
            "traces": [notes[n][0] if n in notes else None for n in range(rows)] if notes else None,
            "row": [notes[n][2] if n in notes else None for n in range(rows)] if notes else None,
            "held_by": pa.array(case.messages.held_by[numbers]),
            "detail": details.to_arrow().cast(pa.string()),
        },
        rows=rows,
    )


def _constant(word: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([word], pa.string()))


def traced(notes: _Notes) -> Callable[[Asked, Known, Flags, Ints], None]:
    """Explains what the phone keeps a trace of, and puts into `notes` what that is."""

    def explain(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
        known = case.traces.get(asked.here.held.exhibit)
        if known is None:
            return
        spine, author = case.joined.spine, owner(asked.here, case)
        keys = _keys(case.joined, asked.numbers)
        for n in np.flatnonzero(open_).tolist():
            number = asked.numbers[n]
            own = int(spine.author[number]) in author
            row = known.take(int(asked.at[n]), int(spine.unit[number]), own=own, capture=asked.here.held.capture)
            found = known.said_of(row, keys.get(n, ()))
            if found:
                reason[n] = NUMBER["deleted_on_phone"]
                notes[n] = (",".join(found), "; ".join(found.values()), row)

    return explain


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
