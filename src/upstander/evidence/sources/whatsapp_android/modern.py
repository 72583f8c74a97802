"""Databases of 2021 and later: `message`, `chat` and `jid`."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.whatsapp_android.arrays import clocks
from upstander.evidence.sources.whatsapp_android.attachments import Carried
from upstander.evidence.sources.whatsapp_android.codes import ACTIONS
from upstander.evidence.sources.whatsapp_android.members import Members
from upstander.evidence.sources.whatsapp_android.messages import Chat, Converted, Converter
from upstander.evidence.sources.whatsapp_android.order import ABSENT, Ordered
from upstander.evidence.sources.whatsapp_android.people import People, kind_of, select
from upstander.evidence.sources.whatsapp_android.receipts import Receipts
from upstander.evidence.sqlite import Database, columns, has
from upstander.evidence.sqlite_columns import Kind, scan
from upstander.model import batch

__all__ = ["read"]

#: Tables without which something that matters is unknown.
_EXPECTED = {
    "message_system": "the meanings of system events",
    "receipt_user": "receipts",
    "group_participant_user": "the members of groups",
}
#: Columns that every version seen has, and what is unknown without one.
_EXPECTED_COLUMNS = (
    ("message", "message_type", "the kinds of messages, and which are system events,"),
    ("message", "from_me", "the owner's own messages"),
    ("message", "sender_jid_row_id", "the authors in groups"),
    ("message", "timestamp", "the times of messages"),
    ("message", "text_data", "the texts of messages"),
    ("message_system", "action_type", "the meanings of system events"),
)
#: Columns of `message` that are read, where they are there.
_COLUMNS: dict[str, Kind] = {
    "chat_row_id": "integer",
    "sort_id": "integer",
    "from_me": "integer",
    "sender_jid_row_id": "integer",
    "recipient_count": "integer",
    "timestamp": "integer",
    "received_timestamp": "integer",
    "receipt_server_timestamp": "integer",
    "message_type": "integer",
    "origin": "integer",
    "key_id": "text",
    "participant_hash": "text",
    "text_data": "text",
}
#: Messages of one batch.
_BATCH = 50_000


def read(database: Database, document: Document, capture: Capture, people: People) -> Iterator[Rows]:
    """Every row of the database; people's names and the owner are known already."""
    reader = _Reader(database, document, capture, people)
    yield from reader.rows()


class _Reader:
    def __init__(self, database: Database, document: Document, capture: Capture, people: People) -> None:
        self._database, self._document, self._capture, self._people = database, document, capture, people
        self._ordered = Ordered(
            scan(database, "message", _COLUMNS), chat="chat_row_id", sort="sort_id", scratch=document.scratch
        )
        self._conversations: dict[int, Conversation] = {}
        self._chats: dict[int, Chat] = {}
        self._jids: dict[int, int | None] = {}
        self._make_chats()
        file = document.file
        self._converter = Converter(database, people, self._chats, file.exhibit, file.member)
        self._carried = Carried(database, document, self._converter)
        self._receipts = Receipts(database, people, file.exhibit)
        self._members = Members(database, people)
        self._system = self._system_details()

    def rows(self) -> Iterator[Rows]:
        total = self._ordered.rows or 1
        done = 0
        waiting: list[pa.RecordBatch] = []
        count = 0
        for chat in self._chats:
            jid = self._jids[chat]
            if jid is not None:
                self._members.add(self._conversations[chat], jid)
            for rows in self._ordered.of(chat):
                for begin in range(0, rows.num_rows, _BATCH):
                    piece = rows.slice(begin, _BATCH)
                    waiting.append(piece)
                    count += piece.num_rows
                    if count >= _BATCH:
                        done += count
                        yield from self._give(waiting, done / total)
                        waiting, count = [], 0
            yield from self._capture.drain(done / total)
        if waiting:
            yield from self._give(waiting, 1.0)
        for chat, state in self._chats.items():
            self._conversations[chat].skip(state.positions)
            for code in sorted(state.authors):
                self._people.describe(self._conversations[chat], self._converter.authors[code])
        yield from self._lost()
        self._warn()

    def _give(self, waiting: list[pa.RecordBatch], done: float) -> Iterator[Rows]:
        got = self._converter.convert(pa.concat_batches(waiting))
        done = min(done, 1.0)
        yield Rows(table="messages", batch=got.messages, done=done)
        yield from self._carried.rows(got, done)
        yield from self._receipts.rows(got, done)
        self._membership(got)
        for place in got.impossible.tolist():
            row = got.messages.column("row")[place].as_py()
            written = got.messages.column("sent_at_written")[place].as_py()
            self._capture.warn(
                "impossible_date",
                f"the time {written or 'nothing'} of {row} is no time between 1970 and 2100; it has no sent_at",
                conversation=got.conversations[place].as_py(),
                message=got.names[place].as_py(),
                row=row,
            )
        for place, ahead in zip(*(part.tolist() for part in got.clocks), strict=True):
            row = got.messages.column("row")[place].as_py()
            self._capture.warn(
                "clock_wrong",
                clocks(row, ahead),
                conversation=got.conversations[place].as_py(),
                message=got.names[place].as_py(),
                row=row,
            )
        yield from self._capture.drain(done)

    def _make_chats(self) -> None:
        taken: set[str] = set()
        wanted = ("_id", "jid_row_id", "subject", "last_read_message_row_id")
        for identity, jid, subject, read in select(self._database, "chat", *wanted):
            if isinstance(identity, int):
                self._make_chat(identity, jid, subject, taken, read)
        absent = [chat for chat in self._ordered.chats if chat not in self._chats]
        for chat in absent:
            self._make_chat(chat, None, None, taken)
        if absent:
            detail = f"messages of {len(absent)} conversations refer to rows of chat that do not exist; they were kept"
            self._capture.warn("missing_reference", detail)

    def _make_chat(self, identity: int, jid: Any, subject: Any, taken: set[str], read: Any = None) -> None:
        address = self._people.handle(jid)
        key = address or f"chat:{identity}"
        if key in taken:
            key = f"{key}#chat:{identity}"
        taken.add(key)
        kind = kind_of(address) if address else "unknown"
        title = subject if isinstance(subject, str) and subject else None
        if title is None and kind == "direct" and address:
            linked = self._people.linked.get(address)
            title = self._people.names.get(address) or (self._people.names.get(linked) if linked else None)
        # 0 and 1 stand for a conversation that was never opened.
        through = f"message:{read}" if isinstance(read, int) and read > 1 else None
        conversation = self._capture.conversation(
            key, kind=kind, platform_key=address, title=title, account=self._people.owner, read_through=through
        )
        self._conversations[identity] = conversation
        other = address if kind in ("direct", "broadcast") and address else "unknown"
        self._chats[identity] = Chat(conversation.id, other)
        self._jids[identity] = jid if isinstance(jid, int) else None

    def _system_details(self) -> dict[str, dict[int, list[tuple[Any, ...]]]]:
        """The tables that say whom a system event is about, by message."""
        found: dict[str, dict[int, list[tuple[Any, ...]]]] = {}
        for table, *wanted in (
            ("message_system_chat_participant", "user_jid_row_id"),
            ("message_system_number_change", "old_jid_row_id", "new_jid_row_id"),
            ("message_system_group", "is_me_joined"),
        ):
            rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
            for message, *values in select(self._database, table, "message_row_id", *wanted):
                rows[message].append(tuple(values))
            found[table] = rows
        return found

    def _membership(self, got: Converted) -> None:
        """What the system events of a batch say of who was in the conversation."""
        places = np.flatnonzero(got.system)
        which, at = self._converter.system.one(got.ids[places])
        actions = self._converter.system.numbers("action_type", at)
        for place, code in zip(places[which].tolist(), actions.tolist(), strict=True):
            action = ACTIONS.get(code)
            if action is None or action.membership is None:
                continue
            identity = int(got.ids[place])
            sender: str | None = self._converter.authors[int(got.senders[place])]
            if sender == "unknown" or kind_of(sender or "") == "group":
                sender = None
            conversation = self._conversations[int(got.chats[place])]
            text = got.messages.column("text")[place].as_py()
            common: dict[str, Any] = {
                "message": got.names[place].as_py(),
                "at": got.sent[place].cast("int64").as_py(),
                "evidence": "system_event",
            }
            for who, actor, detail in self._concerned(identity, action.membership, sender, text):
                conversation.membership(action.membership, participant=who, actor=actor, detail=detail, **common)

    def _concerned(
        self, identity: int, kind: str, sender: str | None, text: str | None
    ) -> Iterator[tuple[str | None, str | None, str | None]]:
        """Whom a membership event is about, who did it, and what else is said."""
        people = self._people
        if kind == "number_changed":
            for old, new in self._system["message_system_number_change"].get(identity, ()):
                yield people.handle(old), None, people.handle(new)
                return
            yield sender, None, text
            return
        if kind == "created":
            yield None, sender, text
            return
        listed = [people.handle(jid) for (jid,) in self._system["message_system_chat_participant"].get(identity, ())]
        # A database that lists nobody names the one concerned as the sender.
        named = list(dict.fromkeys(handle for handle in listed if handle))
        joined = any(flag == 1 for (flag,) in self._system["message_system_group"].get(identity, ()))
        if joined and people.owner not in named and kind in ("added", "joined"):
            named.append(people.owner)
        if not named:
            yield sender, None, None
        for handle in named:
            yield handle, (sender if sender != handle else None), None

    def _lost(self) -> Iterator[Rows]:
        """Receipts and reactions whose message is gone."""
        ids = self._ordered.ids()
        orphans = 0
        for rows in self._receipts.orphans(ids):
            orphans += rows.batch.num_rows
            yield rows
        if orphans:
            detail = (
                f"{orphans} receipts refer to message rows that no longer exist; a sign of deletion or expiry, no proof"
            )
            self._capture.warn("orphan_receipt", detail)
        columns, chats = self._carried.lost(ids)
        placed = [self._conversations.get(int(chat)) for chat in chats]
        columns["conversation"] = [found.id if found else None for found in placed]
        keep = [i for i, found in enumerate(placed) if found]
        if placed:
            detail = f"{len(placed)} reactions refer to message rows that no longer exist; a sign of deletion, no proof"
            self._capture.warn("missing_reference", detail)
        if keep:
            made = batch("reactions", {n: _chosen(v, keep) for n, v in columns.items()}, rows=len(keep))
            yield Rows(table="reactions", batch=made, done=1.0)

    def _warn(self) -> None:
        warn, converter = self._capture.warn, self._converter
        for table, what in _EXPECTED.items():
            if self._ordered.rows and not has(self._database, table):
                warn("missing_table", f"{self._document.file.name} has no table {table}, so {what} are not known")
        for table, name, what in _EXPECTED_COLUMNS if self._ordered.rows else ():
            if (there := columns(self._database, table)) and name not in there:
                warn("missing_table", f"{self._document.file.name}: {table} has no column {name}; {what} are not known")
        self._unknown("message", "message_type", converter.unknown_types, "messages are kept as unknown")
        self._unknown("message_system", "action_type", converter.unknown_actions, "events are kept as other")
        if converter.unknown_senders:
            detail = f"{converter.unknown_senders} messages name no sender that exists; their author is kept as unknown"
            warn("missing_reference", detail)

    def _unknown(self, table: str, column: str, codes: dict[int, int], kept: str) -> None:
        for code, count in sorted(codes.items()):
            if code != ABSENT:
                detail = f"{column} {code} is not known to this source; {count} {kept}"
            elif column in columns(self._database, table):
                detail = f"{count} {kept}, because their {column} is empty"
            else:
                continue  # the column is missing, which was said once
            self._capture.warn("unknown_value", detail)


def _chosen(values: Any, keep: list[int]) -> Any:
    return values.take(keep) if isinstance(values, pa.Array) else [values[i] for i in keep]
