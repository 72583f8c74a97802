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
    "filtered",
    "outside",
    "owner",
    "revoked",
    "span_of",
    "timed",
    "unsent",
]

Flags = npt.NDArray[np.bool_]

#: Every reason with the sentence that says it, in the order of their numbers.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "before_join": "the owner had not joined yet",
        "after_leave": "the owner had left or been removed",
        "before_capture": "it is older than anything that this capture holds of the conversation",
        "after_capture": "it is later than anything that this capture holds",
        "export_cut_short": "the export begins later: it holds as many messages as an app exports, or a round number",
        "not_sent": "its sender's phone alone holds it, without the server's stamp: it may never have left that phone",
        "disappearing_timer": "messages were set to disappear, and its time was over when the capture was made",
        "revoked_for_all": "its author or an administrator deleted it for everyone",
        "deleted_on_phone": "the phone keeps a trace of it",
        "filtered_at_export": "everything around it is left out of this export, whoever wrote it",
        "edited_differently": "this capture has another message of that author at that time, which those that hold this"
        " one lack: it may be the same one, edited, or written otherwise by another export",
        "two_readings": "this capture has such words of that author at that time; which of two messages it is is open",
        "unexplained": "the capture covers the time, no notice says that its owner was out, and nothing shows why it is"
        " not there",
    }
)
NUMBER = {reason: number for number, reason in enumerate(REASONS)}

#: Numbers of messages at which apps cut an export; a round thousand is taken for one too.
_ROUND = 1000

#: A timer whose length no notice states may have taken what is older than the shortest there is (ms).
_SHORTEST_TIMER = 86_400_000

#: Of what an account sent, the share with the server's stamp from which on its absence says something.
_STAMPED = 0.9

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


def owner(here: Placed, case: Known) -> set[int]:
    """The conversation's numbers of whoever's phone the capture is from, by what it sent."""
    wrote = case.joined.spine.author[here.message[here.held.own]]
    return set(np.flatnonzero(np.bincount(wrote[wrote >= 0])).tolist())


def unsent(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains what may never have left the phone that wrote it: the server stamps what it takes, and not this."""
    spine = case.joined.spine
    waiting = np.zeros(len(spine), np.bool_)
    elsewhere = np.zeros(len(spine), np.bool_)
    for placed in case.joined.placed:
        held = placed.held
        stamped = held.own & (held.server != NEVER)
        if held.own.any() and stamped.sum() >= _STAMPED * held.own.sum():
            mine = held.own & (held.server == NEVER) & (held.sort != SORTS["tombstone"])
            waiting[placed.message[mine]] = True
            elsewhere[placed.message[~mine]] = True
        else:
            elsewhere[placed.message] = True
    reason[open_ & waiting[asked.numbers] & ~elsewhere[asked.numbers]] = NUMBER["not_sent"]


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
