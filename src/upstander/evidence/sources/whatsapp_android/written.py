"""Values as databases before 2021 write them: numbers as text, text as blobs, addresses in full."""

from typing import Any

from upstander.evidence.sources.whatsapp_android.people import select
from upstander.evidence.sqlite import Database

__all__ = ["MARKER", "media_code", "quantity", "text", "titles"]

#: The chat of the app's own marker row.
MARKER = "-1"


def titles(database: Database) -> dict[str, str | None]:
    """Subject of every chat by its address, from whichever chat table there is."""
    found: dict[str, str | None] = {}
    written = select(database, "chat_list", "key_remote_jid", "subject")
    if not written:
        raw = dict(select(database, "jid", "_id", "raw_string"))
        written = [(raw.get(jid), subject) for jid, subject in select(database, "chat", "jid_row_id", "subject")]
    for address, subject in written:
        if isinstance(address, str) and address and address != MARKER:
            found.setdefault(address, subject if isinstance(subject, str) and subject else None)
    return found


def media_code(value: Any) -> int:
    """`media_wa_type`, which is a number kept as text."""
    if value is None:
        return 0
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return -1


def quantity(value: Any) -> int | None:
    """A count; None where it is nothing, or no number."""
    return value if isinstance(value, int) and 0 < value < 2**62 else None


def text(value: Any) -> str | None:
    """A value as text: old versions kept some texts as blobs."""
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
