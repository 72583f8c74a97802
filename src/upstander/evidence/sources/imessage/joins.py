"""Which messages stand in which chat, when, and which of them their owner deleted."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.imessage.schema import Columns, Row, selected
from upstander.evidence.sources.imessage.values import instant, integer, text

__all__ = ["UNLISTED", "Joins", "read_joins"]

#: Begins the key of messages that no chat lists.
UNLISTED = "unlisted"


@dataclass
class Joins:
    """Rowids of messages by chat: two numbers a message are kept in memory."""

    by_chat: dict[int | str, tuple["array[int]", "array[int]"]] = field(default_factory=dict)
    #: When the newest message of a chat was sent.
    latest: dict[int | str, int] = field(default_factory=dict)
    #: When the owner deleted a message, by its rowid; the stored number.
    deleted: dict[int, Any] = field(default_factory=dict)
    #: Further chats of a message that stands in more than one: (message, chat).
    again: list[tuple[int, int]] = field(default_factory=list)
    first_chat: dict[int, int] = field(default_factory=dict)
    #: Messages that a chat lists and that are not there.
    gone: list[tuple[int, int]] = field(default_factory=list)

    def add(self, chat: int | str, message: int, date: object) -> None:
        """Note one message."""
        ids, dates = self.by_chat.setdefault(chat, (array("q"), array("q")))
        at = instant(date) or 0
        ids.append(message)
        dates.append(at)
        self.latest[chat] = max(at, self.latest.get(chat, 0))

    def ordered(self, chats: list[int | str]) -> list[int]:
        """Messages of these chats by time, then by rowid."""
        # Each once: in a damaged database a message may be listed twice.
        pairs: dict[int, int] = {}
        for chat in chats:
            ids, dates = self.by_chat.pop(chat, (array("q"), array("q")))
            pairs.update(zip(ids, dates, strict=True))
        return sorted(pairs, key=lambda message: (pairs[message], message))


def read_joins(columns: Columns) -> Joins:
    """Read chat_message_join and chat_recoverable_message_join, then the messages that neither lists."""
    joins = Joins()
    before = len(columns.database.damage)
    dated = "date" in columns.of("message")
    waiting: dict[int, tuple[int | str, Any]] = {}
    for row in _listed(columns, "chat_recoverable_message_join", dated=dated):
        message = integer(row["message"])
        if message is not None and row["there"] is not None:
            joins.deleted.setdefault(message, row["delete_date"])
            key = integer(row["chat"])
            waiting.setdefault(message, (UNLISTED if key is None else key, row["date"]))
    last: int | None = None
    for row in _listed(columns, "chat_message_join", dated=dated):
        message, chat = integer(row["message"]), integer(row["chat"])
        if message is None or chat is None:
            continue  # a message that is there is then among those that no chat lists
        if row["there"] is None:
            joins.gone.append((message, chat))
        elif message == last:
            joins.again.append((message, chat))
        else:
            joins.add(chat, message, row["date"])
            waiting.pop(message, None)
            last = message
    for message, (place, date) in waiting.items():
        joins.add(place, message, date)
    for row in _unlisted(columns):
        if isinstance(row["message"], int):
            # Of a group's messages the room is known, of others who wrote or was written to.
            joins.add(f"{UNLISTED}:{text(row['room']) or row['handle'] or ''}", row["message"], row["date"])
    if len(columns.database.damage) > before:
        _salvage(columns, joins)
    joins.first_chat = _first_chats(joins)
    return joins


def _salvage(columns: Columns, joins: Joins) -> None:
    """What sorting and joining lost to a bad page: each table alone, from both of its ends."""
    database = columns.database
    chats: dict[int, int | str] = {}
    seen = {message for ids, _ in joins.by_chat.values() for message in ids}
    for direction in ("ASC", "DESC"):
        for table in ("chat_message_join", "chat_recoverable_message_join"):
            if {"chat_id", "message_id"} <= columns.of(table):
                query = f"SELECT message_id, chat_id FROM {table} ORDER BY rowid {direction}"  # noqa: S608 - our names
                for row in selected(database, ("message", "chat"), query):
                    if isinstance(row["message"], int) and isinstance(row["chat"], int):
                        chats.setdefault(row["message"], row["chat"])
        query = f"SELECT rowid FROM message ORDER BY rowid {direction}"  # noqa: S608 - our names
        for row in selected(database, ("message",), query):
            chats.setdefault(row["message"], UNLISTED)
    for message in sorted(chats.keys() - seen):
        # Without its time, by its rowid; a message that is gone is not found when it is fetched.
        joins.add(chats[message], message, None)


def _first_chats(joins: Joins) -> dict[int, int]:
    wanted = {message for message, _ in joins.again}
    return {
        message: chat
        for chat, (ids, _) in joins.by_chat.items()
        if isinstance(chat, int) and wanted
        for message in ids
        if message in wanted
    }


def _listed(columns: Columns, table: str, *, dated: bool) -> Iterator[Row]:
    there = columns.of(table)
    if not {"chat_id", "message_id"} <= there:
        return iter(())
    names = ("message", "chat", "delete_date", "there", "date")
    deleted = "j.delete_date" if "delete_date" in there else "NULL"
    # Two joins of one message follow each other, the older chat first.
    query = (
        f"SELECT j.message_id, j.chat_id, {deleted}, m.rowid, {'m.date' if dated else 'NULL'} FROM {table} j "  # noqa: S608
        "LEFT JOIN message m ON m.rowid = j.message_id ORDER BY j.message_id, j.chat_id"
    )
    return selected(columns.database, names, query)


def _unlisted(columns: Columns) -> Iterator[Row]:
    listed = [
        f"AND m.rowid NOT IN (SELECT message_id FROM {table} "  # noqa: S608 - our names
        "WHERE message_id IS NOT NULL AND typeof(chat_id) = 'integer')"
        for table in ("chat_message_join", "chat_recoverable_message_join")
        if {"chat_id", "message_id"} <= columns.of(table)
    ]
    chosen = columns.pick("message", ("date", "cache_roomnames", "handle_id"), "m")
    query = f"SELECT m.rowid, {chosen} FROM message m WHERE 1 {' '.join(listed)} ORDER BY m.rowid"  # noqa: S608
    return selected(columns.database, ("message", "date", "room", "handle"), query)
