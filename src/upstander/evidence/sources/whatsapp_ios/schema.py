"""Queries made from the columns that a ChatStorage database has: its schema drifts with the versions of the app."""

from collections.abc import Iterator
from typing import Any

from upstander.evidence.sqlite import Database, columns, rows

__all__ = ["NAMES", "Columns", "selected"]

#: Columns of ZWAMESSAGE that are read.
MESSAGE = (
    "Z_PK",
    "ZCHATSESSION",
    "ZISFROMME",
    "ZMESSAGETYPE",
    "ZGROUPEVENTTYPE",
    "ZGROUPMEMBER",
    "ZMESSAGEDATE",
    "ZSENTDATE",
    "ZFROMJID",
    "ZTOJID",
    "ZSTANZAID",
    "ZTEXT",
    "ZPUSHNAME",
    "ZFLAGS",
    "ZPHASH",
    "ZMEDIAITEM",
    "ZMESSAGEINFO",
    "ZPARENTMESSAGE",
)
#: Columns of ZWAMEDIAITEM that are read.
ITEM = (
    "ZMEDIALOCALPATH",
    "ZFILESIZE",
    "ZTITLE",
    "ZVCARDNAME",
    "ZVCARDSTRING",
    "ZLATITUDE",
    "ZLONGITUDE",
    "ZMEDIAORIGIN",
    "ZMETADATA",
)

Row = dict[str, Any]


class Columns:
    """What each table of the database has, looked up once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, frozenset[str]] = {}

    def of(self, table: str) -> frozenset[str]:
        """Columns of `table`; empty where it is not there."""
        if table not in self._known:
            self._known[table] = columns(self._database, table)
        return self._known[table]

    def pick(self, table: str, wanted: tuple[str, ...], *, alias: str = "", absent: str = "NULL") -> str:
        """A select list of `wanted` in that order, with NULL for what this version of the table lacks."""
        there = self.of(table)
        prefix = f"{alias}." if alias else ""
        return ", ".join(f"{prefix}{name} AS {name}" if name in there else f"{absent} AS {name}" for name in wanted)

    def messages(self, *, joined: bool, where: str = "", order: str = "") -> str:
        """The query for messages; where `joined`, with media item, receipts and parent as far as there are any."""
        has = self.of("ZWAMESSAGE")
        join = []
        item = info = parent = False
        if joined:
            item = "ZMEDIAITEM" in has and "Z_PK" in self.of("ZWAMEDIAITEM")
            info = "ZMESSAGEINFO" in has and {"Z_PK", "ZRECEIPTINFO"} <= self.of("ZWAMESSAGEINFO")
            parent = {"ZPARENTMESSAGE", "ZSTANZAID"} <= has
        if item:
            join.append("LEFT JOIN ZWAMEDIAITEM i ON i.Z_PK = m.ZMEDIAITEM")
        if info:
            join.append("LEFT JOIN ZWAMESSAGEINFO r ON r.Z_PK = m.ZMESSAGEINFO")
        if parent:
            join.append("LEFT JOIN ZWAMESSAGE p ON p.Z_PK = m.ZPARENTMESSAGE")
        chosen = (
            self.pick("ZWAMESSAGE", MESSAGE, alias="m"),
            self.pick("ZWAMEDIAITEM" if item else "", ITEM, alias="i"),
            ("r.ZRECEIPTINFO" if info else "NULL") + " AS ZRECEIPTINFO",
            ("p.ZSTANZAID" if parent else "NULL") + " AS parent",
        )
        return f"SELECT {', '.join(chosen)} FROM ZWAMESSAGE m {' '.join(join)} {where} {order}"  # noqa: S608 - our names


#: Names of what `Columns.messages` gives, in its order.
NAMES = (*MESSAGE, *ITEM, "ZRECEIPTINFO", "parent")


def selected(database: Database, names: tuple[str, ...], query: str) -> Iterator[Row]:
    """Rows of `query` as dictionaries with `names`, up to the first damage."""
    for batch in rows(database, query, size=5_000):
        for row in batch:
            yield dict(zip(names, row, strict=True))
