"""Small invented databases, backups and mails, for the fuzzers to start from."""

import base64
import io
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.support.android import GROUP, NOW, team
from tests.support.chat_storage import bytes_field, chat_storage, message, number, own_jid, packed, text_field
from tests.support.made_signal import ME, RECOVERY, SAMPLE, binary, delimited, encrypted, wire
from tests.support.messages_db import NOW as APPLE_NOW
from tests.support.messages_db import archived, messages_db, stream, summary
from tests.support.teams_store import mri, teams_store
from wa_crypt_tools.lib.db.db14 import Database14
from wa_crypt_tools.lib.db.db15 import Database15
from wa_crypt_tools.lib.key.key14 import Key14
from wa_crypt_tools.lib.key.key15 import Key15
from wa_crypt_tools.lib.props import Props

from upstander.evidence.sources.signal_backup.keys import backup_id, backup_key, derive

__all__ = ["KEYS", "LOG", "MADE"]

#: Stands between a database and its write-ahead log in one input of the fuzzers.
LOG = b"\x00=== its log ===\x00"
_KEY14 = Key14(key=b"k" * 32)
_KEY15 = Key15(keyarray=bytes(range(32)))
#: The key files that open the encrypted seeds, by the names that they have beside a backup.
KEYS: dict[str, bytes] = {
    "key": _KEY14.dump(),
    "encrypted_backup.key": bytes(range(32)),
    "signal.key": f"{RECOVERY}\n{ME[1]}\n".encode(),
}

_ANNA, _BELA, _ME = (f"44770090030{i}@s.whatsapp.net" for i in (1, 2, 3))

_LEGACY = f"""
CREATE TABLE messages (_id INTEGER PRIMARY KEY, key_remote_jid, key_from_me, key_id, status, data, timestamp,
  media_wa_type, media_size, media_name, media_hash, origin, thumb_image, remote_resource, received_timestamp,
  receipt_server_timestamp, receipt_device_timestamp, read_device_timestamp, participant_hash, quoted_row_id,
  forwarded);
CREATE TABLE messages_quotes (_id INTEGER PRIMARY KEY, key_id, data, key_from_me, remote_resource);
CREATE TABLE chat_list (_id INTEGER PRIMARY KEY, key_remote_jid, subject);
CREATE TABLE group_participants (_id INTEGER PRIMARY KEY, gjid, jid, admin, pending);
CREATE TABLE receipts (_id INTEGER PRIMARY KEY, key_remote_jid, key_id, remote_resource, receipt_device_timestamp,
  read_device_timestamp);
INSERT INTO chat_list VALUES (1, '{GROUP}', 'Lates');
INSERT INTO group_participants VALUES (1, '{GROUP}', '{_ANNA}', 1, 0);
INSERT INTO messages_quotes VALUES (1, 'K2', 'Running late', 1, NULL);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_wa_type, media_size,
  thumb_image, remote_resource, quoted_row_id, forwarded, origin) VALUES
  (1, '{GROUP}', 0, 'K1', 6, NULL, {NOW}, '0', 12, x'aced6c697374{_BELA.encode().hex()}7400', '{_ANNA}', 0, 0, 0),
  (2, '{GROUP}', 1, 'K2', 0, 'Running late', {NOW} + 1, '0', 0, NULL, NULL, 0, 0, 0),
  (3, '{GROUP}', 0, 'K3', 0, 'Noted', {NOW} + 2, '0', 0, NULL, '{_ANNA}', 1, 1, 0),
  (4, '{GROUP}', 0, 'K4', 0, NULL, {NOW} + 3, '2', 99, NULL, '{_ANNA}', 0, 0, 1);
INSERT INTO receipts VALUES (1, '{GROUP}', 'K2', '{_ANNA}', {NOW} + 9, -1), (2, '{GROUP}', 'gone', '{_ANNA}', 1, 2);
"""


def _small(path: Path) -> bytes:
    """The database at `path` in pages of 512 bytes, so that its whole structure is within the fuzzer's reach."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA page_size = 512")
    connection.execute("VACUUM")
    connection.close()
    return path.read_bytes()


def _modern(folder: Path) -> bytes:
    return _small(team(folder / "msgstore.db"))


def _legacy(folder: Path) -> bytes:
    connection = sqlite3.connect(folder / "old.db")
    connection.executescript(_LEGACY)
    connection.close()
    return _small(folder / "old.db")


def _logged(folder: Path) -> bytes:
    """A database whose newest message is in its log alone."""
    path = folder / "logged.db"
    path.write_bytes(_modern(folder))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("UPDATE message SET text_data = 'in the log' WHERE _id = 3")
    both = path.read_bytes() + LOG + Path(f"{path}-wal").read_bytes()
    connection.close()
    return both


def _ios(folder: Path) -> bytes:
    with chat_storage(folder / "ios") as database:
        database.chat(1, GROUP, "Lates 3", 1)
        database.chat(2, _ANNA, "Anna", 0)
        database.member(1, 1, _ANNA, active=1, admin=1)
        database.member(2, 1, _BELA, active=0)
        database.execute("INSERT INTO ZWAPROFILEPUSHNAME (ZJID, ZPUSHNAME) VALUES (?, 'anna a')", (_ANNA,))
        database.change(1, GROUP, _BELA, kind=2)
        receipt = bytes_field(1, packed("447700900301")) + number(4, 60) + number(5, 120)
        reaction = text_field(1, "K2") + text_field(2, _ANNA) + text_field(3, "👍") + number(4, 1_700_000_000_000)
        database.info(1, bytes_field(2, receipt) + number(3, 1_700_000_000) + bytes_field(7, bytes_field(1, reaction)))
        database.insert("ZWAMEDIAITEM", {"Z_PK": 1, "ZMEDIALOCALPATH": "Media/1.jpg", "ZFILESIZE": 9, "ZTITLE": "yard"})
        database.insert(
            "ZWAMEDIAITEM", {"Z_PK": 2, "ZMETADATA": text_field(5, "K2") + text_field(6, _ANNA) + number(17, 1)}
        )
        database.message(
            message(1, 1, kind=6, event=12, member=1),
            message(2, 1, text="kettle on?", own=True, info=1, push=own_jid(_ME)),
            message(3, 1, kind=1, member=1) | {"ZMEDIAITEM": 1},
            message(4, 1, text="yes", member=2, flags=1 << 7) | {"ZMEDIAITEM": 2, "ZPARENTMESSAGE": 2},
            message(5, 1, kind=6, event=2, member=2, text=f"{_ANNA},{_BELA}"),
            message(6, 1, kind=14, member=1),
            message(7, 2, text="ok", sender=_ANNA),
        )
    return _small(folder / "ios" / "ChatStorage.sqlite")


def _teams(folder: Path) -> bytes:
    with teams_store(folder / "teams" / "Skype.sqlite") as store:
        store.insert("ZTHREAD", ZTSID="19:lates@thread.v2", ZTHREADTOPIC="Lates", ZTHREADTYPE="chat")
        store.insert("ZTHREADMEMBER", ZTHREAD=1, ZMRI=mri("anna"), ZROLE="Admin")
        store.insert("ZUSER", ZTSID=mri("anna"), ZDISPLAYNAME="Anna")
        added = f"<addmember><initiator>{mri('anna')}</initiator><target>{mri('bela')}</target></addmember>"
        store.message(1, 1_622_383_466_000, added, kind="ThreadActivity/AddMember", author="19:lates@thread.v2")
        reacted = '[{"key":"like","users":[{"mri":"8:orgid:bela","time":1622383470000}]}]'
        store.message(
            2,
            1_622_383_467_000,
            "<p>kettle on?</p>",
            ZTS_ISSENTBYME=1,
            properties={"emotions": reacted, "edittime": "1"},
        )
    return _small(folder / "teams" / "Skype.sqlite")


def _apple(folder: Path) -> bytes:
    path = folder / "apple" / "chat.db"
    with messages_db(path) as database:
        for key, handle in enumerate(("+447700900301", "bela@example.org"), start=1):
            database.insert("handle", ROWID=key, id=handle, service="iMessage")
        database.chat(1, "iMessage;+;chat1", 1, 2, group_id="G1", display_name="Lates 3")
        database.chat(2, "iMessage;+;chat2", 1, group_id="G1", last_addressed_handle="+447700900309")
        database.message(1, 1, handle_id=1, item_type=1, group_action_type=0, other_handle=2)
        database.message(2, 1, attributedBody=stream("kettle on?", "at_1"), handle_id=1, cache_has_attachments=1)
        database.attach(1, 2, filename="~/Library/SMS/Attachments/aa/1.jpg", mime_type="image/jpeg")
        database.message(3, 2, handle_id=2, associated_message_guid="p:0/M2", associated_message_type=2001)
        edits = summary({0: [("a", APPLE_NOW), ("b", APPLE_NOW + 9.5)]})
        database.message(4, 2, is_from_me=1, message_summary_info=edits, date_edited=APPLE_NOW)
        link = archived({"richLinkMetadata": {"originalURL": "https://example.org", "title": "Rota"}})
        url = "com.apple.messages.URLBalloonProvider"
        database.message(5, None, handle_id=1, balloon_bundle_id=url, payload_data=link, thread_originator_guid="M2")
        database.insert("chat_recoverable_message_join", chat_id=2, message_id=5, delete_date=APPLE_NOW)
        part = {"chat_id": 1, "message_id": 2, "part_index": 1, "part_text": stream("c")}
        database.insert("recoverable_message_part", **part)
        database.insert("deleted_messages", guid="X1")
    return _small(path)


def _crypt15(folder: Path) -> bytes:
    props = Props(wa_version="2.24.1.1", jid="00", backup_version=1)
    encrypted: bytes = Database15(iv=b"v" * 16).encrypt(_KEY15, props, zlib.compress(_modern(folder), 1))
    return encrypted


def _crypt14(folder: Path) -> bytes:
    props = Props(wa_version="2.21.1.1", jid="00", backup_version=1)
    plain = zlib.compress(_modern(folder), 1)
    encrypted: bytes = Database14(iv=b"v" * 16).encrypt(_KEY14, props, plain)
    return encrypted


_MANIFEST = """{"version": "2.0.0", "participants": [{"id": "p1", "display": "Vale", "email": "v@example.org"}],
"conversations": [{"id": "c1", "platform": "whatsapp", "type": "channel", "display": "Late turn", "custodian": "p1",
  "participants": ["p1"]}],
"events": [{"type": "join", "id": "e0", "participant": "p1", "conversation": "c1", "timestamp": "2018-03-01T09:29:00Z"},
 {"type": "message", "id": "e1", "participant": "p1", "conversation": "c1", "body": "ok", "importance": "normal",
  "timestamp": "2018-03-01T09:30:00Z", "reactions": [{"value": "+1", "count": 1, "participants": ["p1"]}],
  "attachments": [{"id": "1.jpg", "display": "1.jpg", "size": 1}], "read_receipts": [{"participant": "p1",
  "action": "read", "timestamp": "2018-03-01T09:31:00Z"}], "edits": [{"participant": "p1", "previous": "oj",
  "timestamp": "2018-03-01T09:32:00Z"}], "custom": [{"name": "a", "value": "b"}]},
 {"type": "message", "id": "e2", "parent": "e1", "participant": "p2", "conversation": "c1", "body": "no",
  "timestamp": "2018-03-01T09:33:00+01:00", "deleted": true}]}"""


def _zip(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("rsmf_manifest.json", _MANIFEST)
        archive.writestr("1.jpg", b"\xff\xd8\xff")
    return stream.getvalue()


def _mail(folder: Path) -> bytes:
    return (
        b"X-RSMF-Version: 2.0.0\r\nX-RSMF-EventCount: 3\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed;\r\n boundary="outer"\r\n\r\n--outer\r\n'
        b"Content-Type: text/plain\r\n\r\ntext\r\n"
        b"--outer\r\nContent-Type: application/octet-stream; name=rsmf.zip\r\nContent-Disposition: attachment;\r\n"
        b" filename=rsmf.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(_zip(folder)).replace(b"\n", b"\r\n")
        + b"\r\n--outer--\r\n"
    )


def _emptied(make: Callable[[Path], bytes]) -> Callable[[Path], bytes]:
    def made(folder: Path) -> bytes:
        folder.mkdir()
        try:
            return make(folder)
        finally:
            shutil.rmtree(folder)

    return made


def _signal(_: Path) -> bytes:
    """A backup from Signal's server, as the key beside it opens one."""
    key = backup_key(RECOVERY)
    keys = derive(key, backup_id(key, bytes([1]) * 16), None)
    return encrypted(binary(SAMPLE), keys, header=b"SBACKUP\x01" + delimited(wire(1, wire(1, b"c") + wire(2, b"s"))))


#: By name of the seed: what makes it in a folder that is not there yet.
MADE = {
    name: _emptied(make)
    for name, make in {
        "msgstore.db": _modern,
        "old.db": _legacy,
        "logged.db": _logged,
        "ChatStorage.sqlite": _ios,
        "Skype.sqlite": _teams,
        "chat.db": _apple,
        "msgstore.db.crypt15": _crypt15,
        "msgstore.db.crypt14": _crypt14,
        "mail.rsmf": _mail,
        "signal.binproto": lambda _: binary(SAMPLE),
        "signal.encrypted": _signal,
    }.items()
}
