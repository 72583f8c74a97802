"""Makes backups of Signal: frames written as JSON, encoded as protobuf or JSON lines, and encrypted."""

import base64
import gzip
import hashlib
import hmac
import json
import re
import uuid
from pathlib import Path
from typing import Any

from Cryptodome.Cipher import AES
from tests.support.reading import Tables, read

from upstander.evidence.sources import Reading
from upstander.evidence.sources.signal_backup import SOURCE
from upstander.evidence.sources.signal_backup.keys import BackupKeys
from upstander.evidence.sources.signal_backup.schema import ENUMS, MESSAGES

__all__ = [
    *("ANNA", "BELA", "CARLO", "MASTER_KEY", "ME", "NOW", "RECOVERY", "SAMPLE", "START"),
    *("account", "binary", "contact", "delimited", "encoded", "encrypted", "group", "item", "lines", "relaxed"),
    *("read_made", "said", "update", "wire"),
]

_TOKEN = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")|//[^\n]*|(?P<comma>,)(?=(?:\s|//[^\n]*\n)*[}\]])')


def relaxed(text: str) -> list[dict[str, Any]]:
    """JSON with comments and commas too many, as libsignal writes its test cases."""
    found = json.loads(_TOKEN.sub(lambda token: token["text"] or "", text))
    assert isinstance(found, list)
    return found


def account(number: int) -> tuple[str, str]:
    """An invented account's id: as the backup writes it in JSON, and as a handle."""
    made = bytes([number]) * 16
    return base64.b64encode(made).decode(), str(uuid.UUID(bytes=made))


def wire(number: int, value: int | bytes) -> bytes:
    """One field."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    """A varint."""
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def delimited(blob: bytes) -> bytes:
    """A message behind its length."""
    return varint(len(blob)) + blob


def encoded(name: str, record: dict[str, Any]) -> bytes:
    """The message called `name`; fields that the source does not read are left out."""
    made = b""
    numbers = {field.name: (number, field) for number, field in MESSAGES[name].items()}
    for key, value in record.items():
        if key not in numbers:
            continue
        number, field = numbers[key]
        for one in value if isinstance(value, list) else [value]:
            made += wire(number, _value(field.type, one))
    return made


def _value(kind: str, value: Any) -> int | bytes:
    if kind in ENUMS:
        return value if isinstance(value, int) else ENUMS[kind].index(value)
    if kind in {"int", "flag"}:
        return int(value)
    if kind == "text":
        return str(value).encode()
    if kind == "bytes":
        return base64.b64decode(value) if isinstance(value, str) else b""
    return encoded(kind, value)


def binary(frames: list[dict[str, Any]]) -> bytes:
    """A backup in the clear: its description first, then frames."""
    info, *rest = frames
    return delimited(encoded("BackupInfo", info)) + b"".join(delimited(encoded("Frame", frame)) for frame in rest)


def lines(frames: list[dict[str, Any]]) -> bytes:
    """The plain-text export."""
    return "".join(json.dumps(frame, ensure_ascii=False) + "\n" for frame in frames).encode()


def encrypted(plain: bytes, keys: BackupKeys, *, header: bytes = b"") -> bytes:
    """An encrypted backup, padded as Signal pads it."""
    data = gzip.compress(plain, mtime=0) + bytes(100)
    data += bytes([16 - len(data) % 16]) * (16 - len(data) % 16)
    body = b"I" * 16 + AES.new(keys.cipher, AES.MODE_CBC, b"I" * 16).encrypt(data)
    return header + body + hmac.digest(keys.mac, body, hashlib.sha256)


ME, ANNA, BELA, CARLO = (account(number) for number in (1, 2, 3, 4))
#: When the invented talk takes place.
NOW = 1_704_448_800_000
MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
RECOVERY = "".join(f"{number:02d}ab" for number in range(16))


def contact(number: int, who: tuple[str, str], name: str, **more: Any) -> dict[str, Any]:
    """A contact."""
    return {"recipient": {"id": number, "contact": {"aci": who[0], "profileGivenName": name, **more}}}


def group(number: int, *members: tuple[str, str], **snapshot: Any) -> dict[str, Any]:
    """A group; its first member is its administrator."""
    listed = [{"userId": who[0], "role": "DEFAULT" if index else "ADMINISTRATOR"} for index, who in enumerate(members)]
    made = {"title": {"title": "Lates"}, "members": listed, **snapshot}
    return {"recipient": {"id": number, "group": {"masterKey": MASTER_KEY, "snapshot": made}}}


#: The description, and people: 1 the owner, 2 Anna, 3 Bela, 4 Carlo (who left), 9 the group; chats 1 (group), 2 (Anna).
START: list[dict[str, Any]] = [
    {"version": 1, "backupTimeMs": NOW + 10**9, "mediaRootBackupKey": base64.b64encode(bytes([171]) * 32).decode()},
    {"account": {"givenName": "Vale", "familyName": "Finch"}},
    {"recipient": {"id": 1, "self": {}}},
    contact(2, ANNA, "Anna", e164=447700900001, profileFamilyName="Brook"),
    contact(3, BELA, "Bela", systemGivenName="Bela (work)"),
    contact(4, CARLO, "Carlo"),
    group(9, ANNA, BELA, ME),
    {"chat": {"id": 1, "recipientId": 9}},
    {"chat": {"id": 2, "recipientId": 2}},
]


def item(author: int, at: int, chat: int = 1, **more: Any) -> dict[str, Any]:
    """An item of a chat, `at` milliseconds after NOW: sent by the owner (1), or received."""
    sent = {"outgoing": {}} if author == 1 else {"incoming": {"dateReceived": NOW + at + 50}}
    return {"chatItem": {"chatId": chat, "authorId": author, "dateSent": NOW + at, **sent, **more}}


def said(author: int, at: int, text: str, chat: int = 1, **more: Any) -> dict[str, Any]:
    """A text."""
    inner = {"text": {"body": text}, **more.pop("standard", {})}
    return item(author, at, chat, standardMessage=inner, **more)


def update(author: int, at: int, kind: str, body: dict[str, Any], chat: int = 1) -> dict[str, Any]:
    """A notice."""
    return item(author, at, chat, updateMessage={kind: body})


SAMPLE: list[dict[str, Any]] = [
    *START,
    said(
        1, 0, "rota up",
        outgoing={"sendStatus": [{"recipientId": 2, "timestamp": NOW + 70, "read": {"sealedSender": True}},
                                 {"recipientId": 3, "timestamp": NOW + 80, "failed": {"reason": "NETWORK"}}]},
        standard={"reactions": [{"emoji": "👍", "authorId": 2, "sentTimestamp": NOW + 90, "sortOrder": 1}],
                  "attachments": [{"pointer": {"contentType": "audio/aac", "locatorInfo": {"size": 9}},
                                   "flag": "VOICE_MESSAGE"}]},
    ),
    said(2, 100, "later", revisions=[said(2, 50, "sooner")["chatItem"]],
         standard={"quote": {"targetSentTimestamp": NOW, "authorId": 1, "text": {"body": "rota up"}}}),
    update(3, 200, "groupChange", {"updates": [{"groupMemberLeftUpdate": {"aci": CARLO[0]}},
                                              {"groupNameUpdate": {"updaterAci": BELA[0], "newGroupName": "Lates"}}]}),
    update(2, 300, "expirationTimerChange", {"expiresInMs": 3600000}, chat=2),
    item(2, 400, poll={"question": "Tea?", "options": [{"option": "yes", "votes": [{"voterId": 3, "voteCount": 1}]}]}),
]  # fmt: skip


def read_made(folder: Path, content: bytes | list[dict[str, Any]], *, reading: Reading | None = None) -> Tables:
    """Write a backup and read it."""
    path, scratch = folder / "backup", folder / "scratch"
    path.write_bytes(content if isinstance(content, bytes) else binary(content))
    scratch.mkdir(exist_ok=True)
    return read(SOURCE, path, scratch=scratch, reading=reading)
