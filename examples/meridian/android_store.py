"""Tables of one Android phone that stay while messages come and go: addresses, chats, members, devices, contacts."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

from meridian.addresses import Addresses
from meridian.cast import Source
from meridian.truth import Exhibit
from meridian.world import World


class Store:
    """An open msgstore.db. A row is a dict; columns and tables that the schema lacks are dropped."""

    def __init__(self, world: World, source: Source, schema: str) -> None:
        self.world, self.source = world, source
        self.schema = files(__package__).joinpath(schema).read_text(encoding="utf-8")
        self.addresses = Addresses(world, source)
        self.chats: dict[str, int] = {}
        self.handles: dict[str, set[str]] = {c: set() for c in source.conversations}
        self.db: sqlite3.Connection
        self._columns: dict[str, list[str]] = {}
        self._jids: dict[str, int] = {}

    def create(self, path: Path, exhibit: Exhibit) -> None:
        """Make the file with everything but its messages."""
        self.db = sqlite3.connect(path)
        self.db.executescript(self.schema)
        self._open(exhibit)

    def insert(self, table: str, **row: object) -> int:
        """Add a row and give its number; 0 where there is no such table."""
        if table not in self._columns:
            known = self.db.execute(f"SELECT name FROM pragma_table_info('{table}')")
            self._columns[table] = [name for (name,) in known]
        if not self._columns[table]:
            return 0
        kept = {name: value for name, value in row.items() if name in self._columns[table]}
        marks = ", ".join("?" * len(kept))
        sql = f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks})"
        return self.db.execute(sql, list(kept.values())).lastrowid or 0

    def jid(self, raw: str) -> int:
        """The row of an address, made when first needed."""
        if raw not in self._jids:
            user, server = raw.split("@")
            kind = {"g.us": 1, "lid": 18}.get(server, 0)
            device = None
            if ":" in user:
                user, _, number = user.partition(".0:")
                kind, device = 17, int(number)
            row = self.insert("jid", user=user, server=server, agent=0, device=device or 0, type=kind, raw_string=raw)
            self._jids[raw] = row
        return self._jids[raw]

    def person(self, person: str, ms: int) -> int:
        """The row of the address that a person had at an instant."""
        return self.jid(self.addresses.at(person, ms))

    def _open(self, exhibit: Exhibit) -> None:
        """The chats, and who was in them when the phone was taken."""
        owner = self.addresses.at(self.source.owner, self.source.taken_ms)
        exhibit.owner_handle = owner
        self.insert("android_metadata", locale="en_GB")
        for conversation in self.source.conversations:
            plot, taken = self.world.plot.conversations[conversation], self.source.taken_ms
            raw = self.addresses.chat(conversation)
            exhibit.conversations[conversation] = raw
            group = plot.kind == "group"
            self.chats[conversation] = self.insert(
                "chat", jid_row_id=self.jid(raw), hidden=0, archived=0, created_timestamp=plot.since_ms,
                subject=self.world.title(conversation, taken) if group else None, account_jid_row_id=self.jid(raw),
                group_member_count=len(self.world.members[conversation].at(taken)) if group else None,
            )  # fmt: skip
            if group:
                self._members(conversation, raw)
        for person in self.addresses.people():
            for raw in self.addresses.all_of(person):
                for key, device in enumerate(self.addresses.devices(person, raw)):
                    self.insert("user_device", user_jid_row_id=self.jid(raw), device_jid_row_id=self.jid(device),
                                 key_index=key)  # fmt: skip
            linked = self.addresses.linked(person)
            if linked:
                name = self.world.plot.people[person].push
                self.insert("lid_display_name", lid_row_id=self.jid(linked), display_name=name)
                if person != "quill":  # one address that only other exhibits can resolve
                    phone = self.addresses.phone(person, self.source.taken_ms)
                    self.insert("jid_map", lid_row_id=self.jid(linked), jid_row_id=self.jid(phone))

    def _members(self, conversation: str, raw: str) -> None:
        members, taken = self.world.members[conversation], self.source.taken_ms
        administrators = self.world.administrators(conversation, taken)
        for person in members.at(taken):
            since = max(s.since_ms for s in members.of(person))
            handle = self.addresses.at(person, taken)
            row = self.insert("group_participant_user", group_jid_row_id=self.jid(raw), pending=0, add_timestamp=since,
                               user_jid_row_id=self.jid(handle), rank=int(person in administrators))  # fmt: skip
            for device in self.addresses.devices(person, handle):
                self.insert("group_participant_device", group_participant_row_id=row, sent_sender_key=1,
                             device_jid_row_id=self.jid(device))  # fmt: skip
            self.handles[conversation].add(handle)
        for spell in members.past(taken):
            if "group_past_participant_user" in self.schema:
                handle = self.addresses.at(spell.person, spell.until_ms or 0)
                self.handles[conversation].add(handle)
                self.insert("group_past_participant_user", group_jid_row_id=self.jid(raw), timestamp=spell.until_ms,
                             user_jid_row_id=self.jid(handle), is_leave=int(spell.ended == "left"))  # fmt: skip

    def contacts(self, path: Path) -> None:
        """Write wa.db, the contact list."""
        with sqlite3.connect(path) as db:
            db.execute(
                "CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL,"
                " is_whatsapp_user BOOLEAN NOT NULL, status TEXT, status_timestamp INTEGER, number TEXT,"
                " raw_contact_id INTEGER, display_name TEXT, phone_type INTEGER, phone_label TEXT,"
                " unseen_msg_count INTEGER, photo_ts INTEGER, thumb_ts INTEGER, photo_id_timestamp INTEGER,"
                " given_name TEXT, family_name TEXT, wa_name TEXT, sort_name TEXT, nickname TEXT, company TEXT,"
                " title TEXT, is_spam_reported BOOLEAN)"
            )
            rows = [(jid, number, name, push) for jid, number, name, push in self.addresses.contacts()]
            db.executemany(
                "INSERT INTO wa_contacts (jid, is_whatsapp_user, number, display_name, wa_name) VALUES (?, 1, ?, ?, ?)",
                rows,
            )
        db.close()
