"""Telegram Desktop's machine-readable export: `result.json` of one chat, or of a whole account."""

import re
from collections.abc import Iterator

from upstander.errors import SourceError, WrongSource
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.telegram.clock import Clock
from upstander.evidence.sources.telegram.messages import Chats
from upstander.evidence.sources.telegram.stream import CleanStream, walk

__all__ = ["SOURCE"]

NAME = "telegram"

_CHAT = re.compile(
    rb'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|verify_codes'
    rb'|private_group|(?:private|public)_(?:supergroup|channel))"'
)
_RECORD = re.compile(rb'"type"\s*:\s*"(?:message|service)"')
_TIMED = re.compile(rb'"(?:date_unixtime|from_id|actor_id)"\s*:')
_LIST = re.compile(rb'"messages"\s*:\s*\[')
_ACCOUNT = re.compile(rb'"personal_information"\s*:\s*\{')
_SECTION = re.compile(rb'"(?:profile_pictures|contacts|frequent_contacts|chats|left_chats|sessions)"\s*:')


def recognise(document: Document) -> tuple[str, ...]:
    """A JSON object with Telegram's own keys; other messengers' exports have messages too, but not these."""
    head = document.head.removeprefix(b"\xef\xbb\xbf")
    if not head.lstrip().startswith(b"{"):
        raise WrongSource(f"{document.file.name} is no JSON object")
    messages = _LIST.search(head) is not None
    if messages and (_CHAT.search(head) or (_RECORD.search(head) and _TIMED.search(head))):
        return ()
    if _ACCOUNT.search(head) and b'"user_id"' in head and _SECTION.search(head):
        return ()
    raise WrongSource(f"{document.file.name} has none of the keys of a Telegram export")


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Read chats in the order of the export; of a file that is cut short, everything before the cut."""
    capture = Capture(document, source=NAME, platform="telegram")
    chats = Chats(capture, Clock(reading.time_zone))
    size = max(1, document.file.size)
    problem: SourceError | None = None
    with document.file.open() as file:
        stream = CleanStream(file)
        try:
            for count, found in enumerate(walk(stream, document.file.name), start=1):
                chats.add(found)
                if count % 1_000 == 0:
                    yield from capture.drain(min(1.0, stream.place / size))
        except SourceError as raised:
            problem = raised
        chats.close()
        if stream.mended:
            detail = f"{stream.mended} places of {document.file.name} are no valid text; U+FFFD stands for them"
            capture.warn("invalid_text", detail)
    yield from capture.close()
    if problem is not None:
        raise problem


CARD = Card(
    title="Telegram Desktop (JSON)",
    tried_on=(
        "chat-analytics samples: a supergroup of 5,475 messages by 20 authors with dates in ISO and UTC; a personal "
        "chat of 6 messages and 2 notices",
        "chat-miner tests: 2 messages of one conversation, and the same in the layout of a full export",
    ),
    limits=(
        "Members in notices are names, not ids; they are kept as written.",
        "Only that a message was edited and when is exported, no earlier text; how often it was edited is unknown.",
        "A reaction's time is local; without a stated zone it is read by the message's own offset within a day of it.",
        "Read receipts, the member list and deleted messages are not exported; holes in ids are for a later stage.",
        "A notice has a text only where the export has one; of an action that the tables do not name, see the exhibit.",
        "Stories, sessions, profile pictures and other account data are not read; thumbnails are not listed.",
        "The HTML export is not read.",
    ),
)
SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
