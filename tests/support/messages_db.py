"""Writes small databases of Apple Messages for tests."""

import plistlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["COCOA", "NOW", "MessagesDatabase", "archived", "messages_db", "stream", "summary"]

COCOA = 978_307_200
#: Seconds since 2001 of the first message of an invented database: 8 March 2023, 20:26:40 UTC.
NOW = 700_000_000

_NEW = {
    "message": (
        *("guid UNIQUE", "text", "replace", "service_center", "handle_id", "subject", "country", "attributedBody"),
        *("version", "type", "service", "account", "account_guid", "error", "date", "date_read", "date_delivered"),
        *("is_delivered", "is_finished", "is_from_me", "is_read", "is_system_message", "is_sent", "is_forward"),
        *("cache_has_attachments", "cache_roomnames", "is_audio_message", "date_played", "item_type", "other_handle"),
        *("group_title", "group_action_type", "share_status", "share_direction", "associated_message_guid"),
        *("balloon_bundle_id", "payload_data", "associated_message_type", "associated_message_emoji"),
        *("message_summary_info", "destination_caller_id", "reply_to_guid", "thread_originator_guid"),
        *("date_retracted", "date_edited", "part_count", "schedule_type", "schedule_state"),
    ),
    "chat": (
        *("guid UNIQUE", "style", "state", "account_id", "chat_identifier", "service_name", "room_name"),
        *("account_login", "is_archived", "last_addressed_handle", "display_name", "group_id", "is_recovered"),
    ),
    "handle": ("id", "country", "service", "uncanonicalized_id", "person_centric_id"),
    "attachment": (
        *("guid UNIQUE", "filename", "uti", "mime_type", "transfer_state", "is_outgoing", "transfer_name"),
        *("total_bytes", "is_sticker", "hide_attachment"),
    ),
    "deleted_messages": ("guid",),
    "sync_deleted_messages": ("guid", "recordID"),
    "sync_deleted_chats": ("guid", "recordID", "timestamp"),
    "unsynced_removed_recoverable_messages": ("chat_guid", "message_guid", "part_index"),
}
_JOINS = """
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date, PRIMARY KEY (chat_id, message_id));
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER, UNIQUE (chat_id, handle_id));
CREATE TABLE message_attachment_join (message_id, attachment_id, UNIQUE (message_id, attachment_id));
"""
_RECOVERABLE = """
CREATE TABLE chat_recoverable_message_join (chat_id INTEGER, message_id INTEGER, delete_date, ck_sync_state,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE recoverable_message_part (chat_id INTEGER, message_id INTEGER, part_index INTEGER, delete_date, part_text,
  ck_sync_state, PRIMARY KEY (chat_id, message_id, part_index));
"""
_OLD = {
    "message": (
        *("guid UNIQUE", "text", "handle_id", "subject", "service", "account", "date", "date_read", "date_delivered"),
        *("is_from_me", "is_read", "cache_has_attachments", "item_type", "other_handle", "group_title"),
    ),
    "chat": ("guid UNIQUE", "style", "chat_identifier", "service_name", "room_name", "account_login", "display_name"),
    "handle": ("id", "country", "service", "uncanonicalized_id"),
    "attachment": ("guid UNIQUE", "filename", "mime_type", "transfer_name", "total_bytes"),
}


class MessagesDatabase(sqlite3.Connection):
    """A database being written."""

    def insert(self, table: str, **columns: Any) -> None:
        """Add one row."""
        marks = ", ".join("?" * len(columns))
        self.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values()))

    def chat(self, key: int, guid: str, *handles: int, **columns: Any) -> None:
        """Add a chat with its current members."""
        service, style, identifier = guid.split(";")
        columns.setdefault("style", 43 if style == "+" else 45)
        columns.setdefault("chat_identifier", identifier)
        self.insert("chat", ROWID=key, guid=guid, service_name=service, **columns)
        for handle in handles:
            self.insert("chat_handle_join", chat_id=key, handle_id=handle)

    def message(self, key: int, chat: int | None, text: str | None = None, **columns: Any) -> None:
        """Add a message, a minute after the one before it, with the guid `M1`, `M2` and so on."""
        columns.setdefault("guid", f"M{key}")
        columns.setdefault("date", (NOW + key * 60) * 1_000_000_000)
        columns.setdefault("is_from_me", 0)
        self.insert("message", ROWID=key, text=text, **columns)
        if chat is not None:
            self.insert("chat_message_join", chat_id=chat, message_id=key)

    def attach(self, key: int, message: int, **columns: Any) -> None:
        """Add an attachment of a message."""
        self.insert("attachment", ROWID=key, guid=f"at_{key}", **columns)
        self.insert("message_attachment_join", message_id=message, attachment_id=key)


@contextmanager
def messages_db(path: Path, *, old: bool = False, unique: bool = True) -> Iterator[MessagesDatabase]:
    """A database at `path` with the columns of iOS 26, or of iOS 6 where `old`; guids are `unique`, as is right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, factory=MessagesDatabase)
    try:
        for table, columns in (_OLD if old else _NEW).items():
            written = ", ".join(columns if unique else (column.removesuffix(" UNIQUE") for column in columns))
            connection.execute(f"CREATE TABLE {table} (ROWID INTEGER PRIMARY KEY, {written})")
        connection.executescript(_JOINS if old else _JOINS + _RECOVERABLE)
        yield connection
    finally:
        connection.close()


def stream(text: str, *transfers: str) -> bytes:
    """An attributed text as Messages archives it; each transfer is a place of its own in front of the text."""
    marks = "\ufffc" * len(transfers)
    raw = (marks + text).encode()
    out = (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85"
        b"\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+" + _length(raw) + b"\x86"
    )
    for number, guid in enumerate(transfers, start=1):
        out += b"\x84\x02iI" if number == 1 else b"\x97"
        out += bytes([number, 1]) + b"\x92\x84"
        # The class is written out once, and then named by its number.
        out += b"\x84\x84\x0cNSDictionary\x00\x94\x84\x01i" if number == 1 else b"\x98\x99"
        out += b"\x01\x92\x84\x96\x96" + _length(b"__kIMFileTransferGUIDAttributeName") + b"\x86"
        out += b"\x92\x84\x96\x96" + _length(guid.encode()) + b"\x86\x86"
    return out + b"\x86"


def _length(raw: bytes) -> bytes:
    if len(raw) < 0x80:
        return bytes([len(raw)]) + raw
    short = len(raw) < 0x8000
    return (b"\x81" if short else b"\x82") + len(raw).to_bytes(2 if short else 4, "little") + raw


def summary(versions: dict[int, list[tuple[str, float]]], *, unsent: tuple[int, ...] = (), parts: int = 1) -> bytes:
    """A message_summary_info with these versions of its parts."""
    written: dict[str, Any] = {"otr": {str(part): {"lo": 0, "le": 1} for part in range(parts)}}
    if versions:
        written["ec"] = {
            str(part): [{"t": stream(text), "d": at} for text, at in entries] for part, entries in versions.items()
        }
    if unsent:
        written["rp"] = list(unsent)
    return plistlib.dumps(written, fmt=plistlib.FMT_BINARY)


def archived(root: dict[str, Any]) -> bytes:
    """A dictionary of texts, numbers and such dictionaries as NSKeyedArchiver keeps it."""
    objects: list[Any] = ["$null"]

    def add(value: Any) -> plistlib.UID:
        place = len(objects)
        objects.append(None)
        if isinstance(value, dict):
            keys, values = [add(key) for key in value], [add(item) for item in value.values()]
            objects[place] = {"NS.keys": keys, "NS.objects": values}
        else:
            objects[place] = value
        return plistlib.UID(place)

    top = {"root": add(root)}
    whole = {"$version": 100_000, "$archiver": "NSKeyedArchiver", "$top": top, "$objects": objects}
    return plistlib.dumps(whole, fmt=plistlib.FMT_BINARY)
