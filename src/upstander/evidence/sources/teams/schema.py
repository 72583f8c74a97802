"""Queries made from the columns that a database of Teams has: they came and went with the versions of the app."""

from collections.abc import Iterator, Mapping
from typing import Any

from upstander.evidence.sqlite import Database, columns, rows

__all__ = ["MEMBER", "MESSAGE", "THREAD", "USER", "Columns", "selected"]

#: What is asked of each table, by the names that it has had; the first that is there is read.
MESSAGE: Mapping[str, tuple[str, ...]] = {
    "pk": ("Z_PK",),
    "key": ("ZTSID", "ZMESSAGEID", "ZSERVERMESSAGEID"),
    "client": ("ZCLIENTMESSAGEID", "ZTS_CLIENTMESSAGEID"),
    "thread": ("ZTHREADID", "ZCONVERSATIONID"),
    "thread_type": ("ZTHREADTYPE",),
    "arrival": ("ZARRIVALTIME", "ZORIGINALARRIVALTIME"),
    "composed": ("ZCOMPOSETIME",),
    "content": ("ZCONTENT",),
    "author": ("ZFROM", "ZFROMID"),
    "name": ("ZIMDISPLAYNAME",),
    "kind": ("ZMESSAGETYPE", "ZTS_MESSAGETYPE"),
    "base": ("ZTS_MESSAGEBASETYPE",),
    "subtype": ("ZTS_MESSAGECONTENTTYPE",),
    "own": ("ZTS_ISSENTBYME", "ZISSENTBYME"),
    "deleted": ("ZDELETETIME", "ZTS_DELETETIME"),
    "edited": ("ZEDITTIME", "ZTS_EDITTIME"),
    "root": ("ZPARENTMESSAGEID", "ZROOTMESSAGEID"),
    "subject": ("ZSUBJECT", "ZTITLE"),
    "properties": ("ZPROPERTIES",),
}
THREAD: Mapping[str, tuple[str, ...]] = {
    "pk": ("Z_PK",),
    "key": ("ZTSID", "ZTHREADID"),
    "title": ("ZTHREADTOPIC", "ZTOPIC", "ZDISPLAYNAME"),
    "type": ("ZTHREADTYPE", "ZTYPE"),
}
MEMBER: Mapping[str, tuple[str, ...]] = {
    "pk": ("Z_PK",),
    "thread": ("ZTHREADID", "ZTHREAD"),
    "who": ("ZMRI", "ZUSERID", "ZMEMBERID", "ZTSID", "ZUSER"),
    "role": ("ZROLE",),
}
USER: Mapping[str, tuple[str, ...]] = {
    "pk": ("Z_PK",),
    "who": ("ZMRI", "ZTSID", "ZUSERID"),
    "name": ("ZDISPLAYNAME",),
    "number": ("ZTELEPHONENUMBER",),
}

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

    def name(self, table: str, wanted: tuple[str, ...]) -> str | None:
        """The first of those names that `table` has."""
        there = self.of(table)
        return next((name for name in wanted if name in there), None)

    def select(self, table: str, wanted: Mapping[str, tuple[str, ...]], alias: str = "") -> str:
        """A select list of `wanted`, in its order, with NULL for what this version of the table lacks."""
        prefix = f"{alias}." if alias else ""
        chosen = ((label, self.name(table, names)) for label, names in wanted.items())
        return ", ".join(f'{"NULL" if name is None else prefix + name} AS "{label}"' for label, name in chosen)

    def messages(self, where: str = "", *, joined: bool = True, ordered: bool = True) -> str:
        """The query for messages, thread by thread as they arrived, with the properties that a table beside holds."""
        join, more, count = "", "NULL", "NULL"
        beside = "ZMESSAGEPROPERTIES"
        if joined and "ZTSID" in self.of("ZSMESSAGE") and {"Z_PK", "ZTSID", "ZPROPERTIES"} <= self.of(beside):
            # One row at most: a plain join would give a message as often as its properties repeat.
            join = (
                f"LEFT JOIN (SELECT ZTSID AS k, max(Z_PK) AS pk, count(*) AS n FROM {beside} GROUP BY ZTSID) d"  # noqa: S608
                f" ON d.k = m.ZTSID LEFT JOIN {beside} p ON p.Z_PK = d.pk"
            )
            more, count = "p.ZPROPERTIES", "d.n"
        order = ""
        if ordered:
            names = [self.name("ZSMESSAGE", MESSAGE[label]) for label in ("thread", "arrival", "pk")]
            order = "ORDER BY " + ", ".join(f"m.{name}" for name in names if name)
        chosen = self.select("ZSMESSAGE", MESSAGE, "m")
        return f'SELECT {chosen}, {more} AS "beside", {count} AS "times" FROM ZSMESSAGE m {join} {where} {order}'  # noqa: S608 - our names


def selected(database: Database, names: tuple[str, ...], query: str) -> Iterator[Row]:
    """Rows of `query` as dictionaries with `names`, up to the first damage."""
    for batch in rows(database, query, size=5_000):
        for row in batch:
            yield dict(zip(names, row, strict=True))
