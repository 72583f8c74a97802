"""Messages that a capture should hold and does not, each with its explanation.

Explanations are tried in an order, the ones that need nobody's doing first: what the owner could not have, what the
capture does not cover, what a timer took. A message is called deleted on this phone only where the phone keeps a trace
of it. What nothing explains is unexplained, and stays so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.offsets import JITTER
from upstander.evidence.reconcile.sightings import Messages
from upstander.evidence.reconcile.spells import Notices, Spells
from upstander.evidence.reconcile.spine import Placed
from upstander.evidence.reconcile.traces import Traces
from upstander.model import batch

__all__ = ["Span", "gaps_of", "span_of", "traces_alone"]

REASONS = (
    "before_join", "after_leave", "before_capture", "after_capture", "export_cut_short", "disappearing_timer",
    "revoked_for_all", "deleted_on_phone", "filtered_at_export", "two_readings", "unexplained",
)  # fmt: skip
_NUMBER = {reason: number for number, reason in enumerate(REASONS)}

#: Numbers of messages at which apps cut an export; a round thousand is taken for one too.
_ROUND = 1000

#: A timer whose length no notice states may have taken what is older than the shortest there is (ms).
_SHORTEST_TIMER = 86_400_000

#: Messages in a row, by at least so many people, over at least so long (ms), before a stretch is taken to be left out
#: whole; and how often chance may make one where single messages are missing as often as they are.
_RUN, _PEOPLE, _LONG, _CHANCE = 5, 2, 21_600_000, 0.001


@dataclass(frozen=True, slots=True)
class Span:
    """What an exhibit covers (ms): of a phone, from its first row to its last in any conversation."""

    first: int
    last: int
    whole_phone: bool


def span_of(captures: Sequence[Held]) -> Span:
    """The span of the captures of one exhibit, by times that are not its own clock's where there are any."""
    first, last = [], []
    for held in captures:
        times = held.sent[(held.sent != NEVER) & ~held.own]
        times = times if len(times) else held.sent[held.sent != NEVER]
        if len(times):
            first.append(int(times.min()))
            last.append(int(times.max()))
    whole = any(held.rows.null_count() < len(held) for held in captures)
    return Span(min(first, default=NEVER), max(last, default=NEVER), whole)


@dataclass(frozen=True, slots=True)
class _Case:
    """All that bears on the gaps of one conversation."""

    joined: Joined
    messages: Messages
    spells: Mapping[str, Spells]
    spans: Mapping[str, Span]
    traces: Mapping[str, Traces]
    timers: Sequence[tuple[int, int | None]]
    cut_short: frozenset[str]


def gaps_of(
    joined: Joined, messages: Messages, spells: Mapping[str, Spells], spans: Mapping[str, Span],
    found: Mapping[str, Traces], said: Notices, places: Mapping[str, Mapping[str, int]], cut_short: frozenset[str],
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    """Batches of the gaps table for the messages of one conversation."""
    case = _Case(joined, messages, spells, spans, found, _timers(joined, said, places), cut_short)
    for here in sorted(joined.placed, key=lambda placed: placed.held.capture):
        # A capture that shares nothing with the others has not been laid beside them: nothing can be said of it.
        if len(joined.placed) > 1 and (messages.held_by[here.message] > 1).any():
            made = _of_capture(here, case)
            if made is not None:
                yield made
        recovered = np.flatnonzero(here.held.deleted_here)
        if len(recovered):
            yield _recovered(here, case, recovered)


def _timers(joined: Joined, said: Notices, places: Mapping[str, Mapping[str, int]]) -> list[tuple[int, int | None]]:
    """Changes of the timer by time, with the seconds that any capture states."""
    found: dict[int, int | None] = {}
    for here in joined.placed:
        for message, seconds in said.timers.get(here.held.capture, ()):
            row = places[here.held.capture].get(message)
            if row is not None:
                number = int(here.message[row])
                known = found.get(number)
                found[number] = seconds if known is None else known
    return sorted((int(joined.spine.at[number]), seconds) for number, seconds in found.items())


def _of_capture(here: Placed, case: _Case) -> pa.RecordBatch | None:
    spine, held = case.joined.spine, here.held
    missing = np.ones(len(spine), np.bool_)
    missing[here.message] = False
    missing &= spine.author >= 0
    numbers = np.flatnonzero(missing)
    if not len(numbers):
        return None
    numbers = numbers[np.argsort(case.messages.ordinal[numbers], kind="stable")]
    at = spine.at[numbers]
    reason = np.full(len(numbers), _NUMBER["unexplained"], np.int64)
    detail: dict[int, str] = {}
    open_ = _outside(here, case, numbers, at, reason)
    open_ = _timed(here, case, numbers, at, reason, open_)
    open_ &= ~_ambiguous(here, case, numbers, at, reason, open_)
    notes = _traced(here, case, numbers, at, reason, open_)
    open_ &= reason == _NUMBER["unexplained"]
    _revoked(case, numbers, reason, open_)
    open_ &= reason == _NUMBER["unexplained"]
    _filtered(here, case, numbers, at, reason, open_)
    texts = [_sentence(REASONS[number]) for number in range(len(REASONS))]
    details = [detail.get(n) or notes[n][1] if n in notes else texts[reason[n]] for n in range(len(numbers))]
    rows = len(numbers)
    ids = case.messages.ids.gather(numbers)
    return batch(
        "gaps",
        {
            "conversation": [case.joined.group.conversation] * rows,
            "message": ids.to_list(),
            "capture": [held.capture] * rows,
            "exhibit": [held.exhibit] * rows,
            "at": pa.array(at, mask=~spine.dated[numbers]).cast(pa.timestamp("ms", "UTC")),
            "reason": [REASONS[number] for number in reason.tolist()],
            "traces": [notes[n][0] if n in notes else None for n in range(rows)],
            "row": [notes[n][2] if n in notes else None for n in range(rows)],
            "held_by": case.messages.held_by[numbers].tolist(),
            "detail": details,
        },
        rows=rows,
    )


def _sentence(reason: str) -> str:
    return {
        "before_join": "the owner had not joined yet",
        "after_leave": "the owner had left or been removed",
        "before_capture": "it is older than anything that this capture holds of the conversation",
        "after_capture": "it is later than anything that this capture holds",
        "export_cut_short": "the export begins later: it holds as many messages as an app exports, or a round number",
        "disappearing_timer": "messages were set to disappear, and its time was over when the capture was made",
        "revoked_for_all": "its author or an administrator deleted it for everyone",
        "deleted_on_phone": "the phone keeps a trace of it",
        "filtered_at_export": "everything around it is left out of this export, whoever wrote it",
        "two_readings": "this capture has such words of that author at that time; which of two messages it is is open",
        "unexplained": "the owner was a member, the capture covers the time, and nothing shows why it is not there",
    }[reason]


def _outside(here: Placed, case: _Case, numbers: Ints, at: Ints, reason: Ints) -> np.ndarray:
    """Before joining, after leaving, before and after what the capture covers; gives what is left."""
    held, spine = here.held, case.joined.spine
    states = case.spells[held.capture].states(at)
    reason[states == 1] = _NUMBER["before_join"]
    reason[states == 2] = _NUMBER["after_leave"]
    open_ = states == 0
    ordinals = case.messages.ordinal[here.message[held.sent != NEVER]]
    if not len(ordinals):
        return open_
    ordinal = case.messages.ordinal[numbers]
    before = open_ & (ordinal < ordinals.min())
    cut = held.capture in case.cut_short or (not held.keyed and len(held) >= _ROUND and len(held) % _ROUND == 0)
    reason[before] = _NUMBER["export_cut_short" if cut else "before_capture"]
    span = case.spans[held.exhibit]
    last = int(spine.at[here.message].max())
    end = max(last, span.last) if span.whole_phone else last
    after = open_ & (at > end) | (open_ & (ordinal > ordinals.max()) & (not span.whole_phone))
    reason[after] = _NUMBER["after_capture"]
    return open_ & ~before & ~after


def _timed(here: Placed, case: _Case, numbers: Ints, at: Ints, reason: Ints, open_: np.ndarray) -> np.ndarray:
    """What a timer had taken before the capture was made; gives what is left."""
    if not case.timers:
        return open_
    times = np.array([time for time, _ in case.timers])
    seconds = np.array([-1 if length is None else length for _, length in case.timers])
    place = np.searchsorted(times, at, side="right") - 1
    running = np.where(place >= 0, seconds[np.maximum(place, 0)], 0)
    span = case.spans[here.held.exhibit]
    end = max(int(case.joined.spine.at[here.message].max()), span.last if span.whole_phone else NEVER)
    life = np.where(running < 0, _SHORTEST_TIMER, running * 1000)
    over = open_ & (running != 0) & (at + life <= end)
    reason[over] = _NUMBER["disappearing_timer"]
    known = case.traces.get(here.held.exhibit)
    if known is not None:
        # What a timer took leaves an unused number too: it must not be left over for another message.
        author = _owner(here, case)
        for n in np.flatnonzero(over).tolist():
            own = int(case.joined.spine.author[numbers[n]]) in author
            known.take(int(at[n]), int(case.joined.spine.unit[numbers[n]]), own=own)
    return open_ & ~over


def _ambiguous(here: Placed, case: _Case, numbers: Ints, at: Ints, reason: Ints, open_: np.ndarray) -> np.ndarray:
    """What may be here after all: rows of the same author and body at that time that two readings left apart."""
    spine = case.joined.spine
    token = (spine.body ^ (spine.author.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)) * np.uint64(
        3
    )
    found = np.zeros(len(numbers), np.bool_)
    # Rows left apart here, for any message; and any row here, for messages that are themselves rows left apart.
    for mine, theirs in (
        (here.message[spine.apart[here.message]], open_),
        (here.message, open_ & spine.apart[numbers]),
    ):
        asked = np.flatnonzero(theirs)
        if not len(mine) or not len(asked):
            continue
        mine = mine[np.isin(token[mine], token[numbers[asked]])]
        if not len(mine):
            continue
        mine = mine[np.lexsort((spine.at[mine], token[mine]))]
        leeway = max(int(here.held.unit.max()), int(spine.unit[numbers].max())) + JITTER
        # Times of one token are looked up by halves: the nearest at or after the earliest that would do.
        names, first = np.unique(token[mine], return_index=True)
        for n in asked.tolist():
            place = int(np.searchsorted(names, token[numbers[n]]))
            if place == len(names) or names[place] != token[numbers[n]]:
                continue
            begin, end = int(first[place]), int(first[place + 1]) if place + 1 < len(first) else len(mine)
            near = begin + int(np.searchsorted(spine.at[mine[begin:end]], at[n] - leeway))
            found[n] |= near < end and bool(spine.at[mine[near]] <= at[n] + leeway)
    reason[found] = _NUMBER["two_readings"]
    return found


def _owner(here: Placed, case: _Case) -> set[int]:
    return {int(number) for number in np.unique(case.joined.spine.author[here.message[here.held.own]])} - {-1}


def _traced(
    here: Placed, case: _Case, numbers: Ints, at: Ints, reason: Ints, open_: np.ndarray
) -> dict[int, tuple[str, str, str | None]]:
    """What the phone keeps a trace of: place in `numbers` to traces, sentence and row."""
    known = case.traces.get(here.held.exhibit)
    found: dict[int, tuple[str, str, str | None]] = {}
    if known is None:
        return found
    spine = case.joined.spine
    author = _owner(here, case)
    keys = _keys(case.joined, numbers)
    for n in np.flatnonzero(open_).tolist():
        traces, said = [], []
        row = None
        taken = known.take(int(at[n]), int(spine.unit[numbers[n]]), own=int(spine.author[numbers[n]]) in author)
        if taken is not None:
            row, received = taken
            traces.append("hole")
            said.append(f"the row number {row} is unused between rows of that time")
            if received:
                traces.append("orphan_receipt")
                said.append(f"{known.receipts[row][0]} receipts refer to it")
        for key in keys.get(n, ()):
            if key in known.recorded:
                traces.append("deletion_record")
                said.append("the export records that it was deleted")
            if key in known.quoted:
                traces.append("quote_of_missing")
                said.append(f"{known.quoted[key]} quotes it")
            if key in known.reacted:
                traces.append("reaction_to_missing")
                said.append(f"{known.reacted[key]} is a reaction to it")
        if traces:
            reason[n] = _NUMBER["deleted_on_phone"]
            found[n] = (",".join(dict.fromkeys(traces)), "; ".join(dict.fromkeys(said)), row)
    return found


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


def _revoked(case: _Case, numbers: Ints, reason: Ints, open_: np.ndarray) -> None:
    """What another capture shows as deleted for everyone."""
    tombstone = np.zeros(len(case.joined.spine), np.bool_)
    for here in case.joined.placed:
        tombstone[here.message[here.held.sort == SORTS["tombstone"]]] = True
    reason[open_ & tombstone[numbers]] = _NUMBER["revoked_for_all"]


def _filtered(here: Placed, case: _Case, numbers: Ints, at: Ints, reason: Ints, open_: np.ndarray) -> None:
    """Stretches that a text export leaves out whole: longer than chance makes where single messages are missing."""
    if here.held.keyed or here.held.rows.null_count() < len(here.held):
        return
    left = np.flatnonzero(open_)
    if len(left) < _RUN:
        return
    authored = np.flatnonzero(case.joined.spine.author >= 0)
    rank = np.searchsorted(np.sort(case.messages.ordinal[authored]), case.messages.ordinal[numbers[left]])
    begin = np.concatenate([[0], np.flatnonzero(np.diff(rank) > 1) + 1])
    length = np.diff(np.concatenate([begin, [len(left)]]))
    single = int(length[length < _RUN].sum())
    rate = max((single + 1) / max(len(here.held), 1), 1e-6)
    for start, count in zip(begin[length >= _RUN].tolist(), length[length >= _RUN].tolist(), strict=True):
        run = left[start : start + count]
        people = len(np.unique(case.joined.spine.author[numbers[run]]))
        lasting = int(at[run[-1]] - at[run[0]])
        chance = len(here.held) * rate ** len(run)
        if people >= _PEOPLE and lasting >= _LONG and chance < _CHANCE:
            reason[run] = _NUMBER["filtered_at_export"]


def _recovered(here: Placed, case: _Case, rows: Ints) -> pa.RecordBatch:
    """What was deleted on this phone and got back from it: held, and a gap all the same."""
    numbers = here.message[rows]
    spine, count = case.joined.spine, len(rows)
    return batch(
        "gaps",
        {
            "conversation": [case.joined.group.conversation] * count,
            "message": case.messages.ids.gather(numbers).to_list(),
            "capture": [here.held.capture] * count,
            "exhibit": [here.held.exhibit] * count,
            "at": pa.array(spine.at[numbers], mask=~spine.dated[numbers]).cast(pa.timestamp("ms", "UTC")),
            "reason": ["deleted_on_phone"] * count,
            "traces": ["recovered"] * count,
            "row": here.held.rows.gather(rows).to_list(),
            "held_by": (case.messages.held_by[numbers]).tolist(),
            "detail": ["the export marks it as deleted on this phone, and has it still"] * count,
        },
        rows=count,
    )


def traces_alone(
    found: Mapping[str, Traces], known: frozenset[int], direct: Mapping[tuple[str, str], tuple[str, str]]
) -> Iterator[pa.RecordBatch]:
    """Gaps for traces of messages that no capture holds.

    `known` are the digests of all keys that some capture holds; `direct` gives conversation and capture by exhibit and
    other party, for receipts that only one person can have given.
    """
    rows: list[dict[str, object]] = []
    for exhibit, traces in sorted(found.items()):
        for hole in traces.holes:
            rows += _hole_alone(exhibit, hole.table, hole.free, hole.until, traces, direct)
        for digest, (key, capture) in sorted(traces.keys.items(), key=lambda entry: entry[1]):
            if digest not in known:
                names = [
                    name
                    for name, places in (("quote_of_missing", traces.quoted), ("reaction_to_missing", traces.reacted))
                    if digest in places
                ]
                place = traces.quoted.get(digest) or traces.reacted.get(digest)
                rows.append(
                    {
                        "exhibit": exhibit, "capture": capture, "target_key": key, "reason": "unexplained",
                        "traces": ",".join(names), "row": place, "held_by": 0,
                        "detail": f"{place} refers to a message that no capture holds",
                    }
                )  # fmt: skip
    if rows:
        names = sorted({name for row in rows for name in row})
        yield batch("gaps", {name: [row.get(name) for row in rows] for name in names}, rows=len(rows))


def _hole_alone(
    exhibit: str,
    table: str,
    free: Sequence[int],
    until: int,
    traces: Traces,
    direct: Mapping[tuple[str, str], tuple[str, str]],
) -> Iterator[dict[str, object]]:
    """Unused numbers that no known message explains: a row for each that receipts refer to, one a run of others."""
    runs: list[list[int]] = []
    for number in free:
        named = f"{table}:{number}"
        received = traces.receipts.get(named)
        if received is not None:
            count, people, first = received
            place = direct.get((exhibit, people[0])) if len(people) == 1 else None
            yield {
                "exhibit": exhibit, "conversation": place[0] if place else None, "capture": place[1] if place else None,
                "row": named, "reason": "deleted_on_phone", "traces": "hole,orphan_receipt", "held_by": 0,
                "at": until if first == NEVER else first,
                "detail": f"{count} receipts refer to {named}, which is gone: something that the owner sent",
            }  # fmt: skip
        elif runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        named = f"{table}:{run[0]}" + (f"-{run[-1]}" if len(run) > 1 else "")
        yield {
            "exhibit": exhibit, "row": named, "reason": "unexplained", "traces": "hole", "held_by": 0,
            "at": None if until == NEVER else until,
            "detail": f"the row number{'s' if len(run) > 1 else ''} {named} {'are' if len(run) > 1 else 'is'} unused;"
            " what stood there, and in which conversation, is not known",
        }  # fmt: skip
