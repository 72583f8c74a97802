"""Rounds of pairing the rows of one capture with the messages of a conversation, each among what is still free."""

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.anchors import anchors
from upstander.evidence.reconcile.authors import Names
from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.held import NEVER, Ints
from upstander.evidence.reconcile.matching import Side, match
from upstander.evidence.reconcile.offsets import JITTER, Stretch, stretches
from upstander.evidence.reconcile.order import Order, against_order, order_of
from upstander.evidence.reconcile.spine import METHODS, Placed, Spine
from upstander.evidence.reconcile.tokens import Digests, author_token, crowded, mixed, numbered

__all__ = ["Flags", "Rounds"]

Flags = npt.NDArray[np.bool_]

#: Characters from which a body that is said once may pair although its time is off, and by how much (ms).
_LONG = 16
_LATE = 600_000

_WORDS = SORTS["words"]
_GONE = (SORTS["tombstone"], SORTS["empty"])

#: Anchors from which on their own leeway is measured, and the share of them that it must do for.
_MANY, _NEARLY_ALL = 100, 0.998


class Rounds:
    """The rows and messages that are still free, and the rounds of pairing them."""

    def __init__(self, placed: Placed, spine: Spine) -> None:
        self.placed = placed
        self.spine = spine
        held = placed.held
        self._timed = held.sent != NEVER
        self._taken = np.zeros(len(spine), np.bool_)
        order = spine.order()
        self._rank = np.empty(len(spine), np.int64)
        self._rank[order] = np.arange(len(spine))
        self._order = order
        self._left_author = np.zeros(len(held), np.uint64)
        self._right_author = np.zeros(len(spine), np.uint64)
        self._apart: list[Ints] = []
        self._jitter = JITTER
        self._units = sorted({int(unit) for unit in np.unique(spine.unit)}) if len(spine) else []

    def anchors(self) -> tuple[Ints, Ints]:
        """Rows and messages with the same words, said once in either; in low variety, runs of them."""
        held, spine = self.placed.held, self.spine
        rows = np.flatnonzero((held.sort == _WORDS) & self._timed)
        messages = self._order[(spine.sort[self._order] == _WORDS) & (spine.at[self._order] != NEVER)]
        return anchors(held.body[rows], rows, spine.body[messages], messages)

    def stretches_of(self, rows: Ints, messages: Ints) -> list[Stretch]:
        """The offsets that these pairs show."""
        held, spine = self.placed.held, self.spine
        return stretches(
            rows, held.sent[rows], held.unit[rows], spine.at[messages], spine.unit[messages], total=len(held)
        )

    def settle(self, found: list[Stretch], rows: Ints, messages: Ints) -> tuple[Ints, Ints]:
        """The spans of `found`, with no more leeway for each stamp than all but a few anchors need."""
        low, high = self.spans(found)
        agree = self.agree(rows, messages, low, high)
        if int(agree.sum()) >= _MANY:
            at, unit = self.spine.at[messages[agree]], self.spine.unit[messages[agree]]
            short = np.maximum(
                low[rows[agree]] + self._jitter - (at + unit - 1), at - (high[rows[agree]] - self._jitter)
            )
            self._jitter = min(int(np.quantile(np.maximum(short, 0), _NEARLY_ALL)), JITTER)
            low, high = self.spans(found)
        return low, high

    def spans(self, found: list[Stretch], *, later: bool = False) -> tuple[Ints, Ints]:
        """First and last instant that each row's time can mean; `later`: where stretches meet, by the next one."""
        held = self.placed.held
        least, most = np.zeros(len(held), np.int64), np.zeros(len(held), np.int64)
        for number, stretch in enumerate(found):
            start = found[number - 1].last + 1 if later and number else stretch.start
            least[start : stretch.stop] = stretch.low
            most[start : stretch.stop] = stretch.high
        return held.sent - most - self._jitter, held.sent - least + held.unit - 1 + self._jitter

    def agree(self, rows: Ints, messages: Ints, low: Ints, high: Ints) -> Flags:
        """Which pairs can have been at one time."""
        at, unit = self.spine.at[messages], self.spine.unit[messages]
        fits: Flags = (low[rows] <= at + unit - 1) & (at <= high[rows])
        return fits

    def group(self, names: Names) -> None:
        """Take `names` for who is who from now on."""
        left, right = names.groups()
        self._left_author = author_token(self.placed.held.author, left)
        self._right_author = author_token(self.spine.author, right)

    def same_author(self, rows: Ints, messages: Ints) -> Flags:
        """Which pairs are of one author, as far as names are known."""
        same: Flags = self._left_author[rows] == self._right_author[messages]
        return same

    def free(self, messages: Ints) -> Flags:
        """Which messages no row of this capture is yet."""
        return ~self._taken[messages]

    def apart(self) -> Ints:
        """Rows that two readings left unpaired, and no later round paired."""
        rows = np.unique(np.concatenate(self._apart)) if self._apart else np.zeros(0, np.int64)
        return rows[self.placed.message[rows] < 0]

    def bodies(self, low: Ints, high: Ints, score: float, unique: Ints, *, only: Flags | None = None) -> None:
        """Pair rows of the same author and body; `unique` are those whose body is said once on either side."""
        held, spine = self.placed.held, self.spine
        rows = self._timed & (self.placed.message < 0) & (only if only is not None else True)
        method = np.full(len(held), METHODS.index("aligned"), np.int8)
        method[unique] = METHODS.index("unique_body")
        self._pair(
            rows, mixed(held.body, self._left_author), mixed(spine.body, self._right_author), low, high, method, score
        )

    def media(self, low: Ints, high: Ints, score: float) -> None:
        """Pair rows of the same author that carried the same file."""
        held, spine = self.placed.held, self.spine
        rows = self._timed & (held.media != 0)
        if not rows.any() or not (spine.media != 0).any():
            return
        method = np.full(len(held), METHODS.index("media"), np.int8)
        left, right = mixed(held.media, self._left_author), mixed(spine.media, self._right_author)
        self._pair(rows, left, right, low, high, method, score, among=spine.media != 0)

    def strangers(self, names: Names, low: Ints, high: Ints, score: float) -> None:
        """Pair what authors wrote that no anchor names: one body at one time, of nobody known on either side."""
        left, right = names.strangers()
        held, spine = self.placed.held, self.spine
        rows = self._timed & (self.placed.message < 0) & (held.author >= 0)
        rows &= left[np.maximum(held.author, 0)] if len(left) else False
        among = (spine.author >= 0) & (right[np.maximum(spine.author, 0)] if len(right) else False)
        if rows.any() and among.any():
            method = np.full(len(held), METHODS.index("aligned"), np.int8)
            self._pair(rows, held.body, spine.body, low, high, method, score, among=among)

    def remainder(self, low: Ints, high: Ints, score: float) -> None:
        """Pair what is left of one author at one time where only one reading is possible and the bodies can be one."""
        held, spine = self.placed.held, self.spine
        rows = self._timed & (self.placed.message < 0) & (held.author >= 0)
        method = np.full(len(held), METHODS.index("remainder"), np.int8)
        words, other_words = held.sort == _WORDS, spine.sort == _WORDS
        gone, other_gone = np.isin(held.sort, _GONE), np.isin(spine.sort, _GONE)
        any_message = spine.author >= 0
        for some, others in (
            (gone, any_message & ~other_gone),  # a tombstone or an empty body here, whatever was there
            (~gone, other_gone),
            (words & held.edited, other_words),  # another version of the text
            (words & ~held.edited, other_words & spine.edited),
        ):
            self._pair(
                rows & some,
                self._left_author,
                self._right_author,
                low,
                high,
                method,
                0.9 * score,
                among=others,
                single=True,
            )

    def late(self, rows: Ints, messages: Ints, low: Ints, high: Ints, score: float) -> None:
        """Pair long bodies that are said once although their times are minutes apart: sent late, or from a queue."""
        held, spine = self.placed.held, self.spine
        off = (low[rows] - _LATE <= spine.at[messages] + spine.unit[messages]) & (
            spine.at[messages] <= high[rows] + _LATE
        )
        off &= (self.placed.message[rows] < 0) & self.free(messages) & (held.length[rows] >= _LONG)
        self._take(rows[off], messages[off], np.full(len(held), METHODS.index("unique_body"), np.int8), score)

    def _order_of(self) -> Order:
        rows = np.flatnonzero(self.placed.message >= 0)
        ranks = self._rank[self.placed.message[rows]]
        return order_of(ranks, self.placed.held.sent[rows], self._left_author[rows])

    def untangle(self) -> None:
        """Part pairs that run against the order of both captures, as far as order is evidence."""
        message = self.placed.message
        evidence = self._order_of()
        if evidence is Order.NONE:
            return
        rows = np.flatnonzero(message >= 0)
        ranks = self._rank[message[rows]]
        if evidence is Order.OF_AUTHORS:
            by_author = np.argsort(self._left_author[rows], kind="stable")
            rows = rows[by_author]
            # One author's ranks after another's: nothing of the one can stand against anything of the other.
            ranks = ranks[by_author] + numbered(self._left_author[rows]) * len(self.spine)
        sure = self.placed.method[rows] == METHODS.index("unique_body")
        wrong = rows[against_order(ranks, sure)]
        self._taken[message[wrong]] = False
        message[wrong] = -1
        self.placed.method[wrong] = 0
        self._apart.append(wrong)

    def _pair(
        self, rows: Flags, left: Digests, right: Digests, low: Ints, high: Ints, method: npt.NDArray[np.int8],
        score: float, *, among: Flags | None = None, single: bool = False,
    ) -> None:  # fmt: skip
        """One round: for every precision that the conversation's times have, the finest first."""
        spine = self.spine
        for unit in self._units:
            mine = np.flatnonzero(rows & (self.placed.message < 0))
            theirs = np.flatnonzero(
                ~self._taken & (spine.unit == unit) & (spine.at != NEVER) & (True if among is None else among)
            )
            if not len(mine) or not len(theirs):
                continue
            sides = (
                Side(left[mine], low[mine], high[mine], mine),
                Side(right[theirs], spine.at[theirs], spine.at[theirs] + unit - 1, self._rank[theirs]),
            )
            pairs = match(*sides)
            a, b = mine[pairs.left], theirs[pairs.right]
            if single:
                before, after = self._between()
                a, b = self._only(a, b, mine, theirs, left, right, low, high)
                between = (before[a] < self._rank[b]) & (self._rank[b] < after[a])
                self._take(a[between], b[between], method, score)
                continue
            self._take(a, b, method, score)
            apart = mine[pairs.apart]
            evidence = self._order_of() if len(apart) else Order.NONE
            if evidence is not Order.NONE:
                theirs = theirs[~self._taken[theirs]]
                before, after = self._between(of_authors=evidence is Order.OF_AUTHORS)
                pairs = match(
                    Side(left[apart], low[apart], high[apart], apart),
                    Side(right[theirs], spine.at[theirs], spine.at[theirs] + unit - 1, self._rank[theirs]),
                    between=(before[apart], after[apart]),
                )
                self._take(apart[pairs.left], theirs[pairs.right], method, score)
                apart = apart[pairs.apart]
            self._apart.append(apart)

    def _only(
        self, a: Ints, b: Ints, mine: Ints, theirs: Ints, left: Digests, right: Digests, low: Ints, high: Ints
    ) -> tuple[Ints, Ints]:
        """Of pairs in a round that does not look at bodies, those alone in their time on either side."""
        crowded_left = crowded(left[mine], low[mine], high[mine])
        crowded_right = crowded(
            right[theirs], self.spine.at[theirs], self.spine.at[theirs] + self.spine.unit[theirs] - 1
        )
        alone = ~np.isin(a, mine[crowded_left]) & ~np.isin(b, theirs[crowded_right])
        return a[alone], b[alone]

    def _between(self, *, of_authors: bool = False) -> tuple[Ints, Ints]:
        """For every row, the ranks of the messages that the last paired row before it and the first after it are.

        `of_authors`: counting only rows of the same author.
        """
        message = self.placed.message
        rows = np.arange(len(message))
        place = rows if not of_authors else numbered(self._left_author) * len(rows) + rows
        paired = np.flatnonzero(message >= 0)
        paired = paired[np.argsort(place[paired], kind="stable")]
        before, after = np.full(len(message), -1, np.int64), np.full(len(message), np.iinfo(np.int64).max, np.int64)
        if len(paired):
            ranks = self._rank[message[paired]]
            at = np.searchsorted(place[paired], place, side="left")
            last, next_ = np.maximum(at - 1, 0), np.minimum(at, len(paired) - 1)
            of = place // len(rows) if of_authors else np.zeros(len(rows), np.int64)
            some = (at > 0) & (of[paired[last]] == of)
            before[some] = ranks[last[some]]
            some = (at < len(paired)) & (of[paired[next_]] == of)
            after[some] = ranks[next_[some]]
        return before, after

    def _take(self, rows: Ints, messages: Ints, method: npt.NDArray[np.int8], score: float) -> None:
        self.placed.message[rows] = messages
        self.placed.method[rows] = method[rows]
        self.placed.score[rows] = score
        self._taken[messages] = True
