"""What a capture may hold after all, as a row that was not paired: then nobody can say that it lacks the message.

Two readings are possible where such words of that author stand at that time; and where another row of that author does,
which may be the same message edited, or written otherwise by another export (a poll, a mention, a placeholder).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.held import Ints
from upstander.evidence.reconcile.offsets import JITTER
from upstander.evidence.reconcile.reasons import NUMBER, Asked, Flags, Known

__all__ = ["ambiguous", "differing", "keyed"]

Tokens = npt.NDArray[np.uint64]

#: How far off the time of a row may be that was not laid beside what may be the same message (ms).
_OFF = 600_000

#: Characters from which words may be the same message although the captures name other authors.
_TELLING = 12

_GONE = (SORTS["tombstone"], SORTS["empty"])


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
    found |= _by_another(asked, case, open_)
    reason[found] = NUMBER["two_readings"]


def _unpaired(asked: Asked, case: Known, open_: Flags) -> Flags:
    """What a phone that keeps traces may have in a row minutes off, of the same body or a tombstone.

    An unused number in those minutes would be taken for a trace of it.
    """
    spine, here, numbers = case.joined.spine, asked.here, asked.numbers
    if here.held.exhibit not in case.traces:
        return np.zeros(len(numbers), np.bool_)
    gone, author = np.zeros(len(spine), np.bool_), spine.author.astype(np.uint64)
    gone[here.message[np.isin(here.held.sort, _GONE)]] = True

    def met(free: Ints, wanted: Flags) -> Flags:
        words = wanted & (spine.sort[numbers] == SORTS["words"])
        same = _met(spine.body[free], spine.at[free], spine.body[numbers], asked.at, _OFF, words)
        # A tombstone may be any message of its author.
        lost = free[gone[free]]
        return same | _met(author[lost], spine.at[lost], author[numbers], asked.at, _OFF, wanted)

    return _everywhere(asked, case, open_, met)


def _everywhere(asked: Asked, case: Known, open_: Flags, met: Callable[[Ints, Flags], Flags]) -> Flags:
    """Which messages `met` finds among the rows here that are free beside every capture that holds the message."""
    found = _comparable(asked, case, open_)
    for placed in case.joined.placed:
        there, free = _beside(placed.message, asked.here.message, case)
        theirs = found & there[asked.numbers]
        if theirs.any():
            found &= ~theirs | met(free, theirs)
    return found


def _comparable(asked: Asked, case: Known, open_: Flags) -> Flags:
    """Messages that no key tells apart: two keys are two messages, so what has a key is not looked for among keys."""
    return open_ & (~keyed(case)[asked.numbers] | (not asked.here.held.keyed))


def keyed(case: Known) -> Flags:
    """Which messages some capture has under a key."""
    found = np.zeros(len(case.joined.spine), np.bool_)
    for placed in case.joined.placed:
        found[placed.message[placed.held.key != 0]] = True
    return found


def _beside(theirs: Ints, mine: Ints, case: Known) -> tuple[Flags, Ints]:
    """Which messages another capture holds, and which of those here it does not: a row of its own is no other one."""
    there = np.zeros(len(case.joined.spine), np.bool_)
    there[theirs] = True
    return there, mine[~there[mine]]


def _by_another(asked: Asked, case: Known, open_: Flags) -> Flags:
    """What stands here in so many words at that time under another author: a name that two people have, perhaps."""
    spine, here, numbers = case.joined.spine, asked.here, asked.numbers
    telling = (spine.sort == SORTS["words"]) & (spine.length >= _TELLING)
    leeway = max(int(here.held.unit.max()), int(spine.unit[numbers].max())) + JITTER

    def met(free: Ints, wanted: Flags) -> Flags:
        mine = free[telling[free]]
        return _met(spine.body[mine], spine.at[mine], spine.body[numbers], asked.at, leeway, wanted)

    return _everywhere(asked, case, open_ & telling[numbers], met)


def differing(asked: Asked, case: Known, open_: Flags, reason: Ints) -> None:
    """Explains what may be here with another body: a row of that author at that time that the holders lack.

    Authors whom no message that both hold makes known to each other may be one.
    """
    spine, here, numbers = case.joined.spine, asked.here, asked.numbers
    leeway = max(int(here.held.unit.max()), int(spine.unit[numbers].max())) + JITTER
    of_here = _authors(here.message, case)

    def met_beside(free: Ints, wanted: Flags, of_there: Flags) -> Flags:
        author = spine.author + 1
        mine, theirs = author[free], author[numbers]
        mine = np.where(of_there[spine.author[free]], mine, 0)
        theirs = np.where(of_here[spine.author[numbers]], theirs, 0)
        return _met(mine.astype(np.uint64), spine.at[free], theirs.astype(np.uint64), asked.at, leeway, wanted)

    found = _comparable(asked, case, open_)
    for placed in case.joined.placed:
        there, free = _beside(placed.message, here.message, case)
        theirs = found & there[numbers]
        if theirs.any():
            free = free[spine.author[free] >= 0]
            found &= ~theirs | met_beside(free, theirs, _authors(placed.message, case))
    reason[found] = NUMBER["edited_differently"]


def _authors(message: Ints, case: Known) -> Flags:
    """Which of the conversation's authors a capture shows."""
    known = np.zeros(case.joined.spine.authors + 1, np.bool_)
    author = case.joined.spine.author[message]
    known[author[author >= 0]] = True
    return known


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
