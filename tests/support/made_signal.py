"""Makes backups of Signal: frames written as JSON, encoded as protobuf or JSON lines, and encrypted."""

import base64
import gzip
import hashlib
import hmac
import json
import re
import uuid
from typing import Any

from Cryptodome.Cipher import AES

from upstander.evidence.sources.signal_backup.keys import BackupKeys
from upstander.evidence.sources.signal_backup.schema import ENUMS, MESSAGES

__all__ = ["account", "binary", "delimited", "encoded", "encrypted", "lines", "relaxed", "wire"]

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
