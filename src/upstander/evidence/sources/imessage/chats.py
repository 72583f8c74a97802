"""Conversations of one database: rows of `chat`, those of one group taken together, and who is in them."""

from dataclasses import dataclass, field

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.imessage.handles import OWNER_UNKNOWN, Handles
from upstander.evidence.sources.imessage.joins import UNLISTED, Joins
from upstander.evidence.sources.imessage.schema import Columns, Row
from upstander.evidence.sources.imessage.values import integer, number_of, text

__all__ = ["Chat", "Chats"]

_CHAT = (
    *("rowid", "guid", "style", "chat_identifier", "service_name", "room_name", "display_name", "group_id"),
    *("account_login", "last_addressed_handle"),
)
_KINDS: dict[int | None, str] = {43: "group", 45: "direct"}
_SERVICES = {"imessage": "imessage", "imessagelite": "imessage", "sms": "sms", "rcs": "rcs"}
#: group_id that stands for none.
_NO_GROUP = frozenset({"", "00000000-0000-0000-0000-000000000000"})


@dataclass
class Chat:
    """One conversation while it is read."""

    conversation: Conversation
    kind: str
    #: The account's address in it.
    account: str
    #: The other party of a one-to-one exchange.
    other: str | None
    #: Rows of `chat` that it is made of, the newest first.
    rows: list[int | str]
    noted: set[str] = field(default_factory=set)

    def note(self, handle: str, *, standing: str | None = None) -> None:
        """Make a handle a participant, with its number."""
        if handle not in self.noted or standing is not None:
            self.noted.add(handle)
            own = handle == self.account
            self.conversation.participant(handle, number=number_of(handle), standing=standing, owner=own)


@dataclass
class Chats:
    """Every conversation."""

    capture: Capture
    columns: Columns
    handles: Handles
    joins: Joins
    every: list[Chat] = field(default_factory=list)
    #: By guid of a chat row, for tables that name it so.
    by_guid: dict[str, Chat] = field(default_factory=dict)
    _rows: dict[int, Row] = field(default_factory=dict)

    def read(self) -> None:
        """Make every conversation, also those without messages, and read the lists of members."""
        for row in self.columns.all("chat", _CHAT):
            if isinstance(row["rowid"], int):
                self._rows[row["rowid"]] = row
        if not self.handles.owners:
            # No message tells under which address it went: the chats may.
            self.handles.owners.update(filter(None, map(self.handles.account, self._rows.values())))
        by_row: dict[int | str, Chat] = {}
        for rows in self._together():
            chat = self._make(rows)
            by_row |= dict.fromkeys(rows, chat)
        for key in [key for key in self.joins.by_chat if key not in by_row]:
            by_row[key] = self._roomed(key) or self._lost(key)
        self._members(by_row)
        self._say_odd(by_row)

    def _together(self) -> list[list[int]]:
        """Rows of `chat`, those of one group in one list: a group's row is made anew when a member changes address."""
        first: dict[tuple[str, str], int] = {}
        leader: dict[int, int] = {}

        def of(key: int) -> int:
            while leader[key] != key:
                key = leader[key]
            return key

        for key, row in self._rows.items():
            leader[key] = key
            if integer(row["style"]) != 43:
                continue
            for name in ("group_id", "room_name"):
                value = text(row[name]) or ""
                if value not in _NO_GROUP:
                    one, other = sorted((of(first.setdefault((name, value), key)), of(key)))
                    leader[other] = one
        lists: dict[int, list[int]] = {}
        for key in self._rows:
            lists.setdefault(of(key), []).append(key)
        return list(lists.values())

    def _make(self, rows: list[int]) -> Chat:
        # What the newest row says is what the group is called and where the account is reached now.
        newest = sorted(rows, key=lambda key: (self.joins.latest.get(key, 0), key), reverse=True)
        records = [self._rows[key] for key in newest]
        kind = _kind(records[0])
        account = next(filter(None, map(self.handles.account, records)), None) or self.handles.owner
        identifier = text(records[0]["chat_identifier"])
        title = next(filter(None, (text(row["display_name"]) for row in records)), None)
        group = text(records[0]["group_id"]) or ""
        group = group if group not in _NO_GROUP else text(records[0]["room_name"]) or ""
        services = [_service(row) for row in records]
        platform = "imessage" if "imessage" in services else services[0]
        conversation = self.capture.conversation(
            f"chat:{min(rows)}",
            kind=kind,
            platform="mms" if platform == "sms" and kind == "group" else platform,
            platform_key=(group if kind == "group" else "") or text(records[0]["guid"]) or identifier,
            title=title or (identifier if kind == "direct" else None),
            account=account if account != OWNER_UNKNOWN else None,
        )
        chat = Chat(conversation, kind, account, identifier if kind == "direct" else None, [*newest])
        self.every.append(chat)
        for row in records:
            self.by_guid.setdefault(text(row["guid"]) or "", chat)
        if account != OWNER_UNKNOWN:
            chat.note(account)
        return chat

    def _roomed(self, key: int | str) -> Chat | None:
        """The group whose room messages name that no chat lists."""
        room = str(key).removeprefix(f"{UNLISTED}:")
        found = next((row for row in self._rows.values() if room and room == row["room_name"]), None)
        chat = self.by_guid.get(text(found["guid"]) or "") if found else None
        if chat is not None:
            chat.rows.append(key)
            count = len(self.joins.by_chat[key][0])
            detail = f"{count} messages of the room {room} stand in no list of messages; they were read with its group"
            self.capture.warn("missing_reference", detail, row="message", conversation=chat.conversation.id)
        return chat

    def _lost(self, key: int | str) -> Chat:
        """A conversation for messages whose chat is gone, or that no chat lists."""
        count = len(self.joins.by_chat[key][0])
        owner = self.handles.owner
        named = str(key).removeprefix(UNLISTED).removeprefix(":") if isinstance(key, str) else ""
        handle = self.handles.by_key.get(int(named)) if named.isdecimal() and len(named) < 19 else None
        conversation = self.capture.conversation(
            f"chat:{key}",
            kind="unknown",
            platform_key=None if handle else named or None,
            title=handle,
            account=owner if owner != OWNER_UNKNOWN else None,
        )
        if isinstance(key, int):
            detail = (
                f"{count} messages refer to chat {key}, which is not in the chat list; they are kept without its name"
            )
        else:
            detail = (
                f"{count} messages stand in no chat, perhaps because it was deleted; those of one room, or with one "
                "party, are kept as a conversation"
            )
        self.capture.warn("missing_reference", detail, row=f"chat:{key}", conversation=conversation.id)
        self.every.append(Chat(conversation, "unknown", owner, None, [key]))
        return self.every[-1]

    def _members(self, by_row: dict[int | str, Chat]) -> None:
        if not {"chat_id", "handle_id"} <= self.columns.of("chat_handle_join"):
            detail = "there is no table chat_handle_join; members who never wrote are unknown"
            self.capture.warn("missing_table", detail)
            return
        names = ("rowid", "chat_id", "handle_id")
        listed: dict[tuple[int, str], tuple[str, bool, str]] = {}
        by_id = {id(chat): chat for chat in self.every}
        for row in self.columns.all("chat_handle_join", names):
            key = integer(row["chat_id"])
            chat, handle = by_row.get(key) if key is not None else None, self.handles.of(row["handle_id"])
            place = f"chat_handle_join:{row['rowid']}"
            if chat is None or key is None or handle is None:
                detail = f"member {place} has no chat or no address and was left out"
                self.capture.warn("missing_reference", detail, row=place)
                continue
            now = key == chat.rows[0]
            known = listed.get((id(chat), handle))
            if known is None or (now and not known[1]):
                listed[id(chat), handle] = (place, now, text(self._rows.get(key, {}).get("guid")) or "")
        for (number, handle), (place, now, guid) in listed.items():
            chat = by_id[number]
            chat.note(handle, standing="member" if now else "unknown")
            if chat.kind != "direct":
                chat.conversation.membership(
                    "current_member" if now else "changed",
                    participant=handle,
                    detail=None if now else f"in the member list of {guid}, an older row of this group",
                    evidence="member_table",
                    row=place,
                )

    def _say_odd(self, by_row: dict[int | str, Chat]) -> None:
        warn = self.capture.warn
        if any(chat.account == OWNER_UNKNOWN for chat in self.every):
            detail = "the database does not tell the address of its own account; its messages may have the author me"
            warn("author_uncertain", detail)
        for message, key in self.joins.again:
            chat, first = by_row.get(key), by_row.get(self.joins.first_chat.get(message, key))
            if chat is not first:
                where = first.conversation.id if first else None
                detail = f"message:{message} stands in chat {key} too; it was read in the first of its chats alone"
                warn("duplicate_record", detail, row=f"chat_message_join:{key}/{message}", conversation=where)
        for message, key in self.joins.gone:
            detail = f"chat {key} lists message {message}, which is not there any more"
            lister = by_row.get(key)
            where = lister.conversation.id if lister else None
            warn("deletion_trace", detail, row=f"message:{message}", conversation=where)


def _kind(row: Row) -> str:
    known = _KINDS.get(integer(row["style"]))
    guid = text(row["guid"]) or ""
    return known or ("group" if ";+;" in guid else "direct" if ";-;" in guid else "unknown")


def _service(row: Row) -> str:
    written = text(row["service_name"]) or (text(row["guid"]) or "").partition(";")[0]
    return _SERVICES.get(written.lower(), "imessage" if not written or written == "any" else "unknown")
