"""One capture without keys laid beside the conversation so far.

Anchors give the offset of its times and whose names are whose; with both known, rows of the same author and body pair
where their times can be the same (`matching`); what is left is tried again more loosely, each time only among rows
that nothing has claimed: at the offset of the next stretch, authors with a clock of their own, authors that no anchor
names, the same author in one minute whatever the body (a tombstone, an edited text), and a long body that is said
once, minutes off. Two readings are never decided: both rows stay.
"""

from dataclasses import dataclass, field

import numpy as np

from upstander.evidence.reconcile.authors import name_groups
from upstander.evidence.reconcile.held import Ints
from upstander.evidence.reconcile.offsets import LEAST_PAIRS, Stretch
from upstander.evidence.reconcile.rounds import Flags, Rounds
from upstander.evidence.reconcile.spine import Placed, Spine

__all__ = ["Alignment", "align"]


@dataclass(slots=True)
class Alignment:
    """What laying a capture beside the conversation showed."""

    #: Of everything in the capture, and of authors with a clock of their own (by author number in the capture).
    stretches: list[Stretch] = field(default_factory=list)
    own: dict[int, list[Stretch]] = field(default_factory=dict)
    #: Anchors that agree in time and author, and all.
    agreeing: int = 0
    anchors: int = 0
    #: Rows that two readings leave apart.
    apart: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def score(self) -> float:
        """Of the anchors, the share that agrees."""
        return self.agreeing / self.anchors if self.anchors else 0.0


def align(placed: Placed, spine: Spine) -> Alignment:
    """Find the message of the conversation that each row of `placed` is, as far as it can be told; changes `placed`."""
    held = placed.held
    work = Rounds(placed, spine)
    rows, messages = work.anchors()
    made = Alignment()
    if len(rows) < LEAST_PAIRS:
        return made
    made.stretches = work.stretches_of(rows, messages)
    if not made.stretches:
        return made
    low, high = work.settle(made.stretches, rows, messages)
    agree = work.agree(rows, messages, low, high)
    a, b = held.author[rows[agree]], spine.author[messages[agree]]
    people = (a >= 0) & (b >= 0)
    names = name_groups(a[people], b[people], lefts=len(held.authors), rights=max(spine.authors, 1))
    work.group(names)
    same = work.same_author(rows, messages)
    # In a conversation other than this one, anchors agree in time by chance alone.
    made.agreeing, made.anchors = int((agree & same).sum()), len(rows)
    score = made.score
    work.media(low, high, score)
    work.bodies(low, high, score, rows[agree & same])
    later_low, later_high = work.spans(made.stretches, later=True)
    if (later_low != low).any():
        work.bodies(later_low, later_high, score, rows[:0], only=later_low != low)
    for author, own in _own_clocks(work, rows, messages, same).items():
        made.own[author] = own
        own_low, own_high = work.spans(own)
        work.bodies(own_low, own_high, score, rows[:0], only=held.author == author)
    work.untangle()
    work.strangers(names, low, high, score)
    work.remainder(low, high, score)
    work.late(rows[same], messages[same], low, high, score)
    made.apart = work.apart()
    return made


def _own_clocks(work: "Rounds", rows: Ints, messages: Ints, same: Flags) -> dict[int, list[Stretch]]:
    """Stretches of authors whose anchors the capture's own stretches leave unpaired: the phone's owner, as a rule."""
    found = {}
    waiting = same & (work.placed.message[rows] < 0) & work.free(messages)
    authors = work.placed.held.author[rows]
    for author in np.unique(authors[waiting]).tolist():
        mine = waiting & (authors == author)
        if author < 0 or int(mine.sum()) < LEAST_PAIRS:
            continue
        own = work.stretches_of(rows[mine], messages[mine])
        if own:
            found[author] = own
    return found
