"""Writes small ChatStorage databases for tests."""

import base64
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["COCOA", "Storage", "bytes_field", "chat_storage", "message", "number", "own_jid", "packed", "text_field"]

COCOA = 978_307_200

_TABLES = {
    "ZWACHATSESSION": ("ZCONTACTJID", "ZPARTNERNAME", "ZSESSIONTYPE", "ZCONTACTIDENTIFIER"),
    "ZWAGROUPINFO": ("ZCHATSESSION", "ZCREATORJID"),
    "ZWAGROUPMEMBER": ("ZCHATSESSION", "ZMEMBERJID", "ZISACTIVE", "ZISADMIN", "ZCONTACTNAME"),
    "ZWAGROUPMEMBERSCHANGE": ("ZCHANGEDATE", "ZCHANGETYPE", "ZGROUPJID", "ZMEMBERJIDS", "ZPHASHBEFORECHANGE"),
    "ZWAPROFILEPUSHNAME": ("ZJID", "ZPUSHNAME"),
    "ZWAMESSAGEINFO": ("ZMESSAGE", "ZRECEIPTINFO"),
    "ZWAMEDIAITEM": (
        *("ZMEDIALOCALPATH", "ZFILESIZE", "ZTITLE", "ZVCARDNAME", "ZVCARDSTRING"),
        *("ZLATITUDE", "ZLONGITUDE", "ZMEDIAORIGIN", "ZMETADATA"),
    ),
    "ZWAMESSAGE": (
        *("ZCHATSESSION", "ZSORT", "ZISFROMME", "ZMESSAGETYPE", "ZGROUPEVENTTYPE", "ZGROUPMEMBER", "ZMESSAGEDATE"),
        *("ZSENTDATE", "ZFROMJID", "ZTOJID", "ZSTANZAID", "ZTEXT", "ZPUSHNAME", "ZFLAGS", "ZPHASH", "ZMEDIAITEM"),
        *("ZMESSAGEINFO", "ZPARENTMESSAGE"),
    ),
}


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    """A varint field."""
    return _varint(field << 3) + _varint(value)


def bytes_field(field: int, value: bytes) -> bytes:
    """A length-delimited field."""
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def text_field(field: int, value: str) -> bytes:
    """A text field."""
    return bytes_field(field, value.encode())


def packed(digits: str) -> bytes:
    """A number as receipts hold it: one leading byte, two digits to a byte, F at an odd end."""
    return b"\x81" + bytes.fromhex(digits + "f" * (len(digits) % 2))


def own_jid(jid: str) -> str:
    """What the push name column of an own message holds."""
    return base64.b64encode(number(1, 1_700_000_000) + text_field(3, jid) + number(4, 1)).decode()


def message(
    key_number: int,
    chat: int,
    *,
    kind: int = 0,
    event: int = 0,
    text: str | None = None,
    member: int | None = None,
    sender: str | None = None,
    own: bool = False,
    flags: int = 0,
    info: int | None = None,
    push: str | None = None,
    date: float | None = 700_000_000,
    key: str | None = None,
) -> dict[str, Any]:
    """Columns of one message."""
    return {
        "Z_PK": key_number,
        "ZCHATSESSION": chat,
        "ZSORT": key_number,
        "ZISFROMME": int(own),
        "ZMESSAGETYPE": kind,
        "ZGROUPEVENTTYPE": event,
        "ZGROUPMEMBER": member,
        "ZMESSAGEDATE": date,
        "ZFROMJID": sender,
        "ZSTANZAID": key or f"K{key_number}",
        "ZTEXT": text,
        "ZFLAGS": flags,
        "ZMESSAGEINFO": info,
        "ZPUSHNAME": push,
    }


class Storage(sqlite3.Connection):
    """A database being written."""

    def insert(self, table: str, columns: dict[str, Any]) -> None:
        """Add one row."""
        marks = ", ".join("?" * len(columns))
        self.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", tuple(columns.values()))

    def chat(self, key: int, jid: str, name: str, kind: int) -> None:
        """Add a chat."""
        self.insert("ZWACHATSESSION", {"Z_PK": key, "ZCONTACTJID": jid, "ZPARTNERNAME": name, "ZSESSIONTYPE": kind})

    def member(self, key: int, chat: int, jid: str, *, active: int, admin: int = 0) -> None:
        """Add a member of a group."""
        row = {"Z_PK": key, "ZCHATSESSION": chat, "ZMEMBERJID": jid, "ZISACTIVE": active, "ZISADMIN": admin}
        self.insert("ZWAGROUPMEMBER", row)

    def message(self, *messages: dict[str, Any]) -> None:
        """Add messages."""
        for columns in messages:
            self.insert("ZWAMESSAGE", columns)

    def info(self, key: int, blob: bytes) -> None:
        """Add receipts and reactions."""
        self.insert("ZWAMESSAGEINFO", {"Z_PK": key, "ZRECEIPTINFO": blob})

    def change(self, key: int, group: str, members: str, *, kind: int) -> None:
        """Add a change of members."""
        self.insert(
            "ZWAGROUPMEMBERSCHANGE",
            {
                "Z_PK": key,
                "ZCHANGEDATE": 700_000_000,
                "ZCHANGETYPE": kind,
                "ZGROUPJID": group,
                "ZMEMBERJIDS": members,
                "ZPHASHBEFORECHANGE": "2:47DEQpj8",
            },
        )

    def fill(self, table: str, key: int, value: Callable[[], Any]) -> None:
        """Add a row of any values."""
        self.insert(table, {"Z_PK": key} | {name: value() for name in _TABLES[table]})


@contextmanager
def chat_storage(folder: Path, *, loose: bool = False) -> Iterator[Storage]:
    """A new ChatStorage.sqlite in `folder`; `loose` leaves columns without a type, so that they keep any value."""
    folder.mkdir(exist_ok=True)
    database = sqlite3.connect(folder / "ChatStorage.sqlite", factory=Storage)
    dates = {"ZMESSAGEDATE", "ZSENTDATE", "ZCHANGEDATE"}
    try:
        for table, names in _TABLES.items():
            typed = [f"{name} TIMESTAMP" if name in dates and not loose else name for name in names]
            database.execute(f"CREATE TABLE {table} (Z_PK INTEGER PRIMARY KEY, {', '.join(typed)})")
        yield database
        database.commit()
    finally:
        database.close()
