"""Parts of messages that the owner deleted: `recoverable_message_part` keeps their text for some weeks.

The message itself is still there without that part; the part becomes a row of its own beside it, under the key by which
Messages names a part, `p:1/GUID`.
"""

from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.imessage.chats import Chat, Chats
from upstander.evidence.sources.imessage.schema import Columns, Row
from upstander.evidence.sources.imessage.typedstream import attributed
from upstander.evidence.sources.imessage.values import blob, instant, integer, text

__all__ = ["Parts", "read_parts"]

_TABLE = "recoverable_message_part"
_NAMES = ("rowid", "message_id", "part_index", "delete_date", "part_text")


@dataclass
class Parts:
    """Deleted parts by the message that they were part of."""

    chats: Chats
    _by_message: dict[int, list[Row]] = field(default_factory=dict)

    def note(self, row: Row) -> None:
        """Remember one row."""
        message = integer(row["message_id"])
        self._by_message.setdefault(-1 if message is None else message, []).append(row)

    def give(self, chat: Chat, row: Row, columns: dict[str, Any], author: str, *, outgoing: int | None) -> None:
        """Add the deleted parts of a message that was just read."""
        for part in self._by_message.pop(row["rowid"], ()):
            place = f"{_TABLE}:{part['rowid']}"
            data = blob(part["part_text"])
            read = attributed(data) if data is not None else None
            words = read.text if read else text(part["part_text"])
            index = integer(part["part_index"])
            identity = chat.conversation.message(
                f"{row['rowid']}-part-{part['rowid']}",
                **columns | {"row": place, "platform_key": f"p:{index}/{columns['platform_key']}"},
                author=author,
                outgoing=outgoing == 1 if outgoing in {0, 1} else None,
                kind="text" if words and words.strip("\ufffc") else "media" if words else "unknown",
                text=words or None,
                deleted="by_owner",
                deleted_at=instant(part["delete_date"]),
            )
            if read is not None and not read.whole:
                detail = f"the text of {place} could be read only in part or not at all"
                where = {"conversation": chat.conversation.id, "message": identity}
                self.chats.capture.warn("invalid_record", detail, row=place, **where)

    def close(self) -> None:
        """Say which parts belong to no message that was read."""
        for rows in self._by_message.values():
            for row in rows:
                place = f"{_TABLE}:{row['rowid']}"
                detail = f"{place} is part {row['part_index']} of message {row['message_id']}, which is not here"
                self.chats.capture.warn("deletion_trace", detail, row=place)


def read_parts(columns: Columns, chats: Chats) -> Parts:
    """Read the table, where there is one."""
    parts = Parts(chats)
    for row in columns.all(_TABLE, _NAMES):
        parts.note(row)
    return parts
