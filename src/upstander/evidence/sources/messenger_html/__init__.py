"""Facebook Messenger (and Instagram) conversations from downloads in HTML, old and new."""

import re
from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from upstander.errors import LimitReached, SourceError, Unreadable, WrongSource
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document
from upstander.evidence.sources.beside import attach, find
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import END, Loose
from upstander.evidence.sources.messenger.sentences import noticed
from upstander.evidence.sources.messenger_html.dates import Written, parse
from upstander.evidence.sources.messenger_html.page import Page, Post, Thread, read_pages

__all__ = ["SOURCE"]

NAME = "messenger_html"

CARD = Card(
    title="Facebook Messenger, download in HTML",
    tried_on=(
        "ownaginatious/fbchat-archive-parser simulated_data.htm (layout before 2018): 20 messages, 3 conversations",
        "pages of the layouts of 2018 and 2021 only as invented, after public parsers' descriptions of them",
    ),
    limits=(
        "Pages have whole minutes or seconds only; the newer ones state no zone, so that one must be stated at intake.",
        "Zone abbreviations that several countries use (CST, BST, IST) are not believed.",
        "Before 2018 a conversation of more than 10,000 messages stands, and is read, as several.",
        "Each page of the newer layouts (message_1.html, message_2.html) is a conversation of its own.",
        "Participants' names with a comma in them cannot be told from two in the old layout's headers.",
        "Calls, shared links' captions and stickers come as their text or picture.",
    ),
)

_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|div|meta)\b", re.IGNORECASE)
_OLD = re.compile(rb"<div[^>]{0,80}class=[\"'](?:[\w-]+ )*thread[\"' ]", re.IGNORECASE)
_OLD_MESSAGE = re.compile(rb"class=[\"']message_header[\"']|class=[\"']message[\"']", re.IGNORECASE)
#: The boxes of a message's body, the first of them empty; no other page of a download has them.
_NEW = re.compile(rb"(?:_a6-p|_2let)[^>]{0,40}>\s*<div>\s*<div>\s*</div>\s*<div>")
_REACTION = re.compile(r"(?P<emoji>[^\w\s]\S*?)\s*(?P<actor>\w.*)", re.DOTALL)
_BACKWARDS = 60_000


def recognise(document: Document) -> tuple[str, ...]:
    """Raise `WrongSource` where the first bytes are no page of conversations."""
    head = document.head
    if _PAGE.match(head) and ((_OLD.search(head) and _OLD_MESSAGE.search(head)) or _NEW.search(head)):
        return ()
    raise WrongSource("the document is no page of Messenger conversations")


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Stream thread by thread, each oldest first."""
    recognise(document)
    capture = Capture(document, source=NAME, platform="messenger")
    page = Page()
    rows = _Rows(document, capture, reading, page)
    problem: SourceError | None = None
    try:
        for ordinal, thread in enumerate(read_pages(document.file, page)):
            rows.thread(ordinal, thread)
            yield from capture.drain(0.5)
    except (Unreadable, LimitReached) as damage:
        problem = damage
    if page.invalid:
        detail = (
            f"{page.invalid} places of {document.file.name}, the first at byte {page.first_invalid}, are no UTF-8;"
            " they were read as U+FFFD"
        )
        capture.warn("invalid_text", detail, byte_start=page.first_invalid)
    yield from capture.close()
    if problem is not None:
        raise problem


class _Rows:
    """Turns threads into rows."""

    def __init__(self, document: Document, capture: Capture, reading: Reading, page: Page) -> None:
        self.document = document
        self.capture = capture
        self.reading = reading
        self.page = page
        self.loose = Loose(capture, {})
        self.said: set[str] = set()
        self.zone: ZoneInfo | None = None
        if reading.time_zone is not None:
            try:
                self.zone = ZoneInfo(reading.time_zone)
            except (KeyError, ValueError, OSError):
                self.zone = None

    def thread(self, ordinal: int, thread: Thread) -> None:
        """Add one thread."""
        old = bool(thread.header)
        listed = [name for name in thread.header.split(", ") if name] if old else []
        posts = [(index, post) for index, post in enumerate(thread.posts) if not self._preamble(post, listed)]
        known = frozenset(listed) | {post.sender for _, post in posts if post.sender}
        owner = self.page.heading if old and self.page.heading in known else None
        title = self.loose.text(thread.header or self.page.heading or self.page.title or None, "title")
        conversation = self.capture.conversation(
            f"thread.{ordinal}",
            kind="group" if len(listed) > 2 else "direct" if len(listed) == 2 and old else "unknown",
            title=title,
            account=owner,
        )
        self.loose.where["conversation"] = conversation.id
        for position, name in enumerate(dict.fromkeys(listed)):
            conversation.participant(name, standing="member")
            conversation.membership(
                "current_member", participant=name, evidence="header", row=f"thread[{ordinal}].participants[{position}]"
            )
        if owner is not None:
            conversation.participant(owner, owner=True)
        read = [(index, post, parse(post.stamp, order=self.reading.date_order)) for index, post in posts]
        latest = None
        for index, post, written in _oldest_first(read):
            row = f"thread[{ordinal}].message[{index}]"
            if latest is not None and written.local is not None and written.local < latest:
                behind = (latest - written.local).total_seconds() * 1000
                if behind > _BACKWARDS:
                    detail = f"{row} is stamped earlier than the one before it; the export's order is kept"
                    self.loose.warn("times_run_backwards", detail, row)
            latest = written.local or latest
            self._post(conversation, f"{ordinal}.{index}", row, post, written, owner, known)
        del self.loose.where["conversation"]

    def _preamble(self, post: Post, listed: list[str]) -> bool:
        """Newer pages begin with a box that lists the participants and has no time."""
        if post.stamp or ":" not in (text := post.sender or post.body or ""):
            return False
        word, _, rest = text.partition(":")
        if word.strip().casefold() not in _PARTICIPANTS:
            return False
        listed.extend(name.strip() for name in re.split(r", | (?:and|und|et|y|e|en) ", rest) if name.strip())
        return True

    def _time(self, post: Post, written: Written, row: str) -> dict[str, Any]:
        at: int | None = None
        zone, basis = written.zone, "recorded"
        if written.local is None:
            if written.ambiguous:
                detail = f"day and month of the date at {row} cannot be told apart; state the date order at intake"
                self.loose.warn("date_order_ambiguous", detail, row)
            else:
                self.loose.warn("impossible_date", f"the date at {row} cannot be read; the message has no sent_at", row)
        elif written.offset is not None:
            at = (
                int((written.local.replace(tzinfo=UTC) - written.offset).timestamp() * 1000) if _sane(written) else None
            )
        else:
            basis = "assumed" if self.zone is None else "stated"
            zone = "UTC" if self.zone is None else str(self.zone)
            if self.zone is None and "zone" not in self.said:
                self.said.add("zone")
                detail = "the page states no time zone; times were read as UTC, state the zone at intake"
                self.loose.warn("time_zone_assumed", detail, row)
            if _sane(written):
                at = int(written.local.replace(tzinfo=self.zone or UTC).timestamp() * 1000)
                self._change(written, row)
        if written.local is not None and (at is None or not 0 <= at < END):
            at = None
            self.loose.warn("impossible_date", f"the date at {row} is not between 1970 and 2100", row)
        return {
            "sent_at": at,
            "sent_at_written": self.loose.text(post.stamp[:200], row) or "",
            "sent_at_precision": written.precision,
            "time_zone": zone,
            "time_zone_basis": basis,
        }

    def _change(self, written: Written, row: str) -> None:
        if self.zone is None or written.local is None:
            return
        before = written.local.replace(tzinfo=self.zone).utcoffset()
        after = written.local.replace(tzinfo=self.zone, fold=1).utcoffset()
        if before is not None and after is not None and before != after:
            kind = "ambiguous_local_time" if before > after else "missing_local_time"
            self.loose.warn(kind, f"the time at {row} falls in the hour of a clock change; see the kind's meaning", row)

    def _post(
        self,
        conversation: Conversation,
        place: str,
        row: str,
        post: Post,
        written: Written,
        owner: str | None,
        known: frozenset[str],
    ) -> None:
        columns: dict[str, Any] = {"row": row, "text": self.loose.text(post.body or None, row)}
        columns |= self._time(post, written, row)
        sender = self.loose.text(post.sender, row) or ""
        sentence = columns["text"] and sender and not post.files
        if sentence and noticed(conversation, self.loose, place, columns, sender=sender, owner=owner, known=known):
            return
        if not sender:
            self.loose.warn("author_uncertain", f"{row} names no sender; its author is left empty", row)
        kinds = list(post.files.values())
        identity = conversation.message(
            place,
            **columns,
            author=sender,
            kind=kinds[0] if kinds else "text" if columns["text"] else "empty",
            outgoing=None if owner is None else sender == owner,
        )
        for ordinal, (path, kind) in enumerate(post.files.items()):
            attach(
                self.capture,
                conversation,
                identity,
                ordinal=ordinal,
                kind=kind,
                name=self.loose.text(path, row),
                file=find(self.document.siblings, self.document.folder, path),
                row=row,
                exhibit=self.document.file.exhibit,
                member=self.document.file.member,
            )
        for position, text in enumerate(post.reactions):
            found = _REACTION.fullmatch(text)
            conversation.reaction(
                f"{row}.reaction[{position}]",
                message=identity,
                emoji=self.loose.text(found["emoji"] if found else text, row) or "",
                participant=self.loose.text(found["actor"] if found else None, row),
            )


_PARTICIPANTS = frozenset(
    {"participants", "teilnehmer", "teilnehmer/innen", "participantes", "partecipanti", "deelnemers"}
)


def _sane(written: Written) -> bool:
    """Years that have instants on every platform and in every zone."""
    return written.local is not None and 1900 < written.local.year < 2200


def _oldest_first(read: list[tuple[int, Post, Written]]) -> list[tuple[int, Post, Written]]:
    """Turned round unless the times rise; pages are newest first, and many messages share a minute."""
    stamps = [written.local for _, _, written in read if written.local is not None]
    rising = sum((later > earlier) - (later < earlier) for earlier, later in pairwise(stamps))
    return read if rising > 0 else read[::-1]


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
