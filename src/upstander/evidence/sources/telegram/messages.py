"""Telegram's messages as rows."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.telegram.clock import Clock
from upstander.evidence.sources.telegram.media import attachments, kind_of, text_of_poll
from upstander.evidence.sources.telegram.notices import affected, event_of
from upstander.evidence.sources.telegram.stream import Found, Header

__all__ = ["Chats"]

_KINDS = {
    "personal_chat": "direct",
    "bot_chat": "direct",
    "saved_messages": "direct",
    "private_group": "group",
    "private_supergroup": "group",
    "public_supergroup": "group",
    "private_channel": "broadcast",
    "public_channel": "broadcast",
}


@dataclass
class _Chat:
    conversation: Conversation
    header: Header
    #: Highest id so far: while ids grow they are unique, and make the places.
    last: int = -(2**63)


@dataclass
class Chats:
    """Turns one record after the other into the tables of `capture`."""

    capture: Capture
    clock: Clock
    owner: str | None = None
    #: (name, number) by handle, from the account's own contact list.
    contacts: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    _chat: _Chat | None = None

    def add(self, found: Found) -> None:
        """Add one record."""
        record = found.record
        if found.what == "personal" and isinstance(record, dict):
            user = _string(record.get("user_id"))
            self.owner = f"user{user}" if user else None
            self._contact(record)
        elif found.what == "contact" and isinstance(record, dict):
            self._contact(record)
        elif found.what == "chat" and found.header is not None and found.header.holds:
            self._of(found.header)
        elif found.what == "message" and found.header is not None:
            chat = self._of(found.header)
            place = f"{found.header.path}[{found.index}]"
            if not isinstance(record, dict):
                detail = f"{place} is no message and was left out"
                self.capture.warn("invalid_record", detail, row=place, conversation=chat.conversation.id)
                return
            identity = self._message(chat, place, found.index, record)
            if found.cut:
                detail = f"{place} is larger than one message may be; the tables lack its rest"
                self._warn("line_too_long", detail, chat, identity, place)

    def close(self) -> None:
        """Say what had to be assumed and what was not known."""
        warn, clock = self.capture.warn, self.clock
        for name, count in sorted(self.unknown.items()):
            warn("unknown_value", f"{count} records have {name[:200]}, which is not known; see them in the exhibit")
        if clock.assumed:
            detail = f"{clock.assumed} times have no zone and none was stated; they were read as UTC (--time-zone)"
            warn("time_zone_assumed", detail)
        if clock.ambiguous:
            detail = f"{clock.ambiguous} times fall in the hour that a clock change repeats; the earlier was taken"
            warn("ambiguous_local_time", detail)
        if clock.skipped:
            detail = f"{clock.skipped} times fall in the hour that a clock change skips; they were read an hour later"
            warn("missing_local_time", detail)

    def _of(self, header: Header) -> _Chat:
        if self._chat is not None and self._chat.header is header:
            return self._chat
        values = header.values
        kind = _KINDS.get(str(values.get("type")), "unknown")
        conversation = self.capture.conversation(
            header.path,
            kind=kind,
            platform_key=_string(values.get("id")),
            title=_string(values.get("name")),
            account=self.owner,
        )
        if "type" in values and kind == "unknown":
            self.unknown[f"chat type {values['type']}"] += 1
        if header.left and self.owner is not None:
            detail = "listed under left_chats: the account has left or was removed"
            conversation.membership(
                "past_member", participant=self.owner, detail=detail, evidence="header", row=header.path
            )
        self._chat = _Chat(conversation, header)
        return self._chat

    def _message(self, chat: _Chat, place: str, index: int, record: dict[str, Any]) -> str:
        key = _whole(record.get("id"))
        if key is not None and key > chat.last:
            chat.last = key
            target: int | str = key
        else:
            target = f"{_string(record.get('id')) or ''}#{index}"
        stamp = self.clock.read(record)
        columns: dict[str, Any] = {
            "row": place,
            "platform_key": _string(record.get("id")),
            "sent_at": stamp.at,
            "sent_at_written": stamp.written,
            "sent_at_precision": stamp.precision,
            "time_zone": stamp.zone,
            "time_zone_basis": stamp.basis,
        }
        kind = None if record.get("type") is None else str(record["type"])
        if kind == "service" or (kind != "message" and "action" in record):
            identity = self._notice(chat, target, record, columns)
        else:
            if kind not in {"message", None}:
                self.unknown[f"message type {kind}"] += 1
            identity = self._authored(chat, target, record, columns)
        if stamp.at is None:
            written = stamp.written[:40] or "none"
            self._warn(
                "impossible_date", f"the time of {place} ({written}) cannot be; it has none", chat, identity, place
            )
        return identity

    def _notice(self, chat: _Chat, place: int | str, record: dict[str, Any], columns: dict[str, Any]) -> str:
        event = event_of(record)
        if event is None:
            self.unknown[f"action {record.get('action')}"] += 1
        identity = chat.conversation.message(
            place,
            **columns,
            kind="system",
            event=event or "other",
            text=_text(record) or _string(record.get("information_text")),
            reply_to=_string(record.get("message_id")),  # the message that was pinned
        )
        actor = _string(record.get("actor_id")) or _string(record.get("actor"))
        for membership in affected(record, actor):
            chat.conversation.membership(message=identity, at=columns["sent_at"], evidence="system_event", **membership)
        return identity

    def _authored(self, chat: _Chat, place: int | str, record: dict[str, Any], columns: dict[str, Any]) -> str:
        conversation = chat.conversation
        name = _string(record.get("from"))
        author = _string(record.get("from_id")) or name or "unknown"
        text = _text(record)
        edited = "edited" in record or "edited_unixtime" in record
        identity = conversation.message(
            place,
            **columns,
            author=author,
            outgoing=author == self.owner if self.owner is not None else None,
            kind=kind_of(record, text),
            text=text or text_of_poll(record),
            reply_to=_string(record.get("reply_to_message_id")),
            forwarded=any(key in record for key in ("forwarded_from", "forwarded_from_id", "saved_from")),
            edited=edited,
        )
        self._participant(conversation, author, name)
        if author == "unknown":
            detail = f"{columns['row']} names no author; its account may be deleted"
            self._warn("missing_reference", detail, chat, identity, columns["row"])
        if edited:
            at = self.clock.near(record.get("edited"), record)
            stamp = self.clock.read({"date_unixtime": record.get("edited_unixtime")})
            at = stamp.at if stamp.at is not None else at
            for version, words, when in ((1, None, None), (2, text, at)):
                conversation.edit(
                    f"{columns['row']}.edited",
                    version=version,
                    message=identity,
                    target_key=str(place),
                    text=words,
                    at=when,
                )
        self._reactions(chat, identity, place, record, columns["row"])
        for ordinal, attachment in enumerate(attachments(record, self.capture.document)):
            conversation.attachment(identity, ordinal=ordinal, **attachment)
            if attachment["held"] == "absent":
                detail = f"{attachment['name']} of {columns['row']} did not come with the export; ask for its folder"
                self._warn("attachment_missing", detail, chat, identity, columns["row"])
        return identity

    def _reactions(self, chat: _Chat, identity: str, place: int | str, record: dict[str, Any], row: str) -> None:
        reactions = record.get("reactions")
        for index, reaction in enumerate(reactions if isinstance(reactions, list) else ()):
            if not isinstance(reaction, dict):
                continue
            emoji = (
                _string(reaction.get("emoji")) or _string(reaction.get("document_id")) or _string(reaction.get("type"))
            )
            total, recent = _whole(reaction.get("count")), reaction.get("recent")
            told = [one for one in recent if isinstance(one, dict)] if isinstance(recent, list) else []
            for number, one in enumerate(told):
                who = _string(one.get("from_id")) or _string(one.get("from"))
                chat.conversation.reaction(
                    f"{row}.reactions[{index}].recent[{number}]",
                    emoji=emoji or "",
                    message=identity,
                    target_key=str(place),
                    participant=who,
                    at=self.clock.near(one.get("date"), record),
                )
            rest = (total if total is not None else 1) - len(told)
            if 0 < rest < 2**53:
                chat.conversation.reaction(
                    f"{row}.reactions[{index}]",
                    emoji=emoji or "",
                    count=rest,
                    message=identity,
                    target_key=str(place),
                )

    def _participant(self, conversation: Conversation, handle: str, name: str | None) -> None:
        known, number = self.contacts.get(handle, (None, None))
        shown = name if name != handle else None
        conversation.participant(handle, name=shown or known, number=number, owner=handle == self.owner or None)

    def _contact(self, record: dict[str, Any]) -> None:
        user = _string(record.get("user_id"))
        if not user or user == "0":
            return
        parts = [part for part in (_string(record.get("first_name")), _string(record.get("last_name"))) if part]
        digits = "".join(filter(str.isdecimal, _string(record.get("phone_number")) or ""))
        self.contacts[f"user{user}"] = (" ".join(parts) or None, f"+{digits}" if 5 <= len(digits) <= 15 else None)

    def _warn(self, kind: str, detail: str, chat: _Chat, identity: str, row: str) -> None:
        self.capture.warn(kind, detail, row=row, conversation=chat.conversation.id, message=identity)


def _text(record: dict[str, Any]) -> str | None:
    """The text: a string, or strings and formatted pieces that are joined as they stand."""
    for name in ("text", "text_entities"):
        value = record.get(name)
        pieces = value if isinstance(value, list) else [value]
        words = [piece.get("text") if isinstance(piece, dict) else piece for piece in pieces]
        joined = "".join(_string(word) or "" for word in words)
        if joined:
            return joined
    return None


def _string(value: object) -> str | None:
    """A string or number as text; None for anything else, and for an empty string."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return str(value) if not isinstance(value, int) or abs(value) < 10**100 else None


def _whole(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62:
        return value
    return None
