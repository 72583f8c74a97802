"""WhatsApp for iPhone and Mac: `ChatStorage.sqlite`, with the names of a `ContactsV2.sqlite` that lies beside it."""

from collections.abc import Iterator

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, File
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.whatsapp_ios.accounts import OWNER_UNKNOWN, read_accounts
from upstander.evidence.sources.whatsapp_ios.chats import Chats
from upstander.evidence.sources.whatsapp_ios.messages import Messages
from upstander.evidence.sources.whatsapp_ios.schema import NAMES, Columns, selected
from upstander.evidence.sqlite import Database, expect_sqlite, has, open_database, sidecars

__all__ = ["SOURCE"]

NAME = "whatsapp_ios"
_CONTACTS = "ContactsV2.sqlite"
#: Reports of damage kept while rows are fetched one by one: each bad page makes one for every row that needs it.
_DAMAGE_LISTED = 100


def recognise(document: Document) -> tuple[str, ...]:
    """A database with WhatsApp's Core Data tables."""
    expect_sqlite(document)
    if b"CREATE TABLE ZWAMESSAGE " not in document.head:
        # The list of tables of a grown database may lie further in.
        try:
            database = open_database(document)
        except SourceError as problem:
            raise WrongSource(f"{document.file.name} shows no table of WhatsApp for iOS") from problem
        try:
            if not has(database, "ZWAMESSAGE"):
                raise WrongSource(f"{document.file.name} has no table ZWAMESSAGE")
        finally:
            database.close()
    contacts = document.beside(_CONTACTS)
    names = [*sidecars(document)]
    if contacts is not None:
        names += [contacts.name, *sidecars(document, contacts)]
    return tuple(names)


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - instants are stored in UTC
    """Read conversations, then messages chat by chat in the order of the app, then the member tables."""
    database = open_database(document)
    try:
        yield from _read(document, database)
    finally:
        database.close()


def _read(document: Document, database: Database) -> Iterator[Rows]:
    capture = Capture(document, source=NAME, platform="whatsapp")
    columns = Columns(database)
    if "Z_PK" not in columns.of("ZWAMESSAGE"):
        raise Unreadable(f"{document.file.name} has no readable table ZWAMESSAGE; ask for another copy")
    contacts = document.beside(_CONTACTS)
    accounts = read_accounts(document, database, columns, contacts)
    _warn_of_company(capture, database, contacts, accounts.problems)
    if accounts.owner == OWNER_UNKNOWN:
        detail = "the database does not tell the address of its own account; its messages have the author me"
        capture.warn("author_uncertain", detail)
    elif len(accounts.owners) > 1:
        others = ", ".join(f"{handle} ({count} rows)" for handle, count in accounts.owners.most_common(8))
        detail = f"the exporting account is given under more than one address: {others}; {accounts.owner} was taken"
        capture.warn("author_uncertain", detail)
    for table in ("ZWAMEDIAITEM", "ZWAMESSAGEINFO"):
        if not columns.of(table):
            capture.warn("missing_table", f"there is no table {table}; what it holds is missing from this capture")
    chats = Chats(capture, accounts)
    chats.read(database, columns)
    messages = Messages(chats, _repeated(database, columns))
    yield from _messages(capture, database, columns, messages)
    messages.close()
    chats.read_members(database, columns)
    for problem in dict.fromkeys(database.damage):
        capture.warn("damaged_database", problem)
    if database.invalid_text:
        detail = (
            f"{database.invalid_text} text values of {document.file.name} are no UTF-8; U+FFFD stands for bad bytes"
        )
        capture.warn("invalid_text", detail)
    yield from capture.close()


def _messages(capture: Capture, database: Database, columns: Columns, messages: Messages) -> Iterator[Rows]:
    total = max(1, sum(row["n"] or 0 for row in selected(database, ("n",), "SELECT count(*) FROM ZWAMESSAGE")))
    order = [name for name in ("ZCHATSESSION", "ZSORT") if name in columns.of("ZWAMESSAGE")]
    query = columns.messages(joined=True, order="ORDER BY " + ", ".join(f"m.{name}" for name in [*order, "Z_PK"]))
    before = len(database.damage)
    for count, row in enumerate(selected(database, NAMES, query), start=1):
        messages.add(row)
        if count % 5_000 == 0:
            yield from capture.drain(min(1.0, count / total))
    if len(database.damage) > before:
        # Sorting and joining stop at the first bad page: fetch what is left one by one, from both ends of the table.
        for key in _keys(database):
            if messages.places.holds(key):
                continue
            where = f"WHERE m.Z_PK = {key}"
            for joined in (True, False):
                found = list(selected(database, NAMES, columns.messages(joined=joined, where=where)))
                if found:
                    messages.add(found[0])
                    break
            del database.damage[_DAMAGE_LISTED:]
            yield from capture.drain(1.0)


def _keys(database: Database) -> list[int]:
    found: set[int] = set()
    for direction in ("ASC", "DESC"):
        for row in selected(database, ("key",), f"SELECT Z_PK FROM ZWAMESSAGE ORDER BY Z_PK {direction}"):  # noqa: S608
            if isinstance(row["key"], int):
                found.add(row["key"])
    return sorted(found)


def _repeated(database: Database, columns: Columns) -> frozenset[tuple[int, str]]:
    if not {"ZCHATSESSION", "ZSTANZAID"} <= columns.of("ZWAMESSAGE"):
        return frozenset()
    query = (
        "SELECT ZCHATSESSION, ZSTANZAID FROM ZWAMESSAGE WHERE ZSTANZAID IS NOT NULL "
        "GROUP BY ZCHATSESSION, ZSTANZAID HAVING count(*) > 1"
    )
    return frozenset((row["chat"], row["key"]) for row in selected(database, ("chat", "key"), query))


def _warn_of_company(capture: Capture, database: Database, contacts: File | None, problems: list[str]) -> None:
    name = capture.document.file.name
    if contacts is None:
        capture.warn("companion_missing", f"{_CONTACTS} did not come with {name}; names are those that the chats hold")
    if database.lacks_log and f"{name}-wal" not in capture.document.siblings:
        detail = f"{name} is kept with a log and {name}-wal did not come with it; the newest messages may be missing"
        capture.warn("companion_missing", detail)
    for problem in problems:
        capture.warn("damaged_database", problem)


CARD = Card(
    title="WhatsApp for iOS and macOS (ChatStorage.sqlite)",
    tried_on=(
        "Public iOS 15 image (iLEAPP test data), ChatStorage.sqlite: 21 authored messages, 11 notices, 5 chats, "
        "10 participants, 11 receipts, 1 reaction, 1 quote, 2 pictures, 4 places",
        "The same image's ContactsV2.sqlite: names of 1 of the 2 accounts",
    ),
    limits=(
        "Message types, notice codes and blob fields are not documented; they were read in forensic tools' code and "
        "checked on the image above as far as it goes. Unknown codes stay numbers, with a warning.",
        "Times of delivery and reading are inferred (seconds added to the receipt's base time); a warning says so.",
        "The time of a received message is the server's whole second, and that it reached the phone is ZSENTDATE; "
        "an outgoing message has the phone's own clock alone.",
        "Earlier versions of edited messages, and that a message was edited, have not been found in the database.",
        "A tombstone does not say who deleted the message.",
        "An inactive member's row does not say when or why they went; an inactive LID beside active phone addresses "
        "has standing unknown, for it may be another address of somebody who is there.",
        "ZWAGROUPMEMBERSCHANGE does not say whether people came or went: kind changed.",
        "CallHistory.sqlite, LID.sqlite, reactions' own keys, stars, thumbnails and mentions are not read.",
    ),
)
SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
