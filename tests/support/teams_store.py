"""Writes small databases of Teams for iOS, with the tables and columns that iLEAPP's teams.py reads."""

import plistlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["COCOA", "Store", "archive", "mri", "teams_store"]

COCOA = 978_307_200

_TABLES = {
    "ZSMESSAGE": (
        *("ZTSID", "ZTHREADID", "ZTHREADTYPE", "ZARRIVALTIME", "ZCOMPOSETIME", "ZCONTENT", "ZFROM", "ZIMDISPLAYNAME"),
        *("ZMESSAGETYPE", "ZTS_ISSENTBYME", "ZCLIENTMESSAGEID", "ZDELETETIME", "ZEDITTIME", "ZPARENTMESSAGEID"),
    ),
    "ZTHREAD": ("ZTSID", "ZTHREADTOPIC", "ZTHREADTYPE"),
    "ZTHREADMEMBER": ("ZTHREAD", "ZMRI", "ZROLE"),
    "ZUSER": ("ZTSID", "ZDISPLAYNAME", "ZTELEPHONENUMBER", "ZTS_LASTSYNCEDAT"),
    "ZMESSAGEPROPERTIES": ("ZTSID", "ZPROPERTIES"),
}


def mri(name: str) -> str:
    """An account of an organisation."""
    return f"8:orgid:{name}"


def archive(properties: dict[str, Any]) -> bytes:
    """Properties of texts and numbers as NSKeyedArchiver writes them."""
    objects: list[Any] = ["$null", {}]

    def place(value: Any) -> plistlib.UID:
        objects.append(value)
        return plistlib.UID(len(objects) - 1)

    keys = [place(key) for key in properties]
    values = [place(value) for value in properties.values()]
    objects[1] = {
        "NS.keys": keys,
        "NS.objects": values,
        "$class": place({"$classname": "NSDictionary", "$classes": ["NSDictionary", "NSObject"]}),
    }
    whole = {
        "$version": 100_000,
        "$archiver": "NSKeyedArchiver",
        "$top": {"root": plistlib.UID(1)},
        "$objects": objects,
    }
    return plistlib.dumps(whole, fmt=plistlib.FMT_BINARY)


class Store:
    """A database while it is being filled."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def insert(self, table: str, **columns: Any) -> None:
        """One row."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))

    def message(
        self,
        number: int,
        at: int,
        content: str | None,
        *,
        author: str | None = mri("anna"),
        thread: str = "19:lates@thread.v2",
        kind: str = "RichText/Html",
        properties: dict[str, Any] | None = None,
        **columns: Any,
    ) -> str:
        """One message that arrived at `at` (ms); gives its id."""
        stamp = datetime.fromtimestamp(at // 1000, UTC)
        row = {
            "Z_PK": number,
            "ZTSID": str(at),
            "ZTHREADID": thread,
            "ZARRIVALTIME": at / 1000 - COCOA,
            "ZCOMPOSETIME": f"{stamp:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z",
            "ZCONTENT": content,
            "ZFROM": author,
            "ZMESSAGETYPE": kind,
            "ZTS_ISSENTBYME": 0,
            **columns,
        }
        self.insert("ZSMESSAGE", **row)
        if properties is not None:
            self.insert("ZMESSAGEPROPERTIES", ZTSID=row["ZTSID"], ZPROPERTIES=archive(properties))
        return str(row["ZTSID"])


@contextmanager
def teams_store(path: Path) -> Iterator[Store]:
    """A database at `path` with every table, closed when done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    for table, columns in _TABLES.items():
        connection.execute(f"CREATE TABLE {table} (Z_PK INTEGER PRIMARY KEY, {', '.join(columns)})")
    yield Store(connection)
    connection.commit()
    connection.close()
