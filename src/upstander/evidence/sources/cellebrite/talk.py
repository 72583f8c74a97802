"""One conversation while its records are given, and the sides of one record."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Conversation
from upstander.evidence.sources.cellebrite.parties import OWN, Party

__all__ = ["Sides", "Talk", "describe"]


@dataclass
class Talk:
    """One conversation while its records are given."""

    conversation: Conversation
    kind: str
    #: Handle of the phone's own account.
    owner: str
    #: Handles of the others, as far as the report lists them.
    others: set[str]
    #: Whether its parties are telephone numbers.
    telephone: bool = False
    #: Records marked as recovered, and those decoded with less than high confidence.
    recovered: int = 0
    unsure: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    backwards: int = 0
    undirected: int = 0
    first: dict[str, str] = field(default_factory=dict)
    latest: int | None = None

    def note(self, what: str, row: str) -> None:
        """Remember the first place of something that is counted."""
        self.first.setdefault(what, row)


@dataclass(frozen=True, slots=True)
class Sides:
    """Who sent a record and whom it was to."""

    author: Party | None
    to: list[Party]
    outgoing: bool | None


def describe(conversation: Conversation, party: Party, **columns: Any) -> None:
    """Make a party a participant with all that is known of it."""
    owner = party.owner or party.handle == OWN
    conversation.participant(party.handle, name=party.name, number=party.number, owner=owner or None, **columns)
