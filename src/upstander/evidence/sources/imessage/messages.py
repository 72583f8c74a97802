"""Rows of `message` as messages, system events, receipts, edits and attachments."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.beside import attach
from upstander.evidence.sources.imessage.body import Body, read_body, transfers
from upstander.evidence.sources.imessage.chats import Chat, Chats
from upstander.evidence.sources.imessage.codes import BALLOONS, REMOVED, STICKER_PLACED, TAPBACKS, VOTE
from upstander.evidence.sources.imessage.media import carried_kind, described
from upstander.evidence.sources.imessage.notices import notice
from upstander.evidence.sources.imessage.parts import Parts
from upstander.evidence.sources.imessage.reactions import Reactions
from upstander.evidence.sources.imessage.schema import Row
from upstander.evidence.sources.imessage.summary import Summary, read_summary
from upstander.evidence.sources.imessage.traces import Guids
from upstander.evidence.sources.imessage.values import blob, instant, integer, precision, target_of, text

__all__ = ["Messages"]

#: associated_message_type of what is a message of its own: an ordinary one, an app's, a sticker laid on another.
_OWN = frozenset({None, 0, 2, 3, STICKER_PLACED})
_UNKNOWN_AUTHOR = "unknown"


@dataclass
class Messages:
    """Turns one row after the other into the tables of `chats.capture`."""

    chats: Chats
    guids: Guids
    parts: Parts
    reactions: Reactions
    #: Codes that are not known, with the number of rows.
    unknown: Counter[str] = field(default_factory=Counter)
    #: Guids of the conversation's edited messages.
    _edited: set[str] = field(default_factory=set)
    #: Messages that others refer to, by guid.
    _known: dict[str, str] = field(default_factory=dict)

    def add(self, chat: Chat, row: Row, files: list[Row]) -> None:
        """Add one row with its attachments."""
        code = integer(row["associated_message_type"])
        if code in TAPBACKS or code in REMOVED:
            self.reactions.tapback(row, self._author(chat, row), files=files)
            return
        item = integer(row["item_type"]) or 0
        summary = read_summary(blob(row["message_summary_info"]))
        if item or (integer(row["is_system_message"]) and not row["text"]):
            self._system(chat, item, row, files)
            return
        body = read_body(row, summary)
        if code == VOTE or (body.payload.voted and not body.payload.options):
            self.reactions.vote(row, self._author(chat, row), body.payload)
            return
        if code not in _OWN:
            self.unknown[f"associated_message_type {code}"] += 1
        self._authored(chat, row, files, body, summary)

    def end(self, chat: Chat) -> None:
        """Give what waited for the end of a conversation."""
        self.reactions.give(chat, self._known)
        self._known.clear()
        self._edited.clear()

    def close(self) -> None:
        """Say what was found odd over all messages."""
        for code, count in sorted(self.unknown.items()):
            self.chats.capture.warn("unknown_value", f"{count} messages have {code}, which is not known", row="message")

    def _times(self, row: Row) -> dict[str, Any]:
        stamp = row["date"]
        return {
            "row": f"message:{row['rowid']}",
            "platform_key": text(row["guid"]),
            "sent_at": instant(stamp),
            "sent_at_written": "" if stamp is None else text(stamp),
            "sent_at_precision": precision(stamp),
            "time_zone": "UTC",
            "time_zone_basis": "recorded",
        }

    def _system(self, chat: Chat, item: int, row: Row, files: list[Row]) -> None:
        found = notice(item, row, self._party(chat, row), self._other(chat, row))
        if not found.known:
            self.unknown[f"item_type {item} and group_action_type {row['group_action_type']}"] += 1
        columns = self._times(row)
        gone = row["rowid"] in self.chats.joins.deleted
        identity = chat.conversation.message(
            row["rowid"],
            **columns,
            kind="system",
            event=found.event,
            text=found.text,
            deleted="by_owner" if gone else None,
            deleted_at=instant(self.chats.joins.deleted.get(row["rowid"])),
        )
        if found.membership is not None:
            chat.conversation.membership(
                found.membership,
                message=identity,
                participant=found.participant,
                actor=found.actor,
                detail=found.detail,
                at=columns["sent_at"],
                evidence="system_event",
            )
        # The new picture of a group is a file.
        self._attach(chat, identity, [described(file, self.chats.capture.document, voice=False) for file in files])
        self._timed(chat, identity, columns)

    def _authored(self, chat: Chat, row: Row, files: list[Row], body: Body, summary: Summary) -> None:
        own = integer(row["is_from_me"])
        author = self._author(chat, row)
        columns = self._times(row)
        guid = columns["platform_key"]
        voice = bool(integer(row["is_audio_message"]))
        document = self.chats.capture.document
        carried = [described(file, document, voice=voice) for file in files]
        if not files and integer(row["cache_has_attachments"]):
            # The text has places for files of which no row is left.
            carried = [
                {"kind": "unknown", "name": name, "file": None, "row": columns["row"]} for name in transfers(row)
            ]
        edited_at = instant(row["date_edited"])
        retracted_at = instant(row["date_retracted"])
        unsent = summary.fully_unsent or (
            bool(summary.unsent or retracted_at) and body.text is None and not carried and body.kind is None
        )
        deleted_at = self.chats.joins.deleted.get(row["rowid"])
        by_owner = row["rowid"] in self.chats.joins.deleted
        kind = "deleted" if unsent else body.kind or carried_kind(carried) or ("text" if body.text else "empty")
        if body.problems and kind == "empty":
            kind = "unknown"
        placed = integer(row["associated_message_type"]) == STICKER_PLACED
        answered = row["associated_message_guid"] if placed else row["thread_originator_guid"]
        reply_to = target_of(answered)[0]
        if reply_to is None and body.app is not None:
            # An update of a poll, or a further move in a game, names what it goes on from.
            reply_to = target_of(row["associated_message_guid"])[0]
        reply_to = reply_to if reply_to != guid else None
        identity = chat.conversation.message(
            row["rowid"],
            **columns,
            author=author,
            outgoing=own == 1 if own in {0, 1} else None,
            kind=kind,
            text=body.text,
            reply_to=reply_to,
            forwarded=integer(row["is_forward"]) == 1,
            edited=bool(summary.versions) or (not unsent and bool(edited_at or retracted_at or summary.unsent)),
            deleted="by_author" if unsent else "by_owner" if by_owner else None,
            deleted_at=(retracted_at or edited_at) if unsent else instant(deleted_at),
        )
        chat.note(author)
        if guid in self.guids.wanted:
            self._known.setdefault(guid or "", identity)
        self._timed(chat, identity, columns)
        where = (chat, identity, columns["row"])
        if unsent and by_owner:
            detail = f"{columns['row']} was unsent by its author, and its owner deleted it too ({deleted_at})"
            self._warn("deletion_trace", detail, *where)
        if reply_to is not None and reply_to not in self.guids.held and reply_to in self.guids.wanted:
            detail = f"{columns['row']} answers message {reply_to}, which is not here"
            self._warn("missing_reference", detail, *where)
        for problem in (*body.problems, *(() if summary.whole else ("message_summary_info",))):
            self._warn(
                "invalid_record", f"{problem} of {columns['row']} could be read only in part or not at all", *where
            )
        self._edits(chat, identity, row, body, summary)
        self._receipt(chat, identity, row, own=own == 1)
        self._sent(chat, identity, row, own=own == 1)
        self._carried(chat, identity, body, carried)
        self.reactions.poll(reply_to or guid, body.payload)
        self.parts.give(chat, row, columns, author, outgoing=own)

    def _edits(self, chat: Chat, identity: str, row: Row, body: Body, summary: Summary) -> None:
        place = f"message:{row['rowid']}"
        given: list[tuple[str, str | None, int | None]] = [
            (f"{place}/ec.{version.part}.{version.index}", version.text, version.at) for version in summary.versions
        ]
        changed_at = instant(row["date_edited"]) or instant(row["date_retracted"])
        if not given and changed_at and not summary.fully_unsent and body.text is not None:
            # The database says that there was an edit, or that a part was unsent, and keeps no earlier text.
            given = [(place, None, None), (place, body.text, changed_at)]
        target = text(row["guid"]) or place
        if given and target in self._edited:
            target = place  # two messages under one guid, in a database that allows it
        if given:
            self._edited.add(target)
        for number, (written, words, at) in enumerate(given, start=1):
            chat.conversation.edit(written, version=number, text=words, at=at, message=identity, target_key=target)

    def _receipt(self, chat: Chat, identity: str, row: Row, *, own: bool) -> None:
        """Of an own message the other party's, in a group nobody's in particular; of any other the account's own."""
        delivered, read, played = (instant(row[name]) for name in ("date_delivered", "date_read", "date_played"))
        if not own:
            delivered = None  # when the account's devices got it, which is no receipt
        if delivered is None and read is None and played is None:
            return
        who = chat.other if own else chat.account
        if who is not None:
            chat.note(who)
        chat.conversation.receipt(
            f"message:{row['rowid']}",
            message=identity,
            target_key=text(row["guid"]),
            participant=who,
            delivered_at=delivered,
            read_at=read,
            played_at=played,
        )

    def _sent(self, chat: Chat, identity: str, row: Row, *, own: bool) -> None:
        error, waits = integer(row["error"]) or 0, integer(row["schedule_type"]) == 2 and integer(row["is_sent"]) == 0
        if own and (error or waits):
            why = f"was not sent (error {error})" if error else "waited to be sent later"
            detail = f"message:{row['rowid']} {why}; nothing shows that it reached anyone"
            self._warn("not_sent", detail, chat, identity, f"message:{row['rowid']}")

    def _carried(self, chat: Chat, identity: str, body: Body, carried: list[dict[str, Any]]) -> None:
        self._attach(chat, identity, carried)
        payload = body.payload
        # An app that is not Apple's own is named, so that it is known what the words stood in.
        foreign = body.app is not None and body.app not in BALLOONS and payload.title is not None
        if payload.url is not None or payload.summary is not None or foreign:
            kind = "location" if payload.place else "link" if payload.url else "unknown"
            caption = "\n".join(filter(None, (payload.title, payload.summary))) or None
            chat.conversation.attachment(
                identity, ordinal=len(carried), kind=kind, held="held", name=payload.url or body.app, caption=caption
            )

    def _attach(self, chat: Chat, identity: str, carried: list[dict[str, Any]]) -> None:
        capture = self.chats.capture
        where: dict[str, Any] = {"exhibit": capture.document.file.exhibit, "member": capture.document.file.member}
        for ordinal, columns in enumerate(carried):
            attach(capture, chat.conversation, identity, ordinal=ordinal, **where, **columns)

    def _author(self, chat: Chat, row: Row) -> str:
        """The author's handle; where the database does not tell it, that is said."""
        found = self._party(chat, row)
        if found is not None:
            return found
        key = integer(row["handle_id"])
        place = f"message:{row['rowid']}"
        detail = f"the author of {place} is not in the database any more; it has no name"
        self.chats.capture.warn("missing_reference", detail, row=place, conversation=chat.conversation.id)
        return f"handle:{key}" if key else _UNKNOWN_AUTHOR

    def _party(self, chat: Chat, row: Row) -> str | None:
        if integer(row["is_from_me"]) == 1:
            return chat.account
        return self.chats.handles.of(row["handle_id"]) or (chat.other if not integer(row["handle_id"]) else None)

    def _other(self, chat: Chat, row: Row) -> str | None:
        """Whom a group action happened to: 0 is the account itself."""
        key = integer(row["other_handle"])
        return chat.account if key == 0 else self.chats.handles.of(key)

    def _timed(self, chat: Chat, identity: str, columns: dict[str, Any]) -> None:
        if columns["sent_at"] is None:
            written = columns["sent_at_written"] or "none"
            detail = f"the time of {columns['row']} ({written[:40]}) cannot be; it is kept without one"
            self._warn("impossible_date", detail, chat, identity, columns["row"])

    def _warn(self, kind: str, detail: str, chat: Chat, identity: str, row: str) -> None:
        self.chats.capture.warn(kind, detail, row=row, conversation=chat.conversation.id, message=identity)
