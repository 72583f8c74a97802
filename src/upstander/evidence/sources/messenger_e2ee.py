"""Messenger's separate download of end-to-end-encrypted conversations: one JSON file each, in good UTF-8."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from upstander.errors import LimitReached, Unreadable, WrongSource
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import HEAD_BYTES, Document
from upstander.evidence.sources import json_whole
from upstander.evidence.sources.beside import attach, find
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose, instant, items, record, shown
from upstander.evidence.sources.messenger.sentences import noticed

__all__ = ["SOURCE"]

NAME = "messenger_e2ee"

CARD = Card(
    title="Facebook Messenger, download of end-to-end-encrypted conversations (JSON)",
    tried_on=(
        "invented files of the shape that other readers' public type definitions give; no real file was at hand",
    ),
    limits=(
        "The export names neither the exporting account nor who was ever a member; reactions have no time.",
        "Of `type`, text, media, link, call and placeholder are known; others are kept as messages and said.",
        "One file is read up to 128 MiB.",
    ),
)

_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{")
_SENDER = re.compile(rb'(?<!\\)"senderName"[ \t\r\n]*:')
_PEOPLE = re.compile(rb'(?<!\\)"participants"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*["\]]')
_THREAD = re.compile(rb'(?<!\\)"threadName"[ \t\r\n]*:')
_MESSAGES = re.compile(rb'(?<!\\)"messages"[ \t\r\n]*:[ \t\r\n]*\[')

_TYPES = frozenset({"text", "media", "link", "call", "placeholder"})
_KINDS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "heic"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "wav", "ogg"), "audio"),
    "gif": "gif",
}
#: A step back of more than this is said.
_BACKWARDS = 60_000


def recognise(document: Document) -> tuple[str, ...]:
    """Raise `WrongSource` where the first bytes are not such a conversation's; nothing is read together with it."""
    head = document.head
    if _OBJECT.match(head):
        # A conversation whose list of participants or first text fills the first bytes has only one of the signs.
        signs = [bool(sign.search(head)) for sign in (_SENDER, _PEOPLE, _THREAD, _MESSAGES)]
        if (signs[0] and any(signs[1:])) or (signs[1] and signs[2]) or (signs[1] and len(head) >= HEAD_BYTES):
            return ()
    raise WrongSource("the document is no end-to-end-encrypted Messenger conversation in JSON")


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - times are stored instants
    """Stream the conversation, oldest first."""
    recognise(document)
    capture = Capture(document, source=NAME, platform="messenger")
    loaded = json_whole.load(document.file)
    if loaded.value:
        yield from _Thread(document, capture, loaded).read()
    yield from capture.close()
    if loaded.problem is not None:
        kind = LimitReached if loaded.limited else Unreadable
        raise kind(f"{document.file.name}: {loaded.problem}; what stands before that was read")


class _Thread:
    """One conversation while it is being read."""

    def __init__(self, document: Document, capture: Capture, loaded: json_whole.Loaded) -> None:
        self.document = document
        self.capture = capture
        self.loose = Loose(capture, {})
        if loaded.replaced:
            self.loose.warn("invalid_text", "the file is no valid UTF-8; what is not was replaced by U+FFFD")
        value = loaded.value
        self.people = [
            name
            for index, entry in enumerate(items(value.get("participants")))
            if (name := self.loose.text(entry, f"participants[{index}]"))
        ]
        self.messages = items(value.get("messages"))
        title = self.loose.text(value.get("threadName"), "threadName")
        senders = {name for entry in self.messages if isinstance(name := record(entry).get("senderName"), str) and name}
        self.known = frozenset(self.people) | senders
        self.conversation: Conversation = capture.conversation(
            "thread", kind=_kind(self.people, title), platform_key=title, title=title
        )
        self.loose.where["conversation"] = self.conversation.id

    def read(self) -> Iterator[Rows]:
        for index, name in enumerate(dict.fromkeys(self.people)):
            self.conversation.participant(name, standing="member")
            self.conversation.membership(
                "current_member", participant=name, evidence="member_table", row=f"participants[{index}]"
            )
        latest: int | None = None
        for index, entry in self._oldest_first():
            self._message(index, entry)
            stamp = instant(record(entry).get("timestamp"))
            if stamp is not None:
                if latest is not None and stamp < latest - _BACKWARDS:
                    detail = f"messages[{index}] is stamped earlier than the one before it; the export's order is kept"
                    self.loose.warn("times_run_backwards", detail, f"messages[{index}]")
                latest = stamp
            yield from self.capture.drain(0.5)

    def _oldest_first(self) -> list[tuple[int, Any]]:
        indexed = list(enumerate(self.messages))
        stamps = [stamp for entry in self.messages if (stamp := instant(record(entry).get("timestamp"))) is not None]
        falling = sum((later < earlier) - (later > earlier) for earlier, later in pairwise(stamps))
        return indexed[::-1] if falling > 0 else indexed

    def _message(self, index: int, entry: Any) -> None:
        row = f"messages[{index}]"
        if not isinstance(entry, dict):
            self.loose.warn("invalid_record", f"the record at {row} is no object and was left out", row)
            return
        stated = entry.get("type")
        if not isinstance(stated, str) or stated not in _TYPES:
            detail = f"{row} is of the type {shown(stated)[:40]!r}, which this source does not know; kept as a message"
            self.loose.warn("unknown_value", detail, row)
        sender = self.loose.text(entry.get("senderName"), f"{row}.senderName") or ""
        text = self.loose.text(entry.get("text"), f"{row}.text")
        columns: dict[str, Any] = {
            "row": row,
            "sent_at": self.loose.instant(entry.get("timestamp"), row),
            "sent_at_written": shown(entry.get("timestamp"))[:100],
            "sent_at_precision": "millisecond",
            "time_zone": "UTC",
            "time_zone_basis": "recorded",
            "text": text or None,
        }
        media = [record(found) for found in items(entry.get("media"))]
        unsent = entry.get("isUnsent") is True
        if text and sender and not media and not unsent:
            known = self.known
            if noticed(self.conversation, self.loose, index, columns, sender=sender, owner=None, known=known):
                return
        if not sender:
            self.loose.warn("author_uncertain", f"the message at {row} names no sender; its author is left empty", row)
        self._authored(index, entry, columns, media, sender, unsent=unsent)

    def _authored(
        self,
        index: int,
        entry: dict[str, Any],
        columns: dict[str, Any],
        media: list[dict[str, Any]],
        sender: str,
        *,
        unsent: bool,
    ) -> None:
        row = columns["row"]
        paths = [self.loose.text(found.get("uri"), f"{row}.media[{n}].uri") or "" for n, found in enumerate(media)]
        kinds = [_KINDS.get(PurePosixPath(path).suffix.removeprefix(".").casefold(), "document") for path in paths]
        stated = entry.get("type")
        known = stated if stated in ("link", "call") else "text" if columns["text"] else "empty"
        identity = self.conversation.message(
            index,
            **columns,
            author=sender,
            kind="deleted" if unsent else kinds[0] if kinds else known,
            deleted="by_author" if unsent else None,
            # The export itself says so of what it wrote in place of a message, and of calls.
            placeholder=bool(columns["text"]) and not paths and stated in ("placeholder", "call"),
        )
        for ordinal, (path, kind) in enumerate(zip(paths, kinds, strict=True)):
            attach(
                self.capture,
                self.conversation,
                identity,
                ordinal=ordinal,
                kind=kind,
                name=path or None,
                file=find(self.document.siblings, self.document.folder, path) if path else None,
                row=row,
                exhibit=self.document.file.exhibit,
                member=self.document.file.member,
            )
        for position, reaction in enumerate(items(entry.get("reactions"))):
            place = f"{row}.reactions[{position}]"
            reaction = record(reaction)
            self.conversation.reaction(
                place,
                message=identity,
                emoji=self.loose.text(reaction.get("reaction"), place) or "",
                participant=self.loose.text(reaction.get("actor"), place),
            )


def _kind(people: list[str], title: str | None) -> str:
    """A one-to-one exchange is called by the other's name and a number (`Ada North_12`); groups by their own."""
    if len(people) > 2:
        return "group"
    named = title is not None and any(title == name or title.startswith(name + "_") for name in people)
    return "direct" if len(people) == 2 and named else "unknown"


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
