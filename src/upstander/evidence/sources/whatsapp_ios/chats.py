"""Conversations of one ChatStorage, and what its member tables say of who was in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.whatsapp_ios.accounts import Accounts
from upstander.evidence.sources.whatsapp_ios.schema import Columns, selected
from upstander.evidence.sources.whatsapp_ios.values import instant, integer, jid, text
from upstander.evidence.sqlite import Database

__all__ = ["Chat", "Chats"]

_CHAT = ("Z_PK", "ZCONTACTJID", "ZPARTNERNAME", "ZSESSIONTYPE")
_MEMBER = ("Z_PK", "ZCHATSESSION", "ZMEMBERJID", "ZISACTIVE", "ZISADMIN")
_CHANGE = ("Z_PK", "ZCHANGEDATE", "ZCHANGETYPE", "ZGROUPJID", "ZMEMBERJIDS", "ZPHASHBEFORECHANGE")
_KINDS = {"g.us": "group", "broadcast": "broadcast", "newsletter": "broadcast", "status_me": "broadcast"}
_SESSIONS: dict[int | None, str] = {0: "direct", 1: "group", 3: "broadcast", 4: "group"}


@dataclass
class Chat:
    """One row of ZWACHATSESSION, or the place of one that is gone."""

    conversation: Conversation
    kind: str
    #: Address of the group or of the other party.
    address: str | None
    #: Who made the group, where ZWAGROUPINFO says it.
    creator: str | None = None
    #: Authors of whom all is noted that is known.
    noted: set[str] = field(default_factory=set)


@dataclass
class Chats:
    """Every conversation, by the key that messages refer to."""

    capture: Capture
    accounts: Accounts
    by_key: dict[int | None, Chat] = field(default_factory=dict)
    #: Member rows, by the key that messages refer to.
    members: dict[int | None, str] = field(default_factory=dict)

    def read(self, database: Database, columns: Columns) -> None:
        """Make every conversation that the chat list names, also those without messages."""
        if not columns.of("ZWACHATSESSION"):
            self.capture.warn("missing_table", "there is no table ZWACHATSESSION; chats have no names here")
        else:
            query = f"SELECT {columns.pick('ZWACHATSESSION', _CHAT)} FROM ZWACHATSESSION ORDER BY Z_PK"  # noqa: S608
            for row in selected(database, _CHAT, query):
                key = integer(row["Z_PK"])
                if key is not None:
                    self._make(key, text(row["ZCONTACTJID"]), text(row["ZPARTNERNAME"]), row["ZSESSIONTYPE"])
        if {"ZCHATSESSION", "ZCREATORJID"} <= columns.of("ZWAGROUPINFO"):
            query = "SELECT ZCHATSESSION, ZCREATORJID FROM ZWAGROUPINFO ORDER BY Z_PK"
            for row in selected(database, ("chat", "creator"), query):
                chat = self.by_key.get(integer(row["chat"]))
                if chat is not None:
                    chat.creator = jid(row["creator"])
        if {"Z_PK", "ZMEMBERJID"} <= columns.of("ZWAGROUPMEMBER"):
            query = "SELECT Z_PK, ZMEMBERJID FROM ZWAGROUPMEMBER"
            for row in selected(database, ("key", "jid"), query):
                handle = text(row["jid"])
                if handle:
                    self.members[integer(row["key"])] = jid(handle) or handle

    def of(self, key: object) -> Chat:
        """The chat that a message refers to; made here, with a warning, where the chat list lacks it."""
        number = integer(key)
        chat = self.by_key.get(number)
        if chat is None:
            row = f"ZWACHATSESSION:{number}" if number is not None else None
            detail = f"messages refer to chat {number}, which is not in the chat list; they are kept without its name"
            chat = self._make(number, None, None, None)
            self.capture.warn("missing_reference", detail, row=row, conversation=chat.conversation.id)
        return chat

    def read_members(self, database: Database, columns: Columns) -> None:
        """Participants and membership events from ZWAGROUPMEMBERSCHANGE and ZWAGROUPMEMBER."""
        self._changes(database, columns)
        if not columns.of("ZWAGROUPMEMBER"):
            self.capture.warn("missing_table", "there is no table ZWAGROUPMEMBER; members who never wrote are unknown")
            return
        query = f"SELECT {columns.pick('ZWAGROUPMEMBER', _MEMBER)} FROM ZWAGROUPMEMBER ORDER BY Z_PK"  # noqa: S608
        addressed = self._addressed_by_lid(database, columns)
        for row in selected(database, _MEMBER, query):
            chat = self.by_key.get(integer(row["ZCHATSESSION"]))
            handle = self.members.get(integer(row["Z_PK"]))
            place = f"ZWAGROUPMEMBER:{row['Z_PK']}"
            if chat is None or handle is None:
                detail = f"member {place} has no chat or no address and was left out"
                self.capture.warn("missing_reference", detail, row=place)
                continue
            self._member(chat, handle, row, place, lids=row["ZCHATSESSION"] in addressed)

    def _make(self, key: int | None, address: str | None, title: str | None, session: object) -> Chat:
        server = (address or "").rpartition("@")[2]
        kind = _KINDS.get(server) or ("direct" if server in {"s.whatsapp.net", "c.us", "lid"} else None)
        kind = kind or _SESSIONS.get(integer(session), "unknown")
        conversation = self.capture.conversation(
            f"ZWACHATSESSION:{key}",
            kind=kind,
            platform_key=address,
            title=title,
            account=self.accounts.owner,
        )
        chat = self.by_key[key] = Chat(conversation, kind, jid(address))
        return chat

    def _addressed_by_lid(self, database: Database, columns: Columns) -> set[int]:
        """Groups whose active members are LIDs: an inactive LID is a past member there, elsewhere perhaps not."""
        if not {"ZISACTIVE", "ZCHATSESSION", "ZMEMBERJID"} <= columns.of("ZWAGROUPMEMBER"):
            return set()
        query = (
            "SELECT DISTINCT ZCHATSESSION FROM ZWAGROUPMEMBER WHERE ZISACTIVE = 1 AND ZMEMBERJID LIKE '%@lid' "
            "AND typeof(ZCHATSESSION) = 'integer'"
        )
        return {row["chat"] for row in selected(database, ("chat",), query)}

    def _member(self, chat: Chat, handle: str, row: dict[str, Any], place: str, *, lids: bool) -> None:
        conversation = chat.conversation
        active, admin = integer(row["ZISACTIVE"]), integer(row["ZISADMIN"])
        known = self.accounts.known(handle)
        if active:
            standing = "administrator" if admin else "member"
        elif active == 0 and (lids or not handle.endswith("@lid")):
            standing = "past_member"
        else:
            standing = "unknown"
        conversation.participant(handle, standing=standing, **known)
        if standing != "unknown":
            conversation.membership(
                "past_member" if standing == "past_member" else "current_member",
                participant=handle,
                detail="administrator" if standing == "administrator" else None,
                evidence="member_table",
                row=place,
            )

    def _changes(self, database: Database, columns: Columns) -> None:
        table = "ZWAGROUPMEMBERSCHANGE"
        if not columns.of(table):
            return
        groups: dict[str | None, Chat] = {chat.address: chat for chat in self.by_key.values() if chat.address}
        query = f"SELECT {columns.pick(table, _CHANGE)} FROM {table} ORDER BY Z_PK"  # noqa: S608 - our names
        codes: dict[str, int] = {}
        for row in selected(database, _CHANGE, query):
            chat, place = groups.get(jid(row["ZGROUPJID"])), f"{table}:{row['Z_PK']}"
            if chat is None:
                detail = f"a change of members, {place}, is of a group that is not in the chat list; it was left out"
                self.capture.warn("missing_reference", detail, row=place)
                continue
            code = str(row["ZCHANGETYPE"])
            codes[code] = codes.get(code, 0) + 1
            before = text(row["ZPHASHBEFORECHANGE"])
            detail = f"ZCHANGETYPE {code}" + (f", roster digest before it {before}" if before else "")
            for handle in _handles(text(row["ZMEMBERJIDS"])):
                chat.conversation.membership(
                    "changed",
                    participant=handle,
                    detail=detail,
                    at=instant(row["ZCHANGEDATE"]),
                    evidence="member_table",
                    row=place,
                )
        for code, count in sorted(codes.items()):
            detail = f"{count} changes of members have ZCHANGETYPE {code}, which does not say if people came or went"
            self.capture.warn("unknown_value", detail, row=table)


def _handles(written: str | None) -> Iterator[str | None]:
    found = [part for part in re.split(r"[,;\s]+", written or "") if part]
    for part in found:
        yield jid(part) or part
    if not found:
        yield None
