"""One record of `messages`: an authored message, or the app's own sentence."""

import re
from dataclasses import dataclass
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document, File
from upstander.evidence.sources.beside import attach, find
from upstander.evidence.sources.loose import Loose, instant, items, record, shown
from upstander.evidence.sources.messenger.notices import Notice, Verdict, judge, names
from upstander.evidence.sources.messenger.thread import Thread

__all__ = ["Reader"]

#: List of files, the message kind it makes, the attachment kind.
_MEDIA = (
    ("photos", "image", "image"),
    ("videos", "video", "video"),
    ("audio_files", "audio", "audio"),
    ("gifs", "gif", "gif"),
    ("files", "document", "document"),
)
#: Values of `type` that say no more than the record's own fields.
_TYPES = frozenset({"Generic", "Share", "Call", "Subscribe", "Unsubscribe", "Payment", "Plan"})
_STORED = {"sent_at_precision": "millisecond", "time_zone": "UTC", "time_zone_basis": "recorded"}


@dataclass
class Reader:
    """Reads the messages of one file of a conversation."""

    document: Document
    capture: Capture
    conversation: Conversation
    thread: Thread
    loose: Loose
    file: File
    number: int
    known: frozenset[str]

    def read(self, index: int, entry: Any) -> None:
        """Add the message at `index` of the file."""
        row = f"{self.number}/messages[{index}]"
        if not isinstance(entry, dict):
            self.loose.warn("invalid_record", f"the record at {row} is no object and was left out", row)
            return
        written = entry.get("timestamp_ms")
        columns: dict[str, Any] = {
            "row": row,
            "sent_at": self.loose.instant(written, row),
            "sent_at_written": shown(written)[:100],
            **_STORED,
        }
        sender = self.loose.text(entry.get("sender_name"), f"{row}.sender_name")
        text = self.loose.text(entry.get("content"), f"{row}.content")
        stated = entry.get("type")
        if stated in ("Subscribe", "Unsubscribe"):
            self._subscription(entry, index, columns, sender, text, leaving=stated == "Unsubscribe")
            return
        if stated is not None and (not isinstance(stated, str) or stated not in _TYPES):
            detail = f"{row} is of the type {shown(stated)[:60]!r}, which this source does not know; kept as a message"
            self.loose.warn("unknown_value", detail, row)
        if text is not None and sender is not None and not _carries(entry):
            verdict, notice = judge(text, sender=sender, owner=self.thread.owner, known=self.known)
            if verdict is Verdict.SYSTEM and notice is not None:
                self._notice(notice, index, columns, sender, text)
                return
            if verdict is Verdict.UNCERTAIN:
                detail = (
                    f"{row} reads like the app's own notice, and nothing shows that it is; it was kept as a message"
                )
                self.loose.warn("author_uncertain", detail, row)
        self._authored(entry, index, columns, sender, text)

    def _place(self, index: int) -> str:
        return f"{self.number}.{index}"

    def _add(self, index: int, columns: dict[str, Any]) -> str:
        return self.conversation.message(
            self._place(index), exhibit=self.file.exhibit, member=self.file.member, **columns
        )

    def _authored(
        self, entry: dict[str, Any], index: int, columns: dict[str, Any], sender: str | None, text: str | None
    ) -> None:
        row = columns["row"]
        if not sender:
            # Accounts that were closed: the message stays, its author is the empty name that the export gives.
            self.loose.warn("author_uncertain", f"the message at {row} names no sender; its author is left empty", row)
        sender = sender or ""
        unsent = entry.get("is_unsent") is True
        taken_down = entry.get("is_taken_down") is True
        identity = self._add(
            index,
            columns
            | {
                "author": sender,
                "text": text,
                "placeholder": bool(text) and _in_place(entry, sender, text or ""),
                "kind": "deleted" if unsent or taken_down else _kind(entry, text),
                "deleted": "by_author" if unsent else "unknown" if taken_down else None,
                "outgoing": None if self.thread.owner is None else sender == self.thread.owner,
            },
        )
        self._attachments(entry, identity, row)
        for position, reaction in enumerate(items(entry.get("reactions"))):
            place = f"{row}.reactions[{position}]"
            reaction = record(reaction)
            self.conversation.reaction(
                place,
                message=identity,
                emoji=self.loose.text(reaction.get("reaction"), place) or "",
                participant=self.loose.text(reaction.get("actor"), place),
                at=instant(reaction.get("timestamp"), scale=1000),
                exhibit=self.file.exhibit,
            )

    def _attachments(self, entry: dict[str, Any], message: str, row: str) -> None:
        ordinal = 0
        listed = [(group, kind, media) for group, _, kind in _MEDIA for media in items(entry.get(group))]
        if entry.get("sticker") is not None:
            listed.append(("sticker", "sticker", entry["sticker"]))
        for group, kind, media in listed:
            uri = self.loose.text(record(media).get("uri"), f"{row}.{group}")
            if uri is None:
                self.loose.warn("invalid_record", f"a file of {group} at {row} has no path and was left out", row)
                continue
            attach(
                self.capture,
                self.conversation,
                message,
                ordinal=ordinal,
                kind="voice" if kind == "audio" and uri.rsplit("/", 1)[-1].startswith("audioclip") else kind,
                name=uri,
                file=find(self.document.siblings, self.document.folder, uri),
                row=row,
                exhibit=self.file.exhibit,
                member=self.file.member,
            )
            ordinal += 1
        share = record(entry.get("share"))
        link = self.loose.text(share.get("link"), f"{row}.share.link")
        caption = self.loose.text(share.get("share_text"), f"{row}.share.share_text")
        if link is not None or caption is not None:
            # A link has no file of its own; the export holds where it led.
            self.conversation.attachment(
                message,
                ordinal=ordinal,
                kind="link",
                held="omitted",
                name=link,
                caption=caption,
                exhibit=self.file.exhibit,
            )

    def _subscription(
        self,
        entry: dict[str, Any],
        index: int,
        columns: dict[str, Any],
        sender: str | None,
        text: str | None,
        *,
        leaving: bool,
    ) -> None:
        """Older downloads mark joins and departures by type, with the persons in `users`."""
        row = columns["row"]
        users = [
            name
            for position, user in enumerate(items(entry.get("users")))
            if (name := self.loose.text(record(user).get("name"), f"{row}.users[{position}]"))
        ]
        if not users and sender:
            users = [sender]
        alone = users == [sender] or not sender
        event = ("left" if leaving else "joined") if alone else ("removed" if leaving else "added")
        self._system(index, columns, event, event, text, users, sender)

    def _notice(self, notice: Notice, index: int, columns: dict[str, Any], sender: str, text: str) -> None:
        who = names(notice.who, self.known) if notice.who else [sender]
        if notice.membership == "created":
            who = []
        you = self.thread.owner
        who = [you if you is not None and name.casefold() in ("you", "yourself") else name for name in who]
        self._system(index, columns, notice.event, notice.membership, text, who, sender, notice.detail)

    def _system(
        self,
        index: int,
        columns: dict[str, Any],
        event: str,
        membership: str,
        text: str | None,
        who: list[str],
        actor: str | None,
        detail: str | None = None,
    ) -> None:
        columns = columns | {"kind": "system", "event": event, "text": text}
        identity = self._add(index, columns)
        if not membership:
            return
        persons: list[str | None] = [*who] or [None]
        for name in persons:
            self.conversation.membership(
                membership,
                participant=name,
                actor=None if membership in ("left", "joined") and name == actor else actor,
                detail=detail,
                at=columns["sent_at"],
                evidence="system_event",
                message=identity,
                row=columns["row"],
                exhibit=self.file.exhibit,
            )


def _carries(entry: dict[str, Any]) -> bool:
    """Whether the record holds more than a sentence; the app's own sentences carry no files."""
    return any(entry.get(group) for group in ("photos", "videos", "audio_files", "gifs", "files", "sticker", "share"))


def _is_call(entry: dict[str, Any]) -> bool:
    return entry.get("type") == "Call" or "call_duration" in entry


def _in_place(entry: dict[str, Any], sender: str, text: str) -> bool:
    """Whether the app wrote the text in place of a message: of a call, or of what was shared or taken back.

    The last two in English alone, and only where the record itself says so too, for anybody can type them.
    """
    if _is_call(entry):
        return True
    you = re.escape(sender)
    if _carries(entry):
        return re.fullmatch(rf"(?:{you}|You) sent (?:an attachment|a photo|a video|a link)\.", text) is not None
    unsent = rf"(?:{you}|You) unsent a message\.?|This message was unsent\.?"
    return entry.get("is_unsent") is True and re.fullmatch(unsent, text) is not None


def _kind(entry: dict[str, Any], text: str | None) -> str:
    if _is_call(entry):
        return "call"
    if entry.get("type") == "Payment":
        return "payment"
    if entry.get("type") == "Plan":
        return "event"
    for group, kind, _ in _MEDIA:
        if entry.get(group):
            return kind
    if entry.get("sticker"):
        return "sticker"
    if entry.get("share"):
        return "link"
    return "text" if text else "empty"
