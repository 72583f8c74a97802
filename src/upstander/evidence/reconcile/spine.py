"""The conversation while it is put together: every message so far, in order of time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import Held, Ints

__all__ = ["METHODS", "Placed", "Spine"]

#: How a sighting was matched, by number.
METHODS = ("alone", "key", "media", "unique_body", "aligned", "remainder")


@dataclass(slots=True)
class Placed:
    """Where the rows of one capture stand: arrays of the capture's length."""

    held: Held
    #: Number of the message in the spine; -1 while it is not known.
    message: Ints
    method: npt.NDArray[np.int8]
    score: npt.NDArray[np.float64]


@dataclass(slots=True)
class Spine:
    """Messages (arrays of one length). Authors are numbers of the spine's own, given as captures are added."""

    #: When it was sent (ms since 1970 by the best clock so far, or `NEVER`), and how much later it may have been.
    at: Ints
    unit: Ints
    author: Ints
    body: npt.NDArray[np.uint64]
    sort: npt.NDArray[np.int8]
    media: npt.NDArray[np.uint64]
    length: Ints
    edited: npt.NDArray[np.bool_]
    #: Whether `at` is known, or only a place in the order.
    dated: npt.NDArray[np.bool_]
    #: Row in the first capture that holds it (or that of its neighbour there): the order within a second.
    place: Ints
    #: Whether it is a row that may be another message of the conversation: two readings are possible.
    apart: npt.NDArray[np.bool_]
    authors: int = 0

    def __len__(self) -> int:
        """Number of messages, system events too."""
        return len(self.at)

    def extend(self, other: "Spine") -> None:
        """Add messages at the end; their order is that of time, whatever their number."""
        for name in ("at", "unit", "author", "body", "sort", "media", "length", "edited", "dated", "place", "apart"):
            setattr(self, name, np.concatenate([getattr(self, name), getattr(other, name)]))
        self.authors = max(self.authors, other.authors)

    def order(self) -> Ints:
        """Numbers of the messages in order of time, and within a second in that of the captures.

        Some rows have milliseconds and some have not: within a second, they say nothing about the order.
        """
        return np.lexsort((np.arange(len(self)), self.place, self.at // 1000))
