"""What is known of every message: what somebody said of it, or of another with the very same words.

A decision on words stands for every message that has them, at no cost, until two such messages are decided differently:
then their words do not decide it, and each of them is read. Nothing is written for a message that nobody read; what is
carried follows from the decisions, and `source` names the message it comes from.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.review.codings import Via
from upstander.review.queue.matrix import Indices

__all__ = ["Known"]

Flags = npt.NDArray[np.bool_]


class Known:
    """By place of a message. `words` names for each the message that stands for its words; None carries nothing."""

    def __init__(self, size: int, words: Indices | None = None) -> None:
        """Begin with nothing decided."""
        #: What was said of the message itself: 1 relevant, 0 not, -1 nothing; whether rank (or a reader) came to it.
        self.own = np.full(size, -1, np.int8)
        self.sought = np.zeros(size, np.bool_)
        #: Whether the random stream drew it.
        self.drawn = np.zeros(size, np.bool_)
        #: The same with what is carried.
        self.label = self.own.copy()
        self.ranked = self.sought.copy()
        #: Whether its words were decided both ways.
        self.apart = np.zeros(size, np.bool_)
        self.words: Indices = np.arange(size) if words is None else words
        often = np.bincount(self.words, minlength=size) > 1 if size else np.zeros(0, np.bool_)
        #: Messages whose words are not theirs alone, and whether each stands for its words.
        self.repeats: Flags = often[self.words] if size else often
        self.first: Flags = self.words == np.arange(size)
        places = np.flatnonzero(self.repeats)
        self._places = places[np.argsort(self.words[places], kind="stable")]
        self._words = self.words[self._places]

    def copies(self, place: int) -> Indices:
        """The messages with the words of that at `place`, itself among them."""
        if not self.repeats[place]:
            return np.array([place])
        of = self.words[place]
        return self._places[np.searchsorted(self._words, of) : np.searchsorted(self._words, of, side="right")]

    def source(self, place: int) -> int | None:
        """The message whose decision that at `place` has: itself or a copy; None where nothing is known of it."""
        if self.own[place] >= 0 or self.label[place] < 0:
            return int(place) if self.own[place] >= 0 else None
        return int(next(each for each in self.copies(place) if self.own[each] >= 0))

    @property
    def carried(self) -> Flags:
        """Messages that were decided by the words of another."""
        return (self.label >= 0) & (self.own < 0)

    def said(self, place: int, applies: bool, via: Via) -> bool:
        """Take a decision; gives whether it taught something: a message or words that rank had not come to before."""
        before = self.sought[place]
        reached = bool(self.ranked[place])
        self.own[place] = applies
        if via is Via.RANDOM:
            self.drawn[place] = True
        elif via not in (Via.SAMPLE, Via.SECOND, Via.SETTLED):
            self.sought[place] = True
        self._carry(place)
        return bool(self.sought[place] and not before and not (reached and not self.apart[place]))

    def drawn_copy(self, place: int) -> int | None:
        """The message that the stream drew and somebody decided on, this or one that it shares its decision with."""
        copies = np.array([place]) if self.apart[place] else self.copies(place)
        found = copies[self.drawn[copies] & (self.own[copies] >= 0)]
        return int(found[0]) if len(found) else None

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """What was decided, for `resume`."""
        return {"own": self.own, "sought": self.sought, "drawn": self.drawn}

    def resume(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Go on from what `state` gave. Raises `KeyError` or `ValueError` where it is of other messages."""
        if any(state[name].shape != self.own.shape for name in ("own", "sought", "drawn")):
            raise ValueError("a state of other messages")
        self.own, self.sought, self.drawn = (state[name].copy() for name in ("own", "sought", "drawn"))
        self.label, self.ranked = self.own.copy(), self.sought.copy()
        decided = np.flatnonzero((self.own >= 0) & self.repeats)
        # One of each words is enough.
        for place in decided[np.unique(self.words[decided], return_index=True)[1]]:
            self._carry(int(place))

    def _carry(self, place: int) -> None:
        """Let the words of a message be known as far as their decisions agree."""
        if not self.repeats[place]:
            self.label[place], self.ranked[place] = self.own[place], self.sought[place]
            return
        copies = self.copies(place)
        own = self.own[copies]
        said = own[own >= 0]
        apart = bool(said.min() != said.max())
        self.apart[copies] = apart
        self.label[copies] = own if apart else said[0]
        self.ranked[copies] = self.sought[copies] if apart else self.sought[copies].any()
