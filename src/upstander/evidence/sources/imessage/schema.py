"""Queries made from the columns that a Messages database has: its schema grows with every system from iOS 6 to 26."""

from collections.abc import Iterator, Sequence
from typing import Any

from upstander.evidence.sqlite import Database, columns, rows

__all__ = ["ATTACHMENT", "MESSAGE", "Columns", "Row", "fetched", "selected"]

Row = dict[str, Any]

#: Columns of `message` that are read; the first is its rowid.
MESSAGE = (
    *("rowid", "guid", "text", "attributedBody", "subject", "handle_id", "other_handle", "service", "account"),
    *("date", "date_read", "date_delivered", "date_played", "date_edited", "date_retracted", "destination_caller_id"),
    *("is_from_me", "is_forward", "is_audio_message", "is_system_message", "is_sent", "error", "schedule_type"),
    *("item_type", "group_action_type", "group_title", "share_status", "share_direction", "cache_has_attachments"),
    *("associated_message_guid", "associated_message_type", "associated_message_emoji", "thread_originator_guid"),
    *("message_summary_info", "payload_data", "balloon_bundle_id"),
)
#: Columns of `attachment` that are read, behind the message that carries it.
ATTACHMENT = ("rowid", "guid", "filename", "transfer_name", "mime_type", "uti", "total_bytes", "is_sticker")

#: Rows asked for at once by their rowids.
_AT_ONCE = 400
#: Reports of damage kept while rows are fetched one by one: each bad page makes one for every row that needs it.
_DAMAGE_LISTED = 100


class Columns:
    """What each table of the database has, looked up once."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._known: dict[str, frozenset[str]] = {}

    def of(self, table: str) -> frozenset[str]:
        """Columns of `table`; empty where it is not there."""
        if table not in self._known:
            self._known[table] = columns(self.database, table)
        return self._known[table]

    def pick(self, table: str, wanted: Sequence[str], alias: str) -> str:
        """A select list of `wanted` in that order, with NULL for what this version of the table lacks."""
        there = self.of(table)
        return ", ".join(
            f"{alias}.{name} AS {name}" if name in there or name == "rowid" else f"NULL AS {name}" for name in wanted
        )

    def all(self, table: str, wanted: tuple[str, ...], *, order: str = "rowid") -> Iterator[Row]:
        """Rows of a table, of which there may be none; up to the first damage."""
        if self.of(table):
            query = f"SELECT {self.pick(table, wanted, 't')} FROM {table} t ORDER BY t.{order}"  # noqa: S608 - our names
            yield from selected(self.database, wanted, query)


def selected(database: Database, names: tuple[str, ...], query: str) -> Iterator[Row]:
    """Rows of `query` as dictionaries with `names`, up to the first damage."""
    for batch in rows(database, query, size=2_000):
        for row in batch:
            yield dict(zip(names, row, strict=True))


def fetched(columns: Columns, ids: Sequence[int]) -> Iterator[tuple[Row, list[Row]]]:
    """Messages of these rowids, in that order, each with its attachments; damage costs only the rows that it hit."""
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = _damaged_apart(columns, some, _messages)
        files: dict[int, list[Row]] = {}
        for row in _damaged_apart(columns, some, _attachments).values():
            for file in row["files"]:
                files.setdefault(file["message"], []).append(file)
        for key in some:
            if key in found:
                yield found[key], files.get(key, [])


def _damaged_apart(columns: Columns, ids: Sequence[int], read: Any) -> dict[int, Row]:
    database = columns.database
    before = len(database.damage)
    found: dict[int, Row] = read(columns, ids)
    if len(database.damage) > before and len(ids) > 1:
        for key in ids:
            if key not in found:
                found |= read(columns, [key])
                del database.damage[_DAMAGE_LISTED:]
    return found


def _messages(columns: Columns, ids: Sequence[int]) -> dict[int, Row]:
    listed = ", ".join(map(str, ids))
    query = f"SELECT {columns.pick('message', MESSAGE, 'm')} FROM message m WHERE m.rowid IN ({listed})"  # noqa: S608
    wanted = set(ids)
    return {row["rowid"]: row for row in selected(columns.database, MESSAGE, query) if row["rowid"] in wanted}


def _attachments(columns: Columns, ids: Sequence[int]) -> dict[int, Row]:
    if not {"message_id", "attachment_id"} <= columns.of("message_attachment_join"):
        return {}
    names = ("message", "attachment", *ATTACHMENT)
    listed = ", ".join(map(str, ids))
    there = bool(columns.of("attachment"))
    chosen = columns.pick("attachment", ATTACHMENT, "a") if there else ", ".join("NULL" for _ in ATTACHMENT)
    join = "LEFT JOIN attachment a ON a.rowid = j.attachment_id" if there else ""
    query = (
        f"SELECT j.message_id, j.attachment_id, {chosen} FROM message_attachment_join j {join} "  # noqa: S608 - our names
        f"WHERE j.message_id IN ({listed}) ORDER BY j.message_id, j.attachment_id"
    )
    wanted = set(ids)
    found: dict[int, Row] = {}
    for row in selected(columns.database, names, query):
        if row["message"] in wanted:
            found.setdefault(row["message"], {"files": []})["files"].append(row)
    return found
