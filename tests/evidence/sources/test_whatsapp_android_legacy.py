"""WhatsApp's Android database: schemas before 2021."""

import sqlite3
from collections import Counter
from pathlib import Path

from tests.support.android import ANN, BEN, GROUP, NOW, Phone
from tests.support.reading import read

from upstander.evidence.sources.whatsapp_android import SOURCE

_SCHEMA = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_from_me INTEGER, key_id TEXT, status INTEGER,
  data TEXT, timestamp INTEGER, media_wa_type TEXT, media_size INTEGER, media_name TEXT, media_hash TEXT,
  origin INTEGER, thumb_image, remote_resource TEXT, received_timestamp INTEGER, receipt_server_timestamp INTEGER,
  receipt_device_timestamp INTEGER, read_device_timestamp INTEGER, participant_hash TEXT, quoted_row_id INTEGER,
  forwarded INTEGER);
CREATE TABLE messages_quotes (_id INTEGER PRIMARY KEY, key_id TEXT, data TEXT, key_from_me INTEGER,
  remote_resource TEXT);
CREATE TABLE chat_list (_id INTEGER PRIMARY KEY, key_remote_jid TEXT, subject TEXT);
CREATE TABLE group_participants (_id INTEGER PRIMARY KEY, gjid TEXT, jid TEXT, admin INTEGER, pending INTEGER);
CREATE TABLE receipts (_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_id TEXT, remote_resource TEXT,
  receipt_device_timestamp INTEGER, read_device_timestamp INTEGER);
INSERT INTO messages (_id, key_remote_jid, key_id, status, timestamp) VALUES (1, '-1', '-1', -1, 0);
"""


def put(connection: sqlite3.Connection, table: str, **columns: object) -> None:
    """Insert one row."""
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))


def old_phone(path: Path) -> Path:
    """A group and a one-to-one chat as a phone of 2018 keeps them."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(_SCHEMA)
    put(connection, "chat_list", key_remote_jid=GROUP, subject="Lates")
    put(connection, "chat_list", key_remote_jid=ANN)
    for jid, admin in (("", 0), (ANN, 1)):
        put(connection, "group_participants", gjid=GROUP, jid=jid, admin=admin, pending=0)
    rows: tuple[dict[str, object], ...] = (
        {"status": 6, "media_size": 11, "remote_resource": ANN, "data": "Lates"},
        {"status": 6, "media_size": 12, "remote_resource": ANN, "thumb_image": b"\xac\xedlist" + BEN.encode() + b"t\0"},
        {"status": 6, "media_size": 13, "remote_resource": BEN},
        {"status": 6, "media_size": 999},
        {"key_from_me": 1, "data": "Running late", "participant_hash": "1:abc"},
        {"remote_resource": ANN, "data": "Noted", "quoted_row_id": 1, "forwarded": 1},
        {"remote_resource": ANN, "media_wa_type": "2", "origin": 1, "media_name": "PTT-1.opus", "media_size": 99},
        {"remote_resource": ANN, "media_wa_type": "15"},
    )
    put(connection, "messages_quotes", key_id="K5", data="Running late", key_from_me=1)
    for number, row in enumerate(rows, 1):
        columns = {"key_remote_jid": GROUP, "key_from_me": 0, "key_id": f"K{number}", "status": 0}
        columns |= {"timestamp": NOW + number, "media_wa_type": "0"}
        put(connection, "messages", **(columns | row))
    for recipient in (ANN, BEN):
        put(connection, "receipts", key_remote_jid=GROUP, key_id="K5", remote_resource=recipient,
            receipt_device_timestamp=NOW, read_device_timestamp=-1)  # fmt: skip
    put(connection, "receipts", key_remote_jid=GROUP, key_id="gone", remote_resource=ANN)
    put(connection, "messages", key_remote_jid=ANN, key_from_me=1, key_id="D1", status=13, data="hello", timestamp=NOW,
        media_wa_type="0", receipt_device_timestamp=NOW + 5, read_device_timestamp=NOW + 9)  # fmt: skip
    connection.close()
    return path


def test_group_of_2018(tmp_path: Path, scratch: Path) -> None:
    """Messages, system events, members, quotes and receipts of the old schema come out."""
    tables = read(SOURCE, old_phone(tmp_path / "a"), scratch=scratch)
    assert len(tables.authored) == 5
    assert [row["event"] for row in tables.system] == ["group_created", "added", "left", "other"]
    assert tables.warned == {"orphan_receipt": 1, "unknown_value": 1}
    group = tables.rows("conversations", kind="group")[0]
    assert (group["title"], group["account"]) == ("Lates", "me")
    members = {row["handle"]: row for row in tables.rows("participants", conversation=group["conversation"])}
    assert {handle: row["standing"] for handle, row in members.items()} == {"me": "member", ANN: "administrator"}
    assert members["me"]["owner"]
    sent, reply, voice, gone = tables.authored[:4]
    assert (sent["author"], sent["roster_digest"], sent["outgoing"]) == ("me", "1:abc", True)
    assert (reply["reply_to"], reply["reply_to_text"], reply["reply_to_author"]) == ("K5", "Running late", "me")
    assert reply["forwarded"]
    assert (voice["kind"], gone["kind"], gone["deleted"]) == ("voice", "deleted", "by_author")
    events = [(row["kind"], row["participant"], row["actor"]) for row in tables.rows("membership_events")]
    assert events == [
        ("current_member", "me", None),
        ("current_member", ANN, None),
        ("created", None, ANN),
        ("added", BEN, ANN),
        ("left", BEN, None),
    ]
    receipts = [(row["target_key"], row["participant"], row["message"] is None) for row in tables.rows("receipts")]
    assert sorted(receipts) == [
        ("D1", ANN, False),
        ("K5", ANN, False),
        ("K5", BEN, False),
        ("receipts:3", ANN, True),
    ]
    assert tables.rows("attachments")[0]["kind"] == "voice"


def test_devices_of_an_old_schema_are_read(tmp_path: Path, scratch: Path) -> None:
    """A schema between the two, old messages beside the tables of devices, gives its members their devices."""
    path = old_phone(tmp_path / "a")
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);"
            "CREATE TABLE user_device (_id INTEGER PRIMARY KEY, user_jid_row_id, device_jid_row_id);"
        )
        for identity, raw in enumerate((ANN, ANN.replace("@", ".0:2@"), ANN.replace("@", ".0:0@")), 1):
            put(connection, "jid", _id=identity, raw_string=raw)
        put(connection, "user_device", user_jid_row_id=1, device_jid_row_id=2)
        put(connection, "user_device", user_jid_row_id=1, device_jid_row_id=3)
        put(connection, "user_device", user_jid_row_id="x", device_jid_row_id=b"x")
    connection.close()
    tables = read(SOURCE, path, scratch=scratch)
    found = {row["handle"]: row["devices"] for row in tables.rows("participants", conversation=tables.rows(
        "conversations", kind="group")[0]["conversation"])}  # fmt: skip
    number = ANN.partition("@")[0]
    assert found == {"me": None, ANN: f"{number}.0:0@s.whatsapp.net,{number}.0:2@s.whatsapp.net"}


def test_both_tables_of_messages_are_read(tmp_path: Path, scratch: Path) -> None:
    """A phone in the middle of its migration keeps messages in both tables; none is lost and none comes twice."""
    phone = Phone(tmp_path / "a")
    phone.put("chat", _id=1, jid_row_id=1)
    phone.put("jid", _id=1, raw_string=GROUP)
    phone.put("jid", _id=2, raw_string=ANN)
    phone.message("new", sender=2)
    phone.connection.executescript(_SCHEMA)
    for identity, key in ((2, "KEY0002"), (3, "OLD")):
        put(phone.connection, "messages", _id=identity, key_remote_jid=GROUP, key_from_me=0, key_id=key, status=0,
            data="old", timestamp=NOW, media_wa_type="0", remote_resource=ANN)  # fmt: skip
    phone.message("moved", sender=2)
    tables = read(SOURCE, phone.close(), scratch=scratch)
    assert [(row["position"], row["text"]) for row in tables.authored] == [(0, "new"), (1, "moved"), (2, "old")]
    assert tables.handles == {ANN}


def test_genuine_database_of_2018(fixtures: Path, scratch: Path) -> None:
    """The genuine database of November 2018: six messages, one of them a call, and one notice."""
    path = fixtures / "whatsapp-android-db" / "KisanThapa+WhatsApp-Database-Decrypter" / "msgstore.db"
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 6
    assert [row["event"] for row in tables.system] == ["encryption_notice"]
    assert len(tables.handles) == 2
    assert Counter(row["kind"] for row in tables.authored) == {"text": 4, "call": 1, "image": 1}
    assert len(tables.rows("receipts")) == 2
    assert tables.warned == {"companion_missing": 1}
    photo = tables.rows("attachments")[0]
    assert (photo["bytes"], len(photo["sha256"])) == (114592, 64)


def test_test_database_of_whatsapp_viewer(fixtures: Path, tmp_path: Path, scratch: Path) -> None:
    """WhatsApp Viewer's own test rows: 42 messages in 21 chats, texts kept as blobs among them."""
    folder = fixtures / "whatsapp-android-db" / "andreas-mausch+whatsapp-viewer"
    connection = sqlite3.connect(tmp_path / "a")
    for name in ("data__msgstore.db.schema.sql", "data__test-database.sql"):
        connection.executescript((folder / name).read_text(encoding="utf-8"))
    connection.close()
    tables = read(SOURCE, tmp_path / "a", scratch=scratch)
    assert (len(tables.authored), len(tables.system), len(tables.rows("conversations"))) == (42, 0, 21)
    kinds = Counter(row["kind"] for row in tables.authored)
    assert kinds == {
        "text": 20, "image": 6, "location": 4, "call": 4, "voice": 3, "document": 2, "gif": 1, "video": 1, "contact": 1,
    }  # fmt: skip
    assert not any(row["text"] is None for row in tables.authored if row["kind"] == "text")
    assert [row["reply_to_text"] for row in tables.authored if row["reply_to"]] == ["Text of first user"]
