"""Who is who: addresses (jids), linked ids (LIDs), saved and profile names, and whose phone it is."""

import re
from dataclasses import dataclass, field
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document
from upstander.evidence.sqlite import Database, columns, has, open_database, rows

__all__ = ["OWNER", "People", "contacts", "kind_of", "people", "select"]

#: Handle of the phone's own account where the database does not name it.
OWNER = "me"

#: Addresses that stand for the phone's own account.
_SELF = frozenset({"", "status_me", "lid_me", "status_me@", "lid_me@", "me"})
_PHONE = re.compile(r"([0-9]{5,15})(?:[.:][0-9:.]*)?@(?:s\.whatsapp\.net|c\.us)")
_CONTACTS = "wa.db"


@dataclass
class People:
    """The addresses of one database."""

    #: `jid._id` to handle.
    handles: dict[int, str] = field(default_factory=dict)
    #: Handle to the other address of the same account: LID to phone, phone to LID.
    linked: dict[str, str] = field(default_factory=dict)
    #: Handle to name: as saved in the phone's contacts, else as the account shows itself.
    names: dict[str, str] = field(default_factory=dict)
    #: Handle to the addresses of the account's devices, on the day of the extraction.
    devices: dict[str, set[str]] = field(default_factory=dict)
    owner: str = OWNER

    def handle(self, jid: Any) -> str | None:
        """Handle of the `jid` row; None where there is none."""
        return self.handles.get(jid) if isinstance(jid, int) else None

    def written(self, jid: Any) -> str | None:
        """Handle for an address as older databases write it, the whole string in the row."""
        if not isinstance(jid, str):
            return None
        return self.owner if jid in _SELF else jid

    def describe(self, conversation: Conversation, handle: str, **columns: Any) -> None:
        """Make `handle` a participant with all that is known of it."""
        linked = self.linked.get(handle)
        mine = self.owner in (handle, linked)
        conversation.participant(
            handle,
            name=self.names.get(handle) or (self.names.get(linked) if linked else None),
            number=number(handle) or (number(linked) if linked else None),
            linked_id=linked,
            devices=",".join(sorted(self.devices.get(handle, ()))) or None,
            owner=mine or None,
            **columns,
        )


def number(handle: str) -> str | None:
    """Telephone number in a phone address, as +digits."""
    found = _PHONE.fullmatch(handle)
    return f"+{found[1]}" if found else None


def kind_of(address: str) -> str:
    """Kind of conversation by the server part of its address."""
    server = address.rpartition("@")[2]
    if server == "g.us":
        return "group"
    if server in ("s.whatsapp.net", "c.us", "lid"):
        return "direct"
    return "broadcast" if server in ("broadcast", "newsletter") else "unknown"


def people(database: Database, names: dict[str, str]) -> People:
    """The addresses of `database`, with the `names` of a contact list."""
    known = People(names=names)
    known.owner = _owner(database)
    for identity, raw, user, server in select(database, "jid", "_id", "raw_string", "user", "server"):
        if not isinstance(identity, int):
            continue
        if not isinstance(raw, str) or not raw:
            raw = f"{user}@{server}" if user and server else str(user or "")
        known.handles[identity] = known.owner if raw in _SELF else raw
    for lid, phone in select(database, "jid_map", "lid_row_id", "jid_row_id"):
        one, other = known.handle(lid), known.handle(phone)
        if one and other and one != other:
            known.linked[one] = other
            known.linked.setdefault(other, one)
    for lid, name, own in select(database, "lid_display_name", "lid_row_id", "display_name", "username"):
        handle, text = known.handle(lid), name or own
        if handle and isinstance(text, str):
            known.names.setdefault(handle, text)
    _devices(database, known)
    return known


def _devices(database: Database, known: People) -> None:
    """The devices of each account, from the table of accounts and from those of groups: neither need have them all."""
    members = dict(select(database, "group_participant_user", "_id", "user_jid_row_id"))
    listed = select(database, "group_participant_device", "group_participant_row_id", "device_jid_row_id")
    of_groups = [(members.get(member), device) for member, device in listed]
    for user, device in (*select(database, "user_device", "user_jid_row_id", "device_jid_row_id"), *of_groups):
        handle, address = known.handle(user), known.handle(device)
        if handle and address and "@" in address and "," not in address:
            known.devices.setdefault(handle, set()).add(address)


def _owner(database: Database) -> str:
    """The account's own address, where the database proves it; `chat.account_jid_row_id` is the other party's.

    A system event that says "I joined" and is about one person names the owner. All such events must agree, and the
    owner's address never sent a message that is not the owner's.
    """
    joined = {
        message for message, me in select(database, "message_system_group", "message_row_id", "is_me_joined") if me == 1
    }
    about: dict[Any, list[Any]] = {}
    for message, jid in select(database, "message_system_chat_participant", "message_row_id", "user_jid_row_id"):
        if message in joined:
            about.setdefault(message, []).append(jid)
    named = {jids[0] for jids in about.values() if len(jids) == 1 and isinstance(jids[0], int)}
    if len(named) != 1:
        return OWNER
    owner = named.pop()
    if {"from_me", "sender_jid_row_id", "message_type"} <= columns(database, "message"):
        query = "SELECT 1 FROM message WHERE from_me = 0 AND sender_jid_row_id = ? AND message_type <> 7 LIMIT 1"
        if any(rows(database, query, (owner,))):
            return OWNER
    for identity, raw in select(database, "jid", "_id", "raw_string"):
        if identity == owner and isinstance(raw, str) and raw not in _SELF:
            return raw
    return OWNER


def contacts(document: Document, capture: Capture) -> dict[str, str]:
    """Names in the `wa.db` that came with the document: as saved, else as the account shows itself."""
    file = document.beside(_CONTACTS)
    names: dict[str, str] = {}
    if file is None:
        return names
    try:
        database = open_database(document, file)
    except SourceError as problem:
        capture.warn(problem.kind, f"contact names are missing: {problem}")
        return names
    try:
        wanted = ("jid", "display_name", "wa_name", "given_name", "nickname")
        for jid, *written in select(database, "wa_contacts", *wanted):
            name = next((text for text in written if isinstance(text, str) and text), None)
            if isinstance(jid, str) and name:
                names.setdefault(jid, name)
        for damage in database.damage:
            capture.warn("damaged_database", damage)
    finally:
        database.close()
    return names


def select(database: Database, table: str, *wanted: str, limit: int = -1) -> list[tuple[Any, ...]]:
    """The `wanted` columns of a small table in its own order, None for those it lacks; nothing where it is absent."""
    if not has(database, table):
        return []
    there = columns(database, table)
    chosen = ", ".join(f'"{name}"' if name in there else "NULL" for name in wanted)
    query = f'SELECT {chosen} FROM "{table}" ORDER BY rowid LIMIT {limit:d}'  # noqa: S608 - names are this module's own
    return [row for got in rows(database, query) for row in got]
