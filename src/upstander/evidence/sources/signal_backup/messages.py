"""Items of chats as rows: messages with their versions, receipts and reactions, and notices."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture
from upstander.evidence.sources.loose import instant, items, record
from upstander.evidence.sources.signal_backup.chats import Chat, Chats
from upstander.evidence.sources.signal_backup.contents import Content, content_of
from upstander.evidence.sources.signal_backup.groups import seconds
from upstander.evidence.sources.signal_backup.people import People
from upstander.evidence.sources.signal_backup.receipts import Receipts
from upstander.evidence.sources.signal_backup.updates import Notice, notices
from upstander.evidence.sources.signal_backup.values import milliseconds, number, whole
from upstander.evidence.sources.signal_backup.wire import UNKNOWN

__all__ = ["Messages"]


@dataclass
class Messages:
    """Turns one item of a chat after the other into rows."""

    capture: Capture
    people: People
    chats: Chats
    #: Keys of edited messages' later versions, by which quotes may name them, and the key of the first.
    _first: dict[str, str] = field(default_factory=dict)
    _edited: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, index: int, row: str, item: dict[str, Any], start: int | None, end: int | None) -> None:
        """Add the item of frame `index`."""
        chat = self.chats.of(item.get("chatId"), row)
        versions = [*(record(one) for one in items(item.get("revisions"))), item]
        first = versions[0]
        columns: dict[str, Any] = {"row": row, "byte_start": start, "byte_end": end, **_direction(first)}
        columns |= _time(first.get("dateSent"), chat, row)
        update = item.get("updateMessage")
        if isinstance(update, dict):
            self._notices(chat, index, item, update, columns)
        else:
            self._authored(chat, index, versions, columns)

    def call(self, index: int, row: str, call: dict[str, Any], start: int | None, end: int | None) -> None:
        """Add a call made by a link, which belongs to no chat."""
        chat = self.chats.call(call.get("recipientId"), row)
        columns = {"row": row, "byte_start": start, "byte_end": end, **_time(call.get("callTimestamp"), chat, row)}
        identity = chat.conversation.message(index, **columns, kind="system", event="call")
        chat.conversation.membership(
            "changed", message=identity, at=columns["sent_at"], evidence="system_event", detail="call by a link"
        )

    def key(self, author: str | None, sent: Any) -> str | None:
        """The key of a message on every phone: its author's account id and the millisecond it was sent in."""
        at = whole(sent)
        if author is None or not at:
            return None
        written = f"{author}:{at}"
        return self._first.get(written, written)

    def _notices(
        self, chat: Chat, index: int, item: dict[str, Any], update: dict[str, Any], columns: dict[str, Any]
    ) -> None:
        author, row = self.people.handle(item.get("authorId")), columns["row"]
        for ordinal, notice in enumerate(notices(update, author, self.people)):
            place = f"{row}{notice.suffix}"
            identity = chat.conversation.message(
                index if ordinal == 0 else f"{index}.{ordinal}",
                **columns | {"row": place},
                kind="system",
                event=notice.event,
                platform_key=self.key(author, item.get("dateSent")) if notice.sent else None,
                reply_to=self._about(notice, author),
            )
            if notice.odd:
                detail = f"{place} is {notice.odd}; it is kept as a notice"
                self.capture.warn(
                    "unknown_value", detail, row=place, conversation=chat.conversation.id, message=identity
                )
            if notice.timer is not None:
                chat.timer = notice.timer
            for membership in notice.memberships:
                chat.conversation.membership(
                    message=identity, at=columns["sent_at"], evidence="system_event", **membership
                )

    def _about(self, notice: Notice, author: str | None) -> str | None:
        if notice.about is None:
            return None
        number_, sent = notice.about
        return self.key(author if number_ is None else self.people.handle(number_), sent)

    def _authored(self, chat: Chat, index: int, versions: list[dict[str, Any]], columns: dict[str, Any]) -> None:
        item, row, loose = versions[-1], columns["row"], chat.loose
        content = content_of(item, loose, row)
        author = self.people.handle(item.get("authorId"))
        key, unknown = self.key(author, versions[0].get("dateSent")), author is None
        author = author or f"recipient {number(item.get('authorId'))}"
        chat.present(author)
        quote = content.quote if content else {}
        identity = chat.conversation.message(
            index,
            **columns,
            platform_key=key,
            author=author,
            kind=content.kind if content else "unknown",
            text=content.text if content else None,
            edited=len(versions) > 1,
            deleted=content.deleted if content else None,
            recipients=len(items(record(item.get("outgoing")).get("sendStatus"))) if columns["outgoing"] else None,
            **self._quoted(chat, quote, row),
        )
        if unknown:
            self._warn("missing_reference", "names an author that the backup does not list", chat, identity, row)
        if content is None:
            named = ", ".join(str(one) for one in items(item.get(UNKNOWN))) or "nothing at all"
            self._warn("unknown_value", f"holds nothing that is known ({named})", chat, identity, row)
        target = key or row
        if len(versions) > 1:
            self._edits(chat, identity, versions, author, target, row)
        receipts = Receipts(self.capture, chat, self.people, identity, target)
        for place, version in _placed(versions, row):
            receipts.add(place, record(version.get("outgoing")))
        if content is not None:
            self._rest(chat, identity, target, content, row)
            self._deleted(chat, identity, author, item, columns)
        self._standing(chat, identity, item, columns)

    def _quoted(self, chat: Chat, quote: dict[str, Any], row: str) -> dict[str, Any]:
        if not quote:
            return {}
        author = self.people.handle(quote.get("authorId"))
        return {
            "reply_to": self.key(author, quote.get("targetSentTimestamp")),
            "reply_to_author": author,
            "reply_to_text": chat.loose.text(record(quote.get("text")).get("body") or None, f"{row}.quote"),
        }

    def _edits(
        self, chat: Chat, identity: str, versions: list[dict[str, Any]], author: str, target: str, row: str
    ) -> None:
        self._edited[chat.conversation.id, target] += 1
        if self._edited[chat.conversation.id, target] > 1:
            self._warn("duplicate_record", "has the author and time of another edited message", chat, identity, row)
            target = f"{target}#{row}"
        for ordinal, (place, version) in enumerate(_placed(versions, row), start=1):
            content = content_of(version, chat.loose, place)
            later = self.key(author, version.get("dateSent"))
            if ordinal > 1 and later is not None and "#" not in target:
                self._first.setdefault(later, target)
            chat.conversation.edit(
                place,
                version=ordinal,
                message=identity,
                target_key=target,
                text=content.text if content else None,
                at=instant(version.get("dateSent")),
            )

    def _rest(self, chat: Chat, identity: str, target: str, content: Content, row: str) -> None:
        for ordinal, attachment in enumerate(content.attachments):
            chat.conversation.attachment(identity, ordinal=ordinal, **attachment)
        if content.continued:
            what = "has a text that goes on in a file which the backup does not hold"
            self._warn("attachment_missing", what, chat, identity, row)
        for index, written in enumerate(content.reactions):
            reaction, place = record(written), f"{row}.reactions[{index}]"
            emoji = chat.loose.text(reaction.get("emoji"), place) or ""
            self._reaction(
                chat, identity, target, place, reaction.get("authorId"), emoji, reaction.get("sentTimestamp")
            )
        for option, place, vote in content.votes:
            self._reaction(chat, identity, target, place, vote.get("voterId"), option, None)

    def _reaction(self, chat: Chat, identity: str, target: str, row: str, author: Any, emoji: str, at: Any) -> None:
        handle = self.people.handle(author)
        if handle is None:
            self._warn("missing_reference", "names a person that the backup does not list", chat, identity, row)
        else:
            chat.present(handle)
        chat.conversation.reaction(
            row, emoji=emoji, message=identity, target_key=target, participant=handle, at=instant(at)
        )

    def _deleted(self, chat: Chat, identity: str, author: str, item: dict[str, Any], columns: dict[str, Any]) -> None:
        admin = record(item.get("adminDeletedMessage")).get("adminId")
        if admin is not None:
            chat.membership(
                "changed",
                columns["row"],
                evidence="header",
                message=identity,
                participant=author,
                actor=self.people.handle(admin),
                detail="message deleted by an administrator",
            )

    def _standing(self, chat: Chat, identity: str, item: dict[str, Any], columns: dict[str, Any]) -> None:
        """What an item says of its conversation: the timer that it was sent under, and that it is pinned."""
        where = {"evidence": "header", "message": identity}
        timer = number(item.get("expiresInMs"))
        if timer != chat.timer:
            chat.timer = timer
            chat.membership("changed", columns["row"], at=columns["sent_at"], detail=seconds(timer), **where)
        pin = item.get("pinDetails")
        if isinstance(pin, dict):
            at = instant(pin.get("pinnedAtTimestamp"))
            chat.membership("changed", columns["row"], at=at, detail="message pinned", **where)

    def _warn(self, kind: str, what: str, chat: Chat, identity: str, row: str) -> None:
        self.capture.warn(kind, f"{row} {what}", row=row, conversation=chat.conversation.id, message=identity)


def _placed(versions: list[dict[str, Any]], row: str) -> list[tuple[str, dict[str, Any]]]:
    earlier = [(f"{row}.revisions[{index}]", version) for index, version in enumerate(versions[:-1])]
    return [*earlier, (row, versions[-1])]


def _direction(item: dict[str, Any]) -> dict[str, Any]:
    """Whether the account sent it, and the other clocks."""
    incoming, outgoing = item.get("incoming"), item.get("outgoing")
    received = record(incoming if isinstance(incoming, dict) else outgoing)
    return {
        "outgoing": True if isinstance(outgoing, dict) else False if isinstance(incoming, dict) else None,
        "received_at": instant(received.get("dateReceived")),
        "server_at": instant(received.get("dateServerSent")),
    }


def _time(value: Any, chat: Chat, row: str) -> dict[str, Any]:
    return {
        "sent_at": chat.loose.instant(value, row),
        "sent_at_written": milliseconds(value),
        "sent_at_precision": "millisecond",
        "time_zone": "UTC",
        "time_zone_basis": "recorded",
    }
