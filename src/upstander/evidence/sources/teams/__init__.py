"""Microsoft Teams on a phone: the Core Data database `Skype….sqlite` of the iOS app."""

from collections.abc import Iterator
from typing import Any

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose, shown
from upstander.evidence.sources.teams.archived import unfold
from upstander.evidence.sources.teams.places import Places
from upstander.evidence.sources.teams.records import Record, Records
from upstander.evidence.sources.teams.schema import MESSAGE, Columns, Row, selected
from upstander.evidence.sources.teams.threads import Threads
from upstander.evidence.sources.teams.values import cocoa, iso, message_key, mri, text, unix
from upstander.evidence.sqlite import Database, columns, expect_sqlite, open_database, sidecars

__all__ = ["SOURCE"]

NAME = "teams"
_NAMES = (*MESSAGE, "beside", "times")
#: Columns that make a table ZSMESSAGE one of Teams.
_SIGNS = frozenset({"ZCONTENT", "ZARRIVALTIME", "ZCOMPOSETIME", "ZIMDISPLAYNAME", "ZTHREADID", "ZFROM"})
_DAMAGE_LISTED = 100

CARD = Card(
    title="Microsoft Teams for iOS (Core Data, Skype….sqlite)",
    tried_on=(
        "no database of a phone was at hand: tables and columns are those that iLEAPP's teams.py reads, and notices"
        " those that Microsoft documents for the chat service",
        "invented databases filled with the scripted conversations of lxndrblz/forensicsim (populationdata, batches"
        " 1-9: 1,534 steps, of which 1,470 are messages)",
    ),
    limits=(
        "`text` is what the HTML shows: a line end a block or break, emoji as characters; the markup, links' addresses"
        " and whom a mention means stay in the exhibit. A quote stands in reply_to_text, and the heading of a"
        " channel's post is the first line of its text.",
        "An edit keeps no earlier text, a deletion does not say whose it was.",
        "The text of a notice is its content as received, XML or JSON; names in it make no participant.",
        "Who read what is not in the database: there are no receipts.",
        "Message ids are those of the service (ZTSID); where a version has none, they come from the time of arrival.",
        "ZTHREADMEMBER and the columns for edit, deletion and parent are read where they are, under the names that the"
        " service gives them; no real database has confirmed them.",
        "Cached pictures, cards, calendar, contacts and voicemail are not read.",
    ),
)


def recognise(document: Document) -> tuple[str, ...]:
    """A database whose table ZSMESSAGE has the columns of Teams."""
    expect_sqlite(document)
    try:
        database = open_database(document)
    except SourceError as problem:
        raise WrongSource(f"{document.file.name} shows no table of Teams") from problem
    try:
        if len(_SIGNS & columns(database, "ZSMESSAGE")) < 3:
            raise WrongSource(f"{document.file.name} has no table ZSMESSAGE as Teams keeps it")
    finally:
        database.close()
    return sidecars(document)


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - instants are stored in UTC
    """Read the conversations, then the messages of each as they arrived, then the members."""
    database = open_database(document)
    try:
        yield from _read(document, database)
    finally:
        database.close()


def _read(document: Document, database: Database) -> Iterator[Rows]:
    capture = Capture(document, source=NAME, platform="teams")
    loose = Loose(capture, {})
    known = Columns(database)
    if not known.of("ZSMESSAGE"):
        raise Unreadable(f"{document.file.name} has no readable table ZSMESSAGE; ask for another copy")
    if database.lacks_log and f"{document.file.name}-wal" not in document.siblings:
        name = document.file.name
        detail = f"{name} is kept with a log and {name}-wal did not come with it; the newest messages may be missing"
        loose.warn("companion_missing", detail)
    if known.name("ZSMESSAGE", MESSAGE["key"]) is None:
        detail = (
            "ZSMESSAGE has no column of message ids; they were made from the time of arrival, as the service makes them"
        )
        loose.warn("missing_table", detail)
    if not known.of("ZMESSAGEPROPERTIES") and "ZPROPERTIES" not in known.of("ZSMESSAGE"):
        loose.warn(
            "missing_table", "there are no message properties; reactions, edits, deletions and files are missing"
        )
    threads = Threads(capture, loose)
    threads.read(database, known)
    messages = _Messages(threads, Records(capture, loose), _repeated(database, known))
    yield from _messages(capture, database, known, messages)
    messages.records.close()
    threads.read_members(database, known)
    for problem in dict.fromkeys(database.damage):
        loose.warn("damaged_database", problem)
    if database.invalid_text:
        detail = f"{database.invalid_text} text values are no UTF-8; U+FFFD stands for bad bytes"
        loose.warn("invalid_text", detail)
    yield from capture.close()


def _messages(capture: Capture, database: Database, known: Columns, messages: "_Messages") -> Iterator[Rows]:
    total = max(1, sum(row["n"] or 0 for row in selected(database, ("n",), "SELECT count(*) FROM ZSMESSAGE")))
    before = len(database.damage)
    for count, row in enumerate(selected(database, _NAMES, known.messages()), start=1):
        messages.add(row)
        if count % 5_000 == 0:
            yield from capture.drain(min(1.0, count / total))
    if len(database.damage) > before and "Z_PK" in known.of("ZSMESSAGE"):
        # Sorting and joining stop at the first bad page: what is left is fetched one by one, from both ends.
        for key in _keys(database):
            if messages.places.holds(key):
                continue
            for joined in (True, False):
                query = known.messages(f"WHERE m.Z_PK = {key}", joined=joined, ordered=False)
                found = list(selected(database, _NAMES, query))
                if found:
                    messages.add(found[0])
                    break
            del database.damage[_DAMAGE_LISTED:]
            yield from capture.drain(1.0)


def _keys(database: Database) -> list[int]:
    found: set[int] = set()
    for direction in ("ASC", "DESC"):
        for row in selected(database, ("key",), f"SELECT Z_PK FROM ZSMESSAGE ORDER BY Z_PK {direction}"):  # noqa: S608
            if isinstance(row["key"], int):
                found.add(row["key"])
    return sorted(found)


def _repeated(database: Database, known: Columns) -> frozenset[tuple[object, object]]:
    if not {"ZTHREADID", "ZTSID"} <= known.of("ZSMESSAGE"):
        return frozenset()
    query = (
        "SELECT ZTHREADID, ZTSID FROM ZSMESSAGE WHERE ZTSID IS NOT NULL GROUP BY ZTHREADID, ZTSID HAVING count(*) > 1"
    )
    return frozenset((row["thread"], row["key"]) for row in selected(database, ("thread", "key"), query))


class _Messages:
    """Turns rows of ZSMESSAGE into records of the service."""

    def __init__(self, threads: Threads, records: Records, repeated: frozenset[tuple[object, object]]) -> None:
        self.threads = threads
        self.records = records
        self.places = Places()
        self._repeated = repeated
        self._seen: dict[tuple[object, ...], str] = {}

    def add(self, row: Row) -> None:
        """Add one row of `Columns.messages`."""
        place = self.places.take(row["pk"])
        where = f"ZSMESSAGE:{place}"
        loose = self.records.loose
        loose.where.pop("conversation", None)
        if self._again(row, where):
            return
        conversation, root = self.threads.of(row["thread"], row["thread_type"])
        loose.where["conversation"] = conversation.id
        properties: dict[str, Any] = {}
        for value in (row["properties"], row["beside"]):
            found, whole = unfold(value)
            properties |= found
            if not whole:
                loose.warn("invalid_record", f"the properties of {where} could not be read; see the exhibit", where)
        if isinstance(row["times"], int) and row["times"] > 1:
            detail = f"{row['times']} rows of ZMESSAGEPROPERTIES are for the id of {where}; the last was read"
            loose.warn("duplicate_record", detail, where)
        if isinstance(row["subject"], str) and row["subject"]:
            properties.setdefault("subject", row["subject"])
        for name, label in (("deletetime", "deleted"), ("edittime", "edited")):
            stamp = _either(row[label])
            if stamp is not None:
                properties.setdefault(name, stamp)
        arrived = _either(row["arrival"])
        author = mri(row["author"])
        own = row["own"] if row["own"] in (0, 1) else None
        key = message_key(loose.text(text(row["key"]), where)) or (None if arrived is None else str(arrived))
        identity = self.records.add(
            conversation,
            Record(
                place=place,
                row=where,
                key=key,
                kind=_kind(row),
                content=text(row["content"]),
                # A thread writes nothing: where it is named, nobody is.
                author=None if author is None or author.startswith("19:") else author,
                name=loose.text(text(row["name"]), where) or None,
                outgoing=None if own is None else bool(own),
                time=_time(row, arrived),
                root=text(row["root"]) or root,
                properties=properties,
            ),
        )
        if author is not None and own:
            conversation.participant(author, owner=author == self.threads.owner)
        if author is not None and (user := self.threads.known(author)) and not author.startswith("19:"):
            conversation.participant(author, **user)
        if _time(row, arrived)["sent_at"] is None:
            detail = f"the time of {where} cannot be; it is kept without one"
            self.records.capture.warn(
                "impossible_date", detail, row=where, conversation=conversation.id, message=identity
            )

    def _again(self, row: Row, where: str) -> bool:
        """Whether the row is the copy of one before, alike in all that is read; rows that differ are both kept."""
        if (row["thread"], row["key"]) not in self._repeated:
            return False
        alike = tuple(value for label, value in row.items() if label != "pk")
        first = self._seen.setdefault(alike, where)
        if first == where:
            return False
        detail = f"{where} is the same message as {first}, and was read once"
        self.records.loose.warn("duplicate_record", detail, where)
        return True


def _kind(row: Row) -> str:
    """The type of message, whole or in the two parts that some versions keep."""
    whole = row["kind"]
    if isinstance(whole, str) and whole:
        return whole[:200]
    parts = [part for part in (row["base"], row["subtype"]) if isinstance(part, str) and part]
    if len(parts) == 2 and "/" not in parts[0] + parts[1]:
        return "/".join(parts)[:200]
    return next((part for part in parts if "/" in part), parts[0] if parts else "")[:200]


def _either(value: object) -> int | None:
    """An instant in any of the shapes that the columns have had: Core Data seconds, milliseconds, ISO text."""
    if isinstance(value, str):
        at, _, _ = iso(value)
        return at if at is not None else unix(value)
    if isinstance(value, int | float) and abs(value) > 1e11:
        return unix(value)
    return None if value in (None, 0) else cocoa(value)


def _time(row: Row, arrived: int | None) -> dict[str, Any]:
    composed, precision, zoned = iso(row["composed"])
    sent = composed if composed is not None else _either(row["composed"]) or arrived
    written = row["composed"] if row["composed"] not in (None, "") else row["arrival"]
    return {
        "sent_at": sent,
        "sent_at_written": shown(text(written))[:100],
        "sent_at_precision": precision if composed is not None else "millisecond",
        "time_zone": "UTC",
        "time_zone_basis": "recorded" if composed is None or zoned else "assumed",
        "server_at": arrived,
    }


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
