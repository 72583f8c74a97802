"""Apple Messages: `chat.db` of a Mac, `sms.db` of an iPhone or iPad; iMessage, SMS, MMS and RCS."""

from collections.abc import Iterator
from contextlib import suppress

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.imessage.chats import Chats
from upstander.evidence.sources.imessage.handles import read_handles
from upstander.evidence.sources.imessage.joins import read_joins
from upstander.evidence.sources.imessage.messages import Messages
from upstander.evidence.sources.imessage.parts import read_parts
from upstander.evidence.sources.imessage.reactions import Reactions
from upstander.evidence.sources.imessage.schema import Columns, fetched
from upstander.evidence.sources.imessage.traces import read_guids, warn_of_traces
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sqlite import Database, columns, expect_sqlite, open_database, sidecars

__all__ = ["SOURCE"]

NAME = "imessage"
#: What the message table has in every version since iOS 6, and no other app's table of that name.
_MARKS = frozenset({"guid", "handle_id", "is_from_me", "date"})
#: What the head of such a database shows, should its list of tables be damaged.
_HEAD = (b"CREATE TABLE message (", b"is_from_me", b"chat_message_join")
_TABLES = ("chat", "handle", "chat_message_join", "attachment")


def recognise(document: Document) -> tuple[str, ...]:
    """A database with Messages' own table of messages."""
    expect_sqlite(document)
    there: frozenset[str] = frozenset()
    with suppress(SourceError):  # damaged, then; its head may still show what it is
        database = open_database(document)
        try:
            there = columns(database, "message")
        finally:
            database.close()
    if not there >= _MARKS and (there or not all(mark in document.head for mark in _HEAD)):
        raise WrongSource(f"{document.file.name} has no table of Messages")
    return sidecars(document)


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - instants are stored in UTC
    """Read handles, chats and members, then messages chat by chat in the order of time, then traces of deletion."""
    database = open_database(document)
    try:
        yield from _read(document, database)
    finally:
        database.close()


def _read(document: Document, database: Database) -> Iterator[Rows]:
    capture = Capture(document, source=NAME, platform=NAME)
    there = Columns(database)
    if not there.of("message") >= _MARKS:
        raise Unreadable(f"{document.file.name} has no readable table message; ask for another copy")
    handles = read_handles(there)
    _warn_first(capture, database, there)
    joins = read_joins(there)
    chats = Chats(capture, there, handles, joins)
    chats.read()
    guids = read_guids(there)
    messages = Messages(chats, guids, read_parts(there, chats), Reactions(chats, guids))
    total = max(1, sum(len(ids) for ids, _ in joins.by_chat.values()))
    count = 0
    for chat in chats.every:
        for row, files in fetched(there, joins.ordered(chat.rows)):
            messages.add(chat, row, files)
            count += 1
            if count % 1_000 == 0:
                yield from capture.drain(min(1.0, count / total))
        messages.end(chat)
        yield from capture.drain(min(1.0, count / total))
    messages.close()
    messages.parts.close()
    warn_of_traces(there, chats, guids)
    for problem in dict.fromkeys(database.damage):
        capture.warn("damaged_database", problem)
    if database.invalid_text:
        detail = (
            f"{database.invalid_text} text values of {document.file.name} are no UTF-8; U+FFFD stands for bad bytes"
        )
        capture.warn("invalid_text", detail)
    yield from capture.close()


def _warn_first(capture: Capture, database: Database, there: Columns) -> None:
    name = capture.document.file.name
    for table in _TABLES:
        if not there.of(table):
            capture.warn("missing_table", f"there is no table {table}; what it holds is missing from this capture")
    if database.lacks_log and f"{name}-wal" not in capture.document.siblings:
        detail = f"{name} is kept with a log and {name}-wal did not come with it; the newest messages may be missing"
        capture.warn("companion_missing", detail)


CARD = Card(
    title="Apple Messages for macOS and iOS (chat.db, sms.db)",
    tried_on=(
        "imessage-exporter's test data (public, pieces of real databases): 7 attributed texts (6 whole, 1 cut "
        "short by its makers), 4 message summaries (9 versions of 3 edited messages, 1 unsent message), 16 payloads (5 "
        "previews of links and places, 11 of apps)",
        "No whole database of a real person was at hand: tables and joins were tried on invented ones of two schemas, "
        "one with every column that iOS 26 is documented to have and one with those of iOS 6",
    ),
    limits=(
        "Apple documents none of the codes; they are those that open-source readers of the database agree on. Unknown "
        "codes stay numbers, with a warning.",
        "Names of people are in the address book (AddressBook.sqlitedb), which is not read: participants are handles.",
        "Of a reaction the database keeps the latest state alone; one that was taken back has an empty emoji, and its "
        "time is that of the latest change. A sticker's file is named in the reaction, and is no attachment of it.",
        "A vote in a poll is given as a reaction with the option's text.",
        "Times of delivery and reading of own messages are the other party's in a one-to-one exchange; in a group they "
        "name nobody. That a received message was read without a time (is_read) is not kept.",
        "Rows of chat that share group_id or room_name are one conversation; its platform is imessage where one of "
        "them is, though a message may have gone as SMS. One-to-one chats over several services stay apart.",
        "The list of members is that of the newest row of a group; of members in older rows alone it is not known "
        "whether they left or changed their address. Messages does not list the account itself.",
        "Versions of a message with several edited parts are in the order of time, each with its part's text alone.",
        "Of deleted messages a guid may remain (deletion_trace), which names no chat, author or time; a synchronised "
        "list of deletions may name messages that this device never held.",
        "Not read: reply_to_guid (the message before, no reply), chat properties, effects, drawings (Digital Touch, "
        "handwriting), mentions and other attributes of text, translations, stickers' own data.",
    ),
)
SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
