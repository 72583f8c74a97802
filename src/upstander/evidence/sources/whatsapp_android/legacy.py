"""Databases before 2021: one wide `messages` table, addresses written out in it, row by row.

A row of status 6 is a system event and keeps its action in `media_size`; a call is a row of status 6 and type 8. The
row whose chat is `-1` is the app's own marker and no message.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.whatsapp_android.arrays import APART, clocks
from upstander.evidence.sources.whatsapp_android.attachments import digest
from upstander.evidence.sources.whatsapp_android.codes import ACTIONS, DELETED, KINDS
from upstander.evidence.sources.whatsapp_android.members import instant
from upstander.evidence.sources.whatsapp_android.people import People, kind_of, select
from upstander.evidence.sources.whatsapp_android.written import MARKER, media_code, quantity, text, titles
from upstander.evidence.sqlite import Database, columns, rows

__all__ = ["read"]

_COLUMNS = (
    "_id", "key_remote_jid", "key_from_me", "key_id", "status", "data", "timestamp", "media_mime_type",
    "media_wa_type", "media_size", "media_name", "media_caption", "media_hash", "origin", "latitude", "longitude",
    "thumb_image", "remote_resource", "received_timestamp", "receipt_server_timestamp", "receipt_device_timestamp",
    "read_device_timestamp", "played_device_timestamp", "recipient_count", "participant_hash", "quoted_row_id",
    "forwarded",
)  # fmt: skip
_SYSTEM_STATUS = 6
_CALLS = (8, 10)
_ADDRESS = re.compile(rb"[0-9][0-9-]{4,40}@(?:s\.whatsapp\.net|lid)")
_FILES = {1: "image", 2: "audio", 3: "video", 9: "document", 13: "gif", 20: "sticker", 26: "document"}


def read(database: Database, document: Document, capture: Capture, people: People, *, beside: bool) -> Iterator[Rows]:
    """Every row of `messages`; with `beside`, those that the newer `message` table does not hold as well."""
    yield from _Reader(database, document, capture, people, beside).rows()


class _Reader:
    def __init__(self, database: Database, document: Document, capture: Capture, people: People, beside: bool) -> None:
        self._database, self._document, self._capture, self._people = database, document, capture, people
        self._beside = beside
        self._titles = titles(database)
        self._members: Mapping[str, list[tuple[Any, ...]]] = defaultdict(list)
        for gjid, *row in select(database, "group_participants", "gjid", "_id", "jid", "admin", "pending"):
            if isinstance(gjid, str):
                self._members[gjid].append(tuple(row))
        self._receipts: dict[tuple[Any, Any], list[tuple[Any, ...]]] = defaultdict(list)
        wanted = (
            "key_remote_jid", "key_id", "_id", "remote_resource", "receipt_device_timestamp", "read_device_timestamp",
            "played_device_timestamp",
        )  # fmt: skip
        if not beside:
            for chat, key, *row in select(database, "receipts", *wanted):
                self._receipts[chat, key].append(tuple(row))
        quotes = select(database, "messages_quotes", "_id", "key_id", "data", "key_from_me", "remote_resource")
        self._quotes = {identity: row for identity, *row in quotes}
        self._known: dict[str, Conversation] = {}
        self._unknown: Counter[tuple[str, int]] = Counter()

    def rows(self) -> Iterator[Rows]:
        for address in () if self._beside else self._titles:
            self._conversation(address)
        there = columns(self._database, "messages")
        chosen = ", ".join(f'm."{name}"' if name in there else "NULL" for name in _COLUMNS)
        only = (
            "WHERE NOT EXISTS (SELECT 1 FROM message n WHERE n._id = m._id AND n.key_id = m.key_id)"
            if self._beside
            else ""
        )
        query = f"SELECT {chosen} FROM messages m {only} ORDER BY m.key_remote_jid, m._id"  # noqa: S608 - own names
        total = max((row[0] for row in select(self._database, "messages", "_id") if isinstance(row[0], int)), default=1)
        done = 0
        for got in rows(self._database, query, size=5_000):
            for values in got:
                self._row(dict(zip(_COLUMNS, values, strict=True)))
            done += len(got)
            yield from self._capture.drain(min(1.0, done / max(total, 1)))
        orphans = [row for rest in self._receipts.values() for row in rest]
        for row in orphans:
            self._capture.add("receipts", exhibit=self._document.file.exhibit, **self._receipt(row))
        if orphans:
            detail = f"{len(orphans)} receipts refer to messages that no longer exist; a sign of deletion, no proof"
            self._capture.warn("orphan_receipt", detail)
        for (what, code), count in sorted(self._unknown.items()):
            detail = f"{what} {code} is not known to this source; {count} rows are kept as unknown or other"
            self._capture.warn("unknown_value", detail)

    def _conversation(self, address: str) -> Conversation:
        known = self._known.get(address)
        if known is not None:
            return known
        kind = kind_of(address)
        people = self._people
        title = self._titles.get(address) or (people.names.get(address) if kind == "direct" else None)
        made = self._capture.conversation(address, kind=kind, platform_key=address, title=title, account=people.owner)
        self._known[address] = made
        for identity, jid, admin, pending in () if self._beside else self._members.get(address, ()):
            handle = people.written(jid)
            if handle is None:
                continue
            ranked = admin in (1, 2)
            standing = "unknown" if pending == 1 else "administrator" if ranked else "member"
            people.describe(made, handle, standing=standing)
            made.membership(
                "current_member",
                participant=handle,
                detail="pending" if pending == 1 else "administrator" if ranked else None,
                evidence="member_table",
                row=f"group_participants:{identity}",
            )
        return made

    def _row(self, row: dict[str, Any]) -> None:
        address, identity = row["key_remote_jid"], row["_id"]
        if address == MARKER:
            return
        if not isinstance(address, str) or not address:
            detail = f"row {identity} of messages names no chat and was left out"
            self._capture.warn("invalid_record", detail, row=f"messages:{identity}")
            return
        conversation = self._conversation(address)
        code = media_code(row["media_wa_type"])
        system = row["status"] == _SYSTEM_STATUS and code not in _CALLS
        mine = row["key_from_me"] == 1
        author = None if system else self._author(row, address, mine)
        place = f"messages-{identity}" if self._beside else identity
        message = conversation.message(
            place,
            row=f"messages:{identity}",
            platform_key=text(row["key_id"]),
            sent_at=instant(row["timestamp"]),
            sent_at_written="" if row["timestamp"] is None else str(text(row["timestamp"])),
            sent_at_precision="millisecond",
            time_zone="UTC",
            time_zone_basis="recorded",
            server_at=instant(row["receipt_server_timestamp"]),
            received_at=instant(row["received_timestamp"]),
            author=author,
            outgoing=None if system else mine,
            kind="system" if system else self._kind(code, row["origin"]),
            event=self._event(row["media_size"]) if system else None,
            text=text(row["data"]),
            forwarded=isinstance(row["forwarded"], int) and row["forwarded"] > 0,
            deleted=None if system else DELETED.get(code),
            recipients=quantity(row["recipient_count"]),
            roster_digest=text(row["participant_hash"]) or None,
            **self._quote(row["quoted_row_id"], address),
        )
        if author is not None:
            self._people.describe(conversation, author)
        if instant(row["timestamp"]) is None:
            detail = f"the time of row {identity} of messages is no time between 1970 and 2100; it has no sent_at"
            self._capture.warn(
                "impossible_date", detail, conversation=conversation.id, message=message, row=f"messages:{identity}"
            )
        device, server = instant(row["timestamp"]), instant(row["receipt_server_timestamp"])
        if mine and not system and device and server and abs(device - server) > APART:
            self._capture.warn(
                "clock_wrong",
                clocks(f"messages:{identity}", device - server),
                conversation=conversation.id,
                message=message,
                row=f"messages:{identity}",
            )
        if system:
            self._membership(conversation, message, row)
        else:
            self._attachment(conversation, message, code, row)
        self._receipts_of(conversation, message, row, address, mine)

    def _author(self, row: dict[str, Any], address: str, mine: bool) -> str:
        if mine:
            return self._people.owner
        sender = row["remote_resource"]
        if isinstance(sender, str) and sender:
            return sender
        return "unknown" if kind_of(address) == "group" else address

    def _kind(self, code: int, origin: Any) -> str:
        kind = KINDS.get(code)
        if kind is None or kind == "system":
            self._unknown["media_wa_type", code] += 1
            return "unknown"
        return "voice" if code == 2 and origin == 1 else kind

    def _event(self, action: Any) -> str:
        known = ACTIONS.get(action) if isinstance(action, int) else None
        if known is None:
            self._unknown["media_size of a system row,", action if isinstance(action, int) else -1] += 1
            return "other"
        return known.event

    def _quote(self, quoted: Any, address: str) -> dict[str, Any]:
        found = self._quotes.get(quoted) if quoted else None
        if found is None:
            return {}
        key, data, mine, sender = found
        author = self._people.owner if mine == 1 else (text(sender) or None)
        if author is None and kind_of(address) != "group":
            author = address
        return {"reply_to": text(key), "reply_to_text": text(data), "reply_to_author": author}

    def _membership(self, conversation: Conversation, message: str, row: dict[str, Any]) -> None:
        action = ACTIONS.get(row["media_size"]) if isinstance(row["media_size"], int) else None
        if action is None or action.membership is None:
            return
        sender = self._people.written(row["remote_resource"])
        blob = row["thumb_image"]
        # The list of those concerned is a serialised Java list of addresses.
        found = _ADDRESS.findall(blob) if isinstance(blob, bytes) else []
        named: list[str | None] = list(dict.fromkeys(jid.decode("ascii") for jid in found))
        actor = sender
        if action.membership == "created":
            named = [None]
        elif not named:
            named, actor = [sender], None
        for handle in named:
            conversation.membership(
                action.membership,
                message=message,
                participant=handle,
                actor=actor if actor != handle else None,
                detail=text(row["data"]) if action.membership in ("created", "number_changed") else None,
                at=instant(row["timestamp"]),
                evidence="system_event",
            )

    def _attachment(self, conversation: Conversation, message: str, code: int, row: dict[str, Any]) -> None:
        kind = KINDS.get(code)
        name, place = text(row["media_name"]) or None, (row["latitude"], row["longitude"])
        if kind == "location":
            written = f"{place[0]},{place[1]}"
            conversation.attachment(message, ordinal=0, kind="location", held="held", name=written)
        elif kind == "contact":
            caption = text(row["data"])
            conversation.attachment(message, ordinal=0, kind="contact", held="absent", name=name, caption=caption)
        elif code in _FILES:
            held = name is not None and self._document.beside(name) is not None
            conversation.attachment(
                message,
                ordinal=0,
                kind="voice" if code == 2 and row["origin"] == 1 else _FILES[code],
                held="held" if held else "absent",
                name=name,
                media_type=text(row["media_mime_type"]) or None,
                bytes=quantity(row["media_size"]),
                sha256=digest(text(row["media_hash"])),
                caption=text(row["media_caption"]) or None,
            )

    def _receipts_of(
        self, conversation: Conversation, message: str, row: dict[str, Any], address: str, mine: bool
    ) -> None:
        for receipt in self._receipts.pop((address, row["key_id"]), ()):
            written = {**self._receipt(receipt), "target_key": text(row["key_id"])}
            conversation.receipt(written.pop("row"), message=message, **written)
        if not mine or kind_of(address) != "direct":
            return
        times = [instant(row[name]) for name in _OWN_TIMES]
        if any(times):
            conversation.receipt(
                f"messages:{row['_id']}",
                message=message,
                target_key=text(row["key_id"]),
                participant=address,
                delivered_at=times[0],
                read_at=times[1],
                played_at=times[2],
            )

    def _receipt(self, row: tuple[Any, ...]) -> dict[str, Any]:
        identity, recipient, delivered, seen, played = row[:5]
        return {
            "row": f"receipts:{identity}",
            "target_key": f"receipts:{identity}",
            "participant": self._people.written(recipient),
            "delivered_at": instant(delivered),
            "read_at": instant(seen),
            "played_at": instant(played),
        }


_OWN_TIMES = ("receipt_device_timestamp", "read_device_timestamp", "played_device_timestamp")
