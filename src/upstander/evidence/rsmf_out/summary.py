"""What was written, and what RSMF could not hold."""

from collections import Counter
from dataclasses import dataclass

__all__ = ["Account", "RsmfSummary"]


@dataclass(frozen=True, slots=True)
class RsmfSummary:
    """What `write_rsmf` wrote."""

    #: `.rsmf` files.
    files: int
    conversations: int
    #: Authored messages and system events of the case that were written; each is one event or more.
    messages: int
    system_events: int
    #: RSMF events: a system event that names three people gives three, since RSMF's name one.
    events: int
    #: Events that tell a system event again for the next person: `events` less `messages` and `system_events`.
    repeated: int
    #: Files carried along.
    attachments: int
    #: Messages and system events whose time is undecided: written in their place, without a timestamp.
    undated: int
    #: What RSMF has no place for, each with its number of rows; the case's tables have it all.
    not_held: dict[str, int]
    #: Size of the file written.
    bytes: int


class Account:
    """The counts while writing goes on."""

    def __init__(self) -> None:
        self.files = 0
        self.conversations = 0
        self.messages = 0
        self.system_events = 0
        self.events = 0
        self.attachments = 0
        self.undated = 0
        self.not_held: Counter[str] = Counter()

    def close(self, *, size: int) -> RsmfSummary:
        """The summary, for a file of `size` bytes."""
        return RsmfSummary(
            files=self.files,
            conversations=self.conversations,
            messages=self.messages,
            system_events=self.system_events,
            events=self.events,
            repeated=self.events - self.messages - self.system_events,
            attachments=self.attachments,
            undated=self.undated,
            not_held={reason: count for reason, count in sorted(self.not_held.items()) if count},
            bytes=size,
        )
