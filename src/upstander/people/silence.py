"""What each person did after each of a set of messages, and what they had the chance to do.

"Stayed silent" is never said of a person alone: it stands beside the opportunity. Everything is counted by prefix sums
and binary search in arrays by ordinal, for the asked messages only: (persons, messages) cells, never all messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.people.opened import Opened
from upstander.people.own import UNDATED
from upstander.people.rows import Ints

__all__ = ["DAY", "Silence", "silence"]

DAY = 86_400_000
_NONE = -1

_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Silence:
    """Arrays of shape (persons, messages): as `Opened.ids`, or the one who was asked for, and the asked messages."""

    messages: Ints
    #: Length of the window, milliseconds.
    window: int
    #: Known to be in the conversation when the message was sent (by events, tables or inference).
    present: _Flags
    #: Whether they wrote the message themselves.
    wrote: _Flags
    replied: _Flags
    reacted: _Flags
    #: Known to have left, or to have been removed, within the window.
    left: _Flags
    #: Ordinal of their next own post, -1 where there is none; and its lag in milliseconds, -1 where that is unknown.
    next_post: Ints
    lag: Ints
    #: Their own posts within the window; -1 where the message has no time, and so no window.
    own_posts: Ints
    #: Authored messages of the conversation within the window, by message (one row); -1 without a time.
    posted: Ints

    @property
    def nothing(self) -> _Flags:
        """Present, not the author, and neither a reply nor a reaction: to be read beside the opportunity."""
        return self.present & ~self.wrote & ~self.replied & ~self.reacted


def silence(of: Opened, messages: Sequence[int] | Ints, *, window: int = 7 * DAY, person: int | None = None) -> Silence:
    """What everybody did about `messages` (ordinals) and after them, within `window` milliseconds.

    With `person`, a place in `Opened.ids`, what they alone did: the arrays have one row.
    """
    asked = np.asarray(messages, np.int64)
    people = range(len(of.ids)) if person is None else range(person, person + 1)
    size = (len(people), len(asked))
    # Up to when the window lasts, as an ordinal: messages at its very end are in it.
    end = np.searchsorted(of.at, of.at[asked] + window, "right")
    next_post = np.full(size, _NONE, np.int64)
    own_posts = np.zeros(size, np.int64)
    present = np.zeros(size, np.bool_)
    left = np.zeros(size, np.bool_)
    for row, place in enumerate(people):
        posts = of.posts[place]
        after = np.searchsorted(posts, asked, "right")
        own_posts[row] = np.searchsorted(posts, end, "left") - after
        there = after < len(posts)
        next_post[row, there] = posts[after[there]]
        for stretch in of.stretches[place]:
            if stretch.rung in ("by_events", "by_inference"):
                present[row] |= (asked >= stretch.since) & (asked < stretch.until)
            elif stretch.rung in ("left", "removed"):
                left[row] |= (stretch.since > asked) & (stretch.since < end)
    dated = of.at[asked] != UNDATED
    lag = np.where((next_post >= 0) & dated, of.at[next_post] - np.where(dated, of.at[asked], 0), _NONE)
    replied, reacted = _acted(of, asked, people)
    return Silence(
        messages=asked,
        window=window,
        present=present,
        wrote=of.author[asked] == np.asarray(people)[:, None],
        replied=replied,
        reacted=reacted,
        left=left,
        next_post=next_post,
        lag=lag,
        own_posts=np.where(dated, np.maximum(own_posts, 0), _NONE),
        posted=np.where(dated, of.authored[end] - of.authored[np.minimum(asked + 1, end)], _NONE),
    )


def _acted(of: Opened, asked: Ints, people: range) -> tuple[_Flags, _Flags]:
    replied = np.zeros((len(people), len(asked)), np.bool_)
    reacted = np.zeros_like(replied)
    acts = of.acts
    first = np.searchsorted(acts.ordinal, asked, "left")
    last = np.searchsorted(acts.ordinal, asked, "right")
    for column in np.flatnonzero(last > first):
        for place in range(first[column], last[column]):
            person = int(acts.person[place])
            if person not in people:
                continue
            if acts.act[place] == "reply":
                replied[person - people.start, column] = True
            elif acts.act[place] == "reaction":
                reacted[person - people.start, column] = True
    return replied, reacted
