"""What a made operation and its captures can be told to be like.

Every share is between 0 and 1; a place in time is a share of the operation's span, so that the same knobs fit fifty
messages and a million.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = ["LAYOUTS", "PRECISION", "RECALL", "Layout", "Moved", "Phone", "Shape", "Timer"]

#: How a capture is written: WhatsApp text for Android (day first, or US), for iOS, or an Android msgstore.db.
Layout = Literal["android", "us", "ios", "store"]
LAYOUTS: tuple[Layout, ...] = ("android", "us", "ios", "store")

#: What is asked of captures without keys: shares of pairs of sightings.
PRECISION, RECALL = 0.999, 0.99

_MARCH_2017 = 1_488_326_400_000


@dataclass(frozen=True, slots=True)
class Timer:
    """Messages sent after `since` disappear when they are `seconds` old."""

    since: float
    seconds: int


@dataclass(frozen=True, slots=True)
class Shape:
    """One group conversation: who, how much, over how long, and how alike the bodies are."""

    messages: int = 2_000
    people: int = 12
    #: Share of authored messages whose body occurs once in the conversation.
    distinct: float = 0.3
    #: Share that carry a file and no words.
    media: float = 0.08
    start_ms: int = _MARCH_2017
    #: From March on, 300 days cross a spring and an autumn clock change.
    days: float = 300.0
    #: Share of messages that follow the one before within seconds.
    bursts: float = 0.35
    #: Share of messages in which an author says again what they have just said, within the minute.
    echoes: float = 0.01
    #: Share that are a further file of the same kind, sent by the same author at once.
    albums: float = 0.01
    revoked: float = 0.004
    edited: float = 0.01
    replies: float = 0.06
    reactions: float = 0.06
    #: When the second person changes their number; absent where nobody does.
    number_changed: float | None = 0.5
    timer: Timer | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A stretch in which somebody had moved the phone's clock."""

    since: float
    until: float
    by_ms: int


@dataclass(frozen=True, slots=True)
class Phone:
    """One capture: whose phone, how it writes, and what it lacks."""

    layout: Layout
    owner: int
    zone: str = "Europe/London"
    #: Zone that the reader is told; "" where it is told none, and assumes UTC.
    read_as: str | None = None
    #: How far the clock was fast all along.
    fast_ms: int = 0
    moved: tuple[Moved, ...] = ()
    #: Share of messages deleted on this phone, each by itself.
    deleted: float = 0.0
    joined: float = 0.0
    left: float = 1.0
    #: When the phone was taken.
    taken: float = 1.0
    #: Rows that a text export stops at, counted from the newest.
    last: int | None = None
    #: Stretches that a text export leaves out.
    filtered: tuple[tuple[float, float], ...] = ()
    #: Share of minutes (of seconds, on iOS) whose messages stand in another order in a text export, as they arrived in
    #: another order: what one author sent stays in order.
    permuted: float = 0.0
    #: The same, where not even that stays in order. No export is known to do so; it shows what order is worth.
    scrambled: float = 0.0
    #: Whether a text export names the files that messages carried.
    attached: bool = False
    #: Share of people that are no contacts of this phone's: shown by number, or by `~ Name`.
    unsaved: float = 0.3
    #: Another number gives the contacts other names.
    contacts: int = 0
    #: Of an Android database: share of people addressed by a linked id.
    linked: float = 0.0

    @property
    def told(self) -> str | None:
        """The zone that whoever ingests the capture states; None where nobody does."""
        return self.zone if self.read_as is None else self.read_as or None

    @property
    def keyed(self) -> bool:
        """Whether its messages have the platform's keys."""
        return self.layout == "store"
