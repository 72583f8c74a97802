"""Why a capture may lack a message, tried one after another: each takes the messages it explains and leaves the rest.

A function here is told the messages that a capture lacks and which of them are still open, and writes the reasons of
those that it explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.offsets import JITTER
from upstander.evidence.reconcile.sightings import Messages
from upstander.evidence.reconcile.spells import Spells
from upstander.evidence.reconcile.spine import Placed
from upstander.evidence.reconcile.traces import Traces

__all__ = [
    "NUMBER",
    "REASONS",
    "Asked",
    "Flags",
    "Known",
    "Span",
    "ambiguous",
    "filtered",
    "outside",
    "owner",
    "revoked",
    "span_of",
    "timed",
]

Flags = npt.NDArray[np.bool_]
Tokens = npt.NDArray[np.uint64]

#: Every reason with the sentence that says it, in the order of their numbers.
REASONS: Mapping[str, str] = MappingProxyType(
    {
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
    }
)
NUMBER = {reason: number for number, reason in enumerate(REASONS)}

#: Numbers of messages at which apps cut an export; a round thousand is taken for one too.
_ROUND = 1000

#: A timer whose length no notice states may have taken what is older than the shortest there is (ms).
_SHORTEST_TIMER = 86_400_000

#: How far off the time of a row may be that was not laid beside what may be the same message (ms).
_OFF = 600_000

_GONE = (SORTS["tombstone"], SORTS["empty"])

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
class Known:
    """All that bears on the gaps of one conversation."""

    joined: Joined
    messages: Messages
    spells: Mapping[str, Spells]
    spans: Mapping[str, Span]
    traces: Mapping[str, Traces]
    timers: Sequence[tuple[int, int | None]]
    cut_short: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """The messages that one capture lacks."""

    here: Placed
    #: Numbers in the spine, in the conversation's order, and when they were sent (ms).
    numbers: Ints
    at: Ints


def outside(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains what was sent before the owner joined, after leaving, and before and after what the capture covers."""
    held, spine, message = asked.here.held, case.joined.spine, asked.here.message
    states = case.spells[held.capture].states(asked.at)
    reason[open_ & (states == 1)] = NUMBER["before_join"]
    reason[open_ & (states == 2)] = NUMBER["after_leave"]
    ordinals = case.messages.ordinal[message[held.sent != NEVER]]
    if not len(ordinals):
        return
    open_ = open_ & (states == 0)
    ordinal = case.messages.ordinal[asked.numbers]
    cut = held.capture in case.cut_short or (not held.keyed and len(held) >= _ROUND and len(held) % _ROUND == 0)
    reason[open_ & (ordinal < ordinals.min())] = NUMBER["export_cut_short" if cut else "before_capture"]
    span = case.spans[held.exhibit]
    # A phone that shows later messages of other conversations was there to have these.
    late = asked.at > max(int(spine.at[message].max()), span.last) if span.whole_phone else ordinal > ordinals.max()
    reason[open_ & late] = NUMBER["after_capture"]


def timed(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains what a timer had taken before the capture was made."""
    if not case.timers:
        return
    spine, held = case.joined.spine, asked.here.held
    times = np.array([time for time, _ in case.timers])
    seconds = np.array([-1 if length is None else length for _, length in case.timers])
    place = np.searchsorted(times, asked.at, side="right") - 1
    running = np.where(place >= 0, seconds[np.maximum(place, 0)], 0)
    span = case.spans[held.exhibit]
    end = max(int(spine.at[asked.here.message].max()), span.last if span.whole_phone else NEVER)
    life = np.where(running < 0, _SHORTEST_TIMER, running * 1000)
    # When the capture was made is not known, only that it was after its last row: where nothing that was sent under the
    # timer and as early is there any more, the timer may have taken it.
    stays = np.sort(spine.at[asked.here.message[held.author >= 0]])
    stays = stays[stays >= times[0]]
    stays = stays[seconds[np.searchsorted(times, stays, side="right") - 1] != 0]
    earliest = int(stays[0]) if len(stays) else np.iinfo(np.int64).max
    over = open_ & (running != 0) & ((asked.at + life <= end) | (asked.at < earliest))
    reason[over] = NUMBER["disappearing_timer"]
    known = case.traces.get(held.exhibit)
    if known is not None:
        # What a timer took leaves an unused number too: it must not be left over for another message.
        author = owner(asked.here, case)
        for n in np.flatnonzero(over).tolist():
            number = asked.numbers[n]
            own = int(spine.author[number]) in author
            time, unit = int(asked.at[n]), int(spine.unit[number])
            # As far as is known it takes receipts along: a number that has some is the last to be given.
            if known.take(time, unit, own=False, capture=held.capture) is None and own:
                known.take(time, unit, own=True, capture=held.capture)


def ambiguous(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains what may be here after all: such words of that author at that time, left apart by two readings."""
    spine, here, numbers = case.joined.spine, asked.here, asked.numbers
    token = (spine.body ^ (spine.author.astype(np.uint64) + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93)) * np.uint64(
        3
    )
    found = np.zeros(len(numbers), np.bool_)
    # Rows left apart here, for any message; and any row here, for messages that are themselves rows left apart.
    for mine, theirs in (
        (here.message[spine.apart[here.message]], open_),
        (here.message, open_ & spine.apart[numbers]),
    ):
        leeway = max(int(here.held.unit.max()), int(spine.unit[numbers].max())) + JITTER
        found |= _met(token[mine], spine.at[mine], token[numbers], asked.at, leeway, theirs)
    found |= _unpaired(asked, case, open_)
    reason[found] = NUMBER["two_readings"]


def _unpaired(asked: Asked, case: Known, open_: Flags) -> Flags:
    """What a phone that keeps traces may have in a row minutes off, of the same body or a tombstone.

    An unused number in those minutes would be taken for a trace of it. Two keys are two messages: what has a key is not
    looked for among keys.
    """
    spine, here, numbers = case.joined.spine, asked.here, asked.numbers
    if here.held.exhibit not in case.traces:
        return np.zeros(len(numbers), np.bool_)
    keyed = np.zeros(len(spine), np.bool_)
    for placed in case.joined.placed:
        keyed[placed.message[placed.held.key != 0]] = True
    gone, author = np.zeros(len(spine), np.bool_), spine.author.astype(np.uint64)
    gone[here.message[np.isin(here.held.sort, _GONE)]] = True
    found: Flags = open_ & (~keyed[numbers] | (not here.held.keyed))
    for placed in case.joined.placed:
        # A row here that is another row of that capture is none of its other messages.
        there = np.zeros(len(spine), np.bool_)
        there[placed.message] = True
        theirs, free = found & there[numbers], here.message[~there[here.message]]
        words = theirs & (spine.sort[numbers] == SORTS["words"])
        met = _met(spine.body[free], spine.at[free], spine.body[numbers], asked.at, _OFF, words)
        # A tombstone may be any message of its author.
        lost = free[gone[free]]
        met |= _met(author[lost], spine.at[lost], author[numbers], asked.at, _OFF, theirs)
        found = found & (~theirs | met)
    return found


def _met(token: Tokens, at: Ints, tokens: Tokens, ats: Ints, leeway: int, wanted: Flags) -> Flags:
    """Which of `tokens` at `ats`, of those wanted, are among `token` at a time that is no further off than `leeway`."""
    found = np.zeros(len(tokens), np.bool_)
    places = np.flatnonzero(wanted)
    some = np.isin(token, tokens[places])
    token, at = token[some], at[some]
    if not len(token):
        return found
    order = np.lexsort((at, token))
    token, at = token[order], at[order]
    # Times of one token are looked up by halves: the nearest at or after the earliest that would do.
    names, first = np.unique(token, return_index=True)
    for n in places.tolist():
        place = int(np.searchsorted(names, tokens[n]))
        if place == len(names) or names[place] != tokens[n]:
            continue
        begin, end = int(first[place]), int(first[place + 1]) if place + 1 < len(first) else len(token)
        near = begin + int(np.searchsorted(at[begin:end], ats[n] - leeway))
        found[n] = near < end and bool(at[near] <= ats[n] + leeway)
    return found


def owner(here: Placed, case: Known) -> set[int]:
    """The conversation's numbers of whoever's phone the capture is from, by what it sent."""
    wrote = case.joined.spine.author[here.message[here.held.own]]
    return set(np.flatnonzero(np.bincount(wrote[wrote >= 0])).tolist())


def revoked(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains what another capture shows as deleted for everyone."""
    tombstone = np.zeros(len(case.joined.spine), np.bool_)
    for here in case.joined.placed:
        tombstone[here.message[here.held.sort == SORTS["tombstone"]]] = True
    reason[open_ & tombstone[asked.numbers]] = NUMBER["revoked_for_all"]


def filtered(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains stretches that a text export leaves out whole: longer than chance makes of single ones."""
    if asked.here.held.keyed or asked.here.held.rows.null_count() < len(asked.here.held):
        return
    left = np.flatnonzero(open_)
    if len(left) < _RUN:
        return
    authored = np.flatnonzero(case.joined.spine.author >= 0)
    rank = np.searchsorted(np.sort(case.messages.ordinal[authored]), case.messages.ordinal[asked.numbers[left]])
    begin = np.concatenate([[0], np.flatnonzero(np.diff(rank) > 1) + 1])
    length = np.diff(np.concatenate([begin, [len(left)]]))
    single = int(length[length < _RUN].sum())
    rate = max((single + 1) / max(len(asked.here.held), 1), 1e-6)
    for start, count in zip(begin[length >= _RUN].tolist(), length[length >= _RUN].tolist(), strict=True):
        run = left[start : start + count]
        people = len(np.unique(case.joined.spine.author[asked.numbers[run]]))
        lasting = int(asked.at[run[-1]] - asked.at[run[0]])
        chance = len(asked.here.held) * rate ** len(run)
        if people >= _PEOPLE and lasting >= _LONG and chance < _CHANCE:
            reason[run] = NUMBER["filtered_at_export"]
