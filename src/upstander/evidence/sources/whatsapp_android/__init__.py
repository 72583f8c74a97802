"""WhatsApp's own database on Android: `msgstore.db`, of every schema since 2018.

Which tables and columns there are is looked up in the database itself; the schema drifts every month.
"""

from collections.abc import Iterator

from upstander.errors import Unreadable, WrongSource
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.whatsapp_android import legacy, modern
from upstander.evidence.sources.whatsapp_android.people import contacts, people, select
from upstander.evidence.sqlite import Database, columns, expect_sqlite, has, open_database, sidecars

__all__ = ["SOURCE", "read_database", "readable"]

NAME = "whatsapp_android"

_CARD = Card(
    title="WhatsApp for Android, msgstore.db",
    tried_on=(
        "salozubz/WhatsApp-Db-Merger, 4 genuine databases of 219, 237, 241 and 244 tables (to March 2025): no rows in"
        " any; 14 invented rows put into a copy of each come out alike",
        "KisanThapa/WhatsApp-Database-Decrypter, genuine, November 2018: 6 authored, 1 system event, 2 participants,"
        " 2 receipts; its 8 backups as whatsapp_crypt",
        "andreas-mausch/whatsapp-viewer, test rows in the schema of 2021: 42 authored in 21 conversations",
        "invented, schema of March 2025, 1,000,000 messages and 2,003,330 receipts in 40 groups",
    ),
    limits=(
        "the owner is called `me` unless events that say `I joined` prove the address; chat.account_jid_row_id names"
        " the other party and is no evidence of the owner",
        "who acted in a system event is given only where the row names a sender",
        "a deleted message carries the key of the message it stands for; its own key is in the exhibit",
        "the first text of an edited message is not kept by the phone",
        "not read: calls without a message (call_log), poll options and votes, pins, mentions, expiry times, comments,"
        " albums' grouping, receipts by device, group_participants_history, texts left in the search index",
        "side tables (receipts, quotes, media) are kept in memory as columns: 40 bytes a receipt",
        "codes of messages and system events are those that IPED, whapa and ALEAPP established; others are warned of",
    ),
)


def _recognise(document: Document) -> tuple[str, ...]:
    expect_sqlite(document)
    try:
        database = open_database(document)
    except Unreadable:
        # Damaged beyond its directory: the words of the schema decide whose it is, and reading says what is wrong.
        if b"key_remote_jid" in document.head or b"message_row_id" in document.head:
            return _companions(document)
        raise WrongSource(f"{document.file.name} is an SQLite database that cannot be read") from None
    try:
        if not readable(database):
            raise WrongSource(f"{document.file.name} is no WhatsApp database")
    finally:
        database.close()
    return _companions(document)


def _companions(document: Document) -> tuple[str, ...]:
    names = document.beside("wa.db")
    found = sidecars(document)
    return found if names is None else (*found, names.name, *sidecars(document, names))


def readable(database: Database) -> bool:
    """Whether the database has the tables of messages, old or new."""
    return _is_modern(database) or _is_legacy(database)


def _is_modern(database: Database) -> bool:
    return has(database, "chat") and has(database, "jid") and "key_id" in columns(database, "message")


def _is_legacy(database: Database) -> bool:
    return "key_remote_jid" in columns(database, "messages")


def _read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - a database states its own times
    database = open_database(document)
    try:
        yield from read_database(database, document, source=NAME)
    finally:
        database.close()


def read_database(database: Database, document: Document, *, source: str) -> Iterator[Rows]:
    """Every row of an open database; `document` is the exhibit that it came from."""
    capture = Capture(document, source=source, platform="whatsapp")
    known = people(database, contacts(document, capture))
    if database.lacks_log and source == NAME:
        detail = (
            f"{document.file.name} is kept with a write-ahead log and none came with it; if the phone had one, the"
            " newest messages are missing"
        )
        capture.warn("companion_missing", detail)
    new, old = _filled(database, "message", _is_modern), _filled(database, "messages", _is_legacy)
    if (new or not old) and _is_modern(database):
        yield from modern.read(database, document, capture, known)
    if old:
        yield from legacy.read(database, document, capture, known, beside=new)
    for damage in dict.fromkeys(database.damage):
        capture.warn("damaged_database", damage)
    if database.invalid_text:
        detail = f"{database.invalid_text} values of {document.file.name} are no valid UTF-8; bad bytes are U+FFFD"
        capture.warn("invalid_text", detail)
    yield from capture.close()


def _filled(database: Database, table: str, wanted: object) -> bool:
    if not callable(wanted) or not wanted(database):
        return False
    return bool(select(database, table, "_id", limit=1))


SOURCE = Source(name=NAME, card=_CARD, recognise=_recognise, read=_read)
