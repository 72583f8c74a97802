"""Small invented `msgstore.db` files, in a schema of this project's own or in a copy of a genuine empty one."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

#: Milliseconds of 1 March 2024, 08:00 UTC.
NOW = 1_709_280_000_000
OWNER = "447700900100@s.whatsapp.net"
ANN, BEN, CAT = (f"44770090010{i}@s.whatsapp.net" for i in (1, 2, 3))
LID = "205000000000001@lid"
GROUP = "120363000000000001@g.us"

#: The least that a modern database has; columns may be fewer in old ones.
_SCHEMA = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, type INTEGER, raw_string TEXT);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT, account_jid_row_id INTEGER);
CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, from_me, key_id, sender_jid_row_id, recipient_count,
  participant_hash, origin, timestamp, received_timestamp, receipt_server_timestamp, message_type, text_data, sort_id);
CREATE TABLE message_quoted (message_row_id INTEGER PRIMARY KEY, key_id, text_data, from_me, sender_jid_row_id);
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id, edited_timestamp);
CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id, admin_jid_row_id, revoke_timestamp);
CREATE TABLE message_forwarded (message_row_id INTEGER PRIMARY KEY, forward_score);
CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type);
CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id);
CREATE TABLE message_system_number_change (message_row_id INTEGER PRIMARY KEY, old_jid_row_id, new_jid_row_id);
CREATE TABLE message_system_group (message_row_id INTEGER PRIMARY KEY, is_me_joined);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path, file_size, mime_type, file_hash,
  media_caption);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, latitude, longitude, place_name);
CREATE TABLE message_vcard (_id INTEGER PRIMARY KEY, message_row_id, vcard);
CREATE TABLE message_text (message_row_id INTEGER PRIMARY KEY, url, page_title);
CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY, chat_row_id, from_me, sender_jid_row_id, parent_message_row_id,
  timestamp, message_add_on_type);
CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction);
CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY, message_row_id, receipt_user_jid_row_id, receipt_timestamp,
  read_timestamp, played_timestamp);
CREATE TABLE group_participant_user (_id INTEGER PRIMARY KEY, group_jid_row_id, user_jid_row_id, rank, pending,
  add_timestamp);
CREATE TABLE group_participant_device (_id INTEGER PRIMARY KEY, group_participant_row_id, device_jid_row_id);
CREATE TABLE user_device (_id INTEGER PRIMARY KEY, user_jid_row_id, device_jid_row_id);
CREATE TABLE group_past_participant_user (_id INTEGER PRIMARY KEY, group_jid_row_id, user_jid_row_id, is_leave,
  timestamp);
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY, jid_row_id);
CREATE TABLE lid_display_name (lid_row_id INTEGER PRIMARY KEY, display_name);
"""


class Phone:
    """A database that rows can be put into."""

    def __init__(self, path: Path, *, genuine: Path | None = None) -> None:
        """Make it at `path`; with `genuine`, from a copy of that empty database."""
        self.path = path
        if genuine is not None:
            shutil.copyfile(genuine, path)
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = DELETE")
        if genuine is None:
            self.connection.executescript(_SCHEMA)
        self._messages = 0

    def put(self, table: str, **columns: Any) -> None:
        """Insert one row; columns that this schema lacks are left out, those that it requires are filled."""
        shape = {row[1]: row for row in self.connection.execute(f"PRAGMA table_info({table})")}
        columns = {name: value for name, value in columns.items() if name in shape}
        for name, (_, _, kind, required, default, primary) in shape.items():
            if required and default is None and not primary:
                columns.setdefault(name, "" if kind == "TEXT" else 0)
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))

    def message(self, text: Any = None, *, chat: int = 1, sender: int = 0, kind: Any = 0, **columns: Any) -> int:
        """One message, a minute after the one before; sender 0 is the owner."""
        self._messages += 1
        identity = self._messages
        row: dict[str, Any] = {
            "_id": identity,
            "chat_row_id": chat,
            "from_me": int(sender == 0),
            "key_id": f"KEY{identity:04}",
            "sender_jid_row_id": sender,
            "recipient_count": 3 if sender == 0 else 0,
            "timestamp": NOW + identity * 60_000,
            "received_timestamp": NOW + identity * 60_000 + 500,
            "receipt_server_timestamp": NOW + identity * 60_000 + 1000 if sender == 0 else -1,
            "message_type": kind,
            "text_data": text,
            "sort_id": identity,
        }
        self.put("message", **(row | columns))
        return identity

    def event(self, action: int, *, sender: int = 0, about: tuple[int, ...] = (), text: str | None = None) -> int:
        """One system event of the group."""
        identity = self.message(text, sender=sender, kind=7)
        self.put("message_system", message_row_id=identity, action_type=action)
        for jid in about:
            self.put("message_system_chat_participant", message_row_id=identity, user_jid_row_id=jid)
        return identity

    def close(self) -> Path:
        """Finish it."""
        self.connection.close()
        return self.path


def team(path: Path, *, genuine: Path | None = None) -> Path:
    """A group of five with everything this source reads, and a one-to-one chat."""
    phone = Phone(path, genuine=genuine)
    for identity, raw in enumerate((OWNER, ANN, BEN, CAT, LID, GROUP), 1):
        user, _, server = raw.partition("@")
        phone.put("jid", _id=identity, user=user, server=server, type=0, raw_string=raw)
    phone.put("chat", _id=1, jid_row_id=6, subject="Earlies: B team", account_jid_row_id=6)
    phone.put("chat", _id=2, jid_row_id=2, subject=None, account_jid_row_id=2)
    phone.put("jid_map", lid_row_id=5, jid_row_id=4)
    phone.put("lid_display_name", lid_row_id=5, display_name="Cat")
    ranks = ((1, 2), (2, 1), (5, 0))
    for place, (jid, rank) in enumerate(ranks, 1):
        phone.put("group_participant_user", _id=place, group_jid_row_id=6, user_jid_row_id=jid, rank=rank,
                  pending=0, add_timestamp=NOW)  # fmt: skip
    phone.put("group_past_participant_user", _id=1, group_jid_row_id=6, user_jid_row_id=3, is_leave=0,
              timestamp=NOW + 600_000)  # fmt: skip
    # Ann's computer is known to the table of accounts only, Cat's to that of the group only; the owner's are in none.
    devices: tuple[tuple[str, int | None, int | None], ...] = (
        ("447700900101.0:0", 2, 2),
        ("447700900101.0:14", 2, None),
        ("205000000000001.0:3", None, 3),
    )
    for identity, (raw, account, member) in enumerate(devices, 7):
        server = "lid" if member == 3 else "s.whatsapp.net"
        phone.put("jid", _id=identity, user=raw, server=server, type=17, raw_string=f"{raw}@{server}")
        if account:
            phone.put("user_device", user_jid_row_id=account, device_jid_row_id=identity)
        if member:
            phone.put("group_participant_device", group_participant_row_id=member, device_jid_row_id=identity)
    phone.put("user_device", user_jid_row_id=99, device_jid_row_id=7)
    phone.event(11, sender=1, text="Earlies: B team")  # 1
    phone.event(12, sender=1, about=(2, 3))  # 2
    first = phone.message("Who is on earlies?", participant_hash="2:47DEQpj8")  # 3
    answer = phone.message("Me", sender=2)  # 4
    phone.put("message_quoted", message_row_id=answer, key_id="KEY0003", text_data="Who is on earlies?", from_me=1)
    photo = phone.message("look at this", sender=5, kind=1)  # 5
    phone.put("message_media", message_row_id=photo, file_path="Media/IMG-1.jpg", file_size=1234,
              mime_type="image/jpeg", file_hash="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")  # fmt: skip
    gone = phone.message(None, sender=3, kind=15)  # 6
    phone.put("message_revoked", message_row_id=gone, revoked_key_id="FIRSTKEY", revoke_timestamp=NOW + 500_000)
    removed = phone.message(None, sender=3, kind=64)  # 7
    phone.put("message_revoked", message_row_id=removed, admin_jid_row_id=2, revoke_timestamp=NOW + 510_000)
    phone.event(14, sender=2, about=(3,))  # 8
    edited = phone.message("corrected", sender=2)  # 9
    phone.put("message_edit_info", message_row_id=edited, original_key_id="KEY0009", edited_timestamp=NOW + 900_000)
    forwarded = phone.message("passed on", sender=2)  # 10
    phone.put("message_forwarded", message_row_id=forwarded, forward_score=1)
    phone.message("hello", chat=2, sender=0)  # 11
    phone.message("hello yourself", chat=2, sender=0, from_me=0)  # 12: one to one, no sender in the row
    place = phone.message(None, sender=2, kind=5)  # 13
    phone.put("message_location", message_row_id=place, latitude=51.5, longitude=-0.1, place_name="Yard")
    entered = phone.event(12, sender=2, about=(1,))  # 14: this is how a phone says whose it is
    phone.put("message_system_group", message_row_id=entered, is_me_joined=1)
    for jid, read in ((2, NOW + 400_000), (3, None)):
        phone.put("receipt_user", message_row_id=first, receipt_user_jid_row_id=jid, receipt_timestamp=NOW + 190_000,
                  read_timestamp=read)  # fmt: skip
    phone.put("receipt_user", message_row_id=999, receipt_user_jid_row_id=2, receipt_timestamp=NOW)
    for identity, (parent, chat, sender, mine) in enumerate(((3, 1, 2, 0), (11, 2, -1, 0), (888, 1, 3, 0)), 1):
        phone.put("message_add_on", _id=identity, chat_row_id=chat, from_me=mine, key_id=f"ADD{identity}",
                  sender_jid_row_id=sender, parent_message_row_id=parent, timestamp=NOW + 700_000,
                  message_add_on_type=56)  # fmt: skip
        phone.put("message_add_on_reaction", message_add_on_row_id=identity, reaction="👍")
    return phone.close()
