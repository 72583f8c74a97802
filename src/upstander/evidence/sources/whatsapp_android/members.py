"""The member tables of groups: who is in, who was, since when."""

from collections import defaultdict
from typing import Any

from upstander.evidence.capture import Conversation
from upstander.evidence.sources.whatsapp_android.people import People, select
from upstander.evidence.sqlite import Database

__all__ = ["Members", "instant"]

#: 1 January 2100, milliseconds.
_FUTURE = 4_102_444_800_000


def instant(value: Any) -> int | None:
    """Milliseconds between 1970 and 2100, else None."""
    return value if isinstance(value, int) and 0 < value < _FUTURE else None


class Members:
    """Current and past members, by the group's `jid` row."""

    def __init__(self, database: Database, people: People) -> None:
        """Load both tables."""
        self._people = people
        self._current: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        self._past: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        wanted = ("group_jid_row_id", "_id", "user_jid_row_id", "rank", "pending", "add_timestamp")
        for group, *row in select(database, "group_participant_user", *wanted):
            self._current[group].append(tuple(row))
        past = ("group_jid_row_id", "_id", "user_jid_row_id", "is_leave", "timestamp")
        for group, *row in select(database, "group_past_participant_user", *past):
            self._past[group].append(tuple(row))

    def add(self, conversation: Conversation, group: int) -> None:
        """Give the members of the group with this `jid` row to its conversation."""
        for identity, jid, rank, pending, since in self._current.get(group, ()):
            handle = self._people.handle(jid)
            if handle is None:
                continue
            ranked = rank in (1, 2)
            waiting = pending == 1
            self._people.describe(
                conversation, handle, standing="unknown" if waiting else "administrator" if ranked else "member"
            )
            detail = "pending" if waiting else {1: "administrator", 2: "founder"}.get(rank)
            conversation.membership(
                "current_member",
                participant=handle,
                detail=detail,
                at=instant(since),
                evidence="member_table",
                row=f"group_participant_user:{identity}",
            )
        for identity, jid, left, when in self._past.get(group, ()):
            handle = self._people.handle(jid)
            if handle is None:
                continue
            self._people.describe(conversation, handle, standing="past_member")
            conversation.membership(
                "past_member",
                participant=handle,
                detail={0: "removed", 1: "left"}.get(left),
                at=instant(when),
                evidence="past_member_table",
                row=f"group_past_participant_user:{identity}",
            )
