"""Microsoft's own *Export my data*: `messages.json`, with every conversation of an account and its MessageList."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from upstander.errors import LimitReached, Unreadable, WrongSource
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document
from upstander.evidence.sources import json_whole
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.teams.properties import unpacked
from upstander.evidence.sources.teams.records import Record, Records
from upstander.evidence.sources.teams.threads import kind_of
from upstander.evidence.sources.teams.values import iso, message_key, mri, number_of, platform, thread, unix

__all__ = ["SOURCE"]

NAME = "teams_export"

CARD = Card(
    title="Microsoft's Export my data (messages.json of Teams free and Skype)",
    tried_on=(
        "invented files of the shape that other readers' public type definitions give; no real file was at hand",
    ),
    limits=(
        "The file of Skype has the same shape: a conversation whose id is not Teams' has the platform unknown.",
        "Content, notices, edits and deletions are read as in Teams' database; media lie in a folder of the export"
        " under names of their own and are found only where a message names them.",
        "MessageList stands newest first and is turned round; one file is read up to 128 MiB.",
    ),
)

_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{")
_SIGNS = (
    re.compile(rb'(?<!\\)"conversations"[ \t\r\n]*:[ \t\r\n]*\['),
    re.compile(rb'(?<!\\)"MessageList"[ \t\r\n]*:[ \t\r\n]*\['),
    re.compile(rb'(?<!\\)"userId"[ \t\r\n]*:'),
    re.compile(rb'(?<!\\)"exportDate"[ \t\r\n]*:'),
)


def recognise(document: Document) -> tuple[str, ...]:
    """Raise `WrongSource` where the first bytes are not such a file's; nothing is read together with it."""
    head = document.head
    if _OBJECT.match(head):
        listed, messages, user, date = (bool(sign.search(head)) for sign in _SIGNS)
        if listed and (messages or (user and date)):
            return ()
    raise WrongSource("the document is no export of Teams' or Skype's messages")


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - times are stored instants
    """Conversation by conversation, each oldest first."""
    recognise(document)
    capture = Capture(document, source=NAME, platform="teams")
    loaded = json_whole.load(document.file)
    loose = Loose(capture, {})
    if loaded.replaced:
        loose.warn("invalid_text", "the file is no valid UTF-8; what is not was replaced by U+FFFD")
    records = Records(capture, loose)
    owner = mri(loaded.value.get("userId"))
    if owner is None and loaded.value:
        loose.warn("author_uncertain", "the file does not name the account that it is of; own messages are not marked")
    conversations = items(loaded.value.get("conversations"))
    for number, entry in enumerate(conversations):
        loose.where.pop("conversation", None)
        if not isinstance(entry, dict):
            loose.warn("invalid_record", f"conversations[{number}] is no object and was left out")
            continue
        _Conversation(records, owner, number, entry).read()
        yield from capture.drain((number + 1) / len(conversations))
    records.close()
    yield from capture.close()
    if loaded.problem is not None:
        kind = LimitReached if loaded.limited else Unreadable
        raise kind(f"{document.file.name}: {loaded.problem}; what stands before that was read")


class _Conversation:
    """One conversation while it is being read."""

    def __init__(self, records: Records, owner: str | None, number: int, entry: dict[str, Any]) -> None:
        self.records = records
        self.loose = records.loose
        self.owner = owner
        self.row = f"conversations[{number}]"
        self.entry = entry
        self.key, _ = thread(self.loose.text(entry.get("id"), f"{self.row}.id"))
        self.properties = record(entry.get("threadProperties"))
        topic = self.properties.get("topic") or entry.get("displayName")
        self.conversation: Conversation = records.capture.conversation(
            self.row,
            kind=kind_of(self.key),
            platform=platform(self.key),
            platform_key=self.key,
            title=self.loose.text(topic, f"{self.row}.displayName") or None,
            account=owner,
        )
        self.loose.where["conversation"] = self.conversation.id

    def read(self) -> None:
        """Members first, then the messages."""
        for position, member in enumerate(items(unpacked(self.properties.get("members")))):
            who = mri(
                record(member).get("MemberMri") or record(member).get("id") if isinstance(member, dict) else member
            )
            place = f"{self.row}.threadProperties.members[{position}]"
            if who is None:
                self.loose.warn("missing_reference", f"{place} names no account", place)
                continue
            self.conversation.participant(who, standing="member", owner=who == self.owner, number=number_of(who))
            self.conversation.membership("current_member", participant=who, evidence="member_table", row=place)
        listed = self.entry.get("MessageList")
        if listed is not None and not isinstance(listed, list):
            self.loose.warn("invalid_record", f"{self.row}.MessageList is no list and was left out", self.row)
        seen: dict[str, dict[str, Any]] = {}
        for index, entry in _oldest_first(items(listed)):
            row = f"{self.row}.MessageList[{index}]"
            if not isinstance(entry, dict):
                self.loose.warn("invalid_record", f"the record at {row} is no object and was left out", row)
            elif (key := entry.get("id")) and isinstance(key, str) and seen.setdefault(key, entry) is not entry:
                if seen[key] == entry:
                    self.loose.warn("duplicate_record", f"{row} is another record over again, and was read once", row)
                else:
                    self._message(index, row, entry)
            else:
                self._message(index, row, entry)

    def _message(self, index: int, row: str, entry: dict[str, Any]) -> None:
        stated = entry.get("originalarrivaltime") or entry.get("composetime")
        at, precision, zoned = iso(stated)
        if at is None:
            at, precision, zoned = unix(entry.get("id")), "millisecond", True
        author = mri(entry.get("from"))
        content = entry.get("content")
        properties = record(unpacked(entry.get("properties")))
        for name in ("deletetime", "edittime"):
            properties = {name: record(properties).get(name, entry.get(name)), **properties}
        identity = self.records.add(
            self.conversation,
            Record(
                place=index,
                row=row,
                key=message_key(self.loose.text(entry.get("id"), row)),
                kind=shown(entry.get("messagetype"))[:200],
                content=content if content is None or isinstance(content, str) else shown(content),
                author=None if author is None or author.startswith("19:") else author,
                name=self.loose.text(entry.get("displayName") or entry.get("imdisplayname"), row) or None,
                outgoing=None if self.owner is None or author is None else author == self.owner,
                time={
                    "sent_at": at,
                    "sent_at_written": shown(stated)[:100],
                    "sent_at_precision": precision,
                    "time_zone": "UTC",
                    "time_zone_basis": "recorded" if zoned or at is None else "assumed",
                    "server_at": at,
                },
                root=thread(self.loose.text(entry.get("conversationid"), row))[1],
                properties=properties,
            ),
        )
        if author is not None and author == self.owner:
            self.conversation.participant(author, owner=True)
        if at is None:
            where = {"conversation": self.conversation.id, "message": identity}
            detail = f"the time of {row} cannot be; it is kept without one"
            self.records.capture.warn("impossible_date", detail, row=row, **where)


def _oldest_first(entries: list[Any]) -> list[tuple[int, Any]]:
    indexed = list(enumerate(entries))
    stamps = [at for entry in entries if (at := iso(record(entry).get("originalarrivaltime"))[0]) is not None]
    falling = sum((later < earlier) - (later > earlier) for earlier, later in pairwise(stamps))
    return indexed[::-1] if falling > 0 else indexed


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
