"""What the database keeps of messages that it no longer holds: guids in lists of deletions to be synchronised.

Such a guid says that a message was there and was deleted; not by whom, when, or what it said.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from upstander.evidence.sources.imessage.chats import Chats
from upstander.evidence.sources.imessage.schema import Columns, selected
from upstander.evidence.sources.imessage.values import target_of, text

__all__ = ["Guids", "read_guids", "warn_of_traces"]

#: Tables of guids, and the columns of the message's and of the chat's guid.
_TABLES = (
    ("deleted_messages", "guid", None),
    ("sync_deleted_messages", "guid", None),
    ("unsynced_removed_recoverable_messages", "message_guid", "chat_guid"),
)


@dataclass(frozen=True, slots=True)
class Guids:
    """Guids that something refers to, and those of them that are there."""

    wanted: frozenset[str]
    held: frozenset[str]


def read_guids(columns: Columns) -> Guids:
    """Every guid that a reaction, reply or deletion names, and which of them are messages here."""
    wanted: set[str] = set()
    there = columns.of("message")
    for name in ("associated_message_guid", "thread_originator_guid"):
        if name in there:
            query = f"SELECT DISTINCT {name} FROM message WHERE {name} IS NOT NULL"  # noqa: S608 - our names
            for row in selected(columns.database, ("guid",), query):
                wanted.add(target_of(row["guid"])[0] or "")
    for _, guid, _, _ in _deleted(columns):
        wanted.add(guid)
    held: set[str] = set()
    if wanted:
        for row in selected(columns.database, ("guid",), "SELECT guid FROM message"):
            there_is = text(row["guid"]) or ""
            if there_is in wanted:
                held.add(there_is)
    return Guids(frozenset(wanted), frozenset(held))


def warn_of_traces(columns: Columns, chats: Chats, guids: Guids) -> None:
    """One warning for every guid of a deleted message that is not there any more."""
    said: set[str] = set()
    for table, guid, chat, number in _deleted(columns):
        if guid in guids.held or guid in said:
            continue
        said.add(guid)
        known = chats.by_guid.get(chat or "")
        detail = f"{table} keeps the guid {guid} of a message that is not here; it was deleted, by whom it does not say"
        where = known.conversation.id if known else None
        chats.capture.warn("deletion_trace", detail, row=f"{table}:{number}", conversation=where)
    for row in columns.all("sync_deleted_chats", ("rowid", "guid")):
        gone = text(row["guid"])
        if gone and gone not in chats.by_guid:
            detail = f"sync_deleted_chats keeps the guid {gone} of a chat that is not here; it was deleted"
            chats.capture.warn("deletion_trace", detail, row=f"sync_deleted_chats:{row['rowid']}")


def _deleted(columns: Columns) -> Iterator[tuple[str, str, str | None, int]]:
    for table, name, chat in _TABLES:
        names = ("rowid", name, *([chat] if chat else []))
        for row in columns.all(table, names):
            guid = text(row[name])
            if guid:
                yield table, guid, text(row[chat]) if chat else None, row["rowid"]
