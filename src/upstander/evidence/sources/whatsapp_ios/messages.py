"""Rows of ZWAMESSAGE as messages, system events, receipts, reactions and attachments."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.whatsapp_ios.chats import Chat, Chats
from upstander.evidence.sources.whatsapp_ios.codes import KINDS, MEMBERSHIP, OWN_ADMIN, SYSTEM_TYPES, event_of
from upstander.evidence.sources.whatsapp_ios.media import Quote, attachments, kind_of, quote
from upstander.evidence.sources.whatsapp_ios.places import Places
from upstander.evidence.sources.whatsapp_ios.receipts import Info, read_info
from upstander.evidence.sources.whatsapp_ios.values import (
    blob,
    instant,
    integer,
    is_account,
    jid,
    precision,
    push_metadata,
    text,
)

__all__ = ["Messages"]

#: Bit of ZFLAGS that marks a forwarded message.
_FORWARDED = 1 << 7
_NOTHING = Info((), (), None, whole=True)
_UNQUOTED = Quote()


@dataclass
class Messages:
    """Turns one row after the other into the tables of `chats.capture`."""

    chats: Chats
    #: (chat, stanza id) pairs that stand in more than one row.
    repeated: frozenset[tuple[int, str]] = frozenset()
    #: Codes that are not known, with the number of rows.
    unknown: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    inferred_receipts: int = 0
    #: Rows that were read.
    places: Places = field(default_factory=Places)
    _seen: dict[tuple[object, ...], str] = field(default_factory=dict)

    def add(self, row: dict[str, Any]) -> None:
        """Add one row of `Columns.messages`."""
        if self._repeats(row):
            return
        place = self.places.take(integer(row["Z_PK"]))
        chat = self.chats.of(row["ZCHATSESSION"])
        code = integer(row["ZMESSAGETYPE"])
        stamp = row["ZMESSAGEDATE"]
        columns: dict[str, Any] = {
            "row": f"ZWAMESSAGE:{place}",
            "platform_key": text(row["ZSTANZAID"]),
            "sent_at": instant(stamp),
            "sent_at_written": "" if stamp is None else text(stamp),
            "sent_at_precision": precision(stamp),
            "time_zone": "UTC",
            "time_zone_basis": "recorded",
            "roster_digest": text(row["ZPHASH"]),
        }
        if code in SYSTEM_TYPES:
            identity = self._system(chat, code, place, row, columns)
        else:
            identity = self._authored(chat, code, place, row, columns)
        if columns["sent_at"] is None:
            written = columns["sent_at_written"] or "none"
            detail = f"the time of message ZWAMESSAGE:{place} ({written[:40]}) cannot be; it is kept without one"
            self._warn("impossible_date", detail, chat, identity, columns["row"])

    def close(self) -> None:
        """Say what was found odd over all messages."""
        capture = self.chats.capture
        for (code, event), count in sorted(self.unknown.items(), key=str):
            detail = f"{count} messages have ZMESSAGETYPE {code} and ZGROUPEVENTTYPE {event}, which are not known"
            capture.warn("unknown_value", detail, row="ZWAMESSAGE")
        if self.inferred_receipts:
            detail = (
                f"times of delivery and reading of {self.inferred_receipts} receipts were computed from ZRECEIPTINFO, "
                "whose fields are not documented; have another phone or the screen confirm one before relying on it"
            )
            capture.warn("receipt_times_inferred", detail, row="ZWAMESSAGEINFO")

    def _authored(
        self, chat: Chat, code: int | None, place: int | str, row: dict[str, Any], columns: dict[str, Any]
    ) -> str:
        conversation = chat.conversation
        flag = integer(row["ZISFROMME"])
        own = flag == 1
        known_kind = KINDS.get(code if code is not None else 0)
        if known_kind is None:
            self.unknown[code, integer(row["ZGROUPEVENTTYPE"])] += 1
        kind = kind_of(known_kind or "unknown", row)
        author, guess = self._author(chat, row, own=own)
        quoted = quote(row["ZMETADATA"]) if row["ZMETADATA"] else _UNQUOTED
        data = blob(row["ZRECEIPTINFO"])
        info = read_info(data) if data else _NOTHING
        written = text(row["ZTEXT"]) or None
        named = None
        if kind == "deleted" and jid(written) is not None:
            # A tombstone's text is an address, and nothing that its author wrote.
            written, named = None, written
        sent = self.chats.accounts.owner if own else None
        if not own:
            columns["server_at"] = columns["sent_at"]
            columns["received_at"] = instant(row["ZSENTDATE"])
        identity = conversation.message(
            place,
            **columns,
            author=author,
            outgoing=own if flag in {0, 1} else None,
            kind=kind,
            text=info.poll if kind == "poll" and info.poll and not written else written,
            reply_to=quoted.key or text(row["parent"]),
            reply_to_author=quoted.author,
            reply_to_text=quoted.text,
            forwarded=quoted.forwarded or bool((integer(row["ZFLAGS"]) or 0) & _FORWARDED),
            deleted="unknown" if kind == "deleted" else None,
            recipients=sum(self._handle(receipt.digits) != sent for receipt in info.receipts) or None if own else None,
        )
        if author not in chat.noted:
            known = self.chats.accounts.known(author)
            if known["name"] is None and not own and push_metadata(row["ZPUSHNAME"]) is None:
                known["name"] = text(row["ZPUSHNAME"]) or None
            conversation.participant(author, **known)
            if own or known["name"] is not None:
                chat.noted.add(author)
        if guess:
            self._warn("missing_reference", guess, chat, identity, columns["row"])
        if named is not None:
            detail = f"the deleted message ZWAMESSAGE:{place} names {named}, perhaps the administrator who deleted it"
            self._warn("unknown_value", detail, chat, identity, columns["row"])
        if info is not _NOTHING:
            self._info(chat, identity, columns["row"], row, info, own=own)
        if kind != "text" or not quoted.whole:
            self._carried(chat, identity, kind, row, quoted)
        return identity

    def _author(self, chat: Chat, row: dict[str, Any], *, own: bool) -> tuple[str, str | None]:
        """The author's handle, and a sentence where the database does not tell it for certain."""
        if own:
            return self.chats.accounts.owner, None
        member = integer(row["ZGROUPMEMBER"])
        if member is not None and member in self.chats.members:
            return self.chats.members[member], None
        sender = jid(row["ZFROMJID"])
        if sender is not None and (is_account(sender) or chat.kind == "broadcast"):
            return sender, None
        if chat.kind == "direct" and chat.address is not None:
            return chat.address, None
        # Never the group: its own name is no participant, and one person's words are not everyone's.
        handle = f"ZWAGROUPMEMBER:{member}" if member is not None else "unknown"
        return handle, f"the author of message ZWAMESSAGE:{row['Z_PK']} is not in the database any more; it has no name"

    def _system(
        self, chat: Chat, code: int | None, place: int | str, row: dict[str, Any], columns: dict[str, Any]
    ) -> str:
        number = integer(row["ZGROUPEVENTTYPE"])
        event = event_of(code or 0, number)
        if event is None:
            self.unknown[code, number] += 1
        written = text(row["ZTEXT"]) or None
        identity = chat.conversation.message(place, **columns, kind="system", event=event or "other", text=written)
        kind = MEMBERSHIP.get(event or "")
        if kind is None or (code == 10 and chat.kind != "group"):
            return identity
        member = self.chats.members.get(integer(row["ZGROUPMEMBER"]) or -1)
        for participant, actor, detail in _affected(kind, number, member, written, chat, self.chats.accounts.owner):
            chat.conversation.membership(
                kind,
                message=identity,
                participant=participant,
                actor=actor,
                detail=detail,
                at=columns["sent_at"],
                evidence="system_event",
            )
        return identity

    def _info(self, chat: Chat, identity: str, place: str, row: dict[str, Any], info: Info, *, own: bool) -> None:
        conversation, place = chat.conversation, f"{place}/ZWAMESSAGEINFO:{row['ZMESSAGEINFO']}"
        key = text(row["ZSTANZAID"])
        if not info.whole:
            detail = f"the receipts and reactions of message ZWAMESSAGE:{row['Z_PK']} could be read only in part"
            self._warn("invalid_record", detail, chat, identity, place)
        for index, receipt in enumerate(info.receipts if own else ()):
            handle = self._handle(receipt.digits)
            if handle == self.chats.accounts.owner:
                continue  # the owner's own other devices
            self.inferred_receipts += receipt.delivered_at is not None or receipt.read_at is not None
            conversation.receipt(
                f"{place}:2.{index}",
                message=identity,
                target_key=key,
                participant=handle,
                delivered_at=receipt.delivered_at,
                read_at=receipt.read_at,
            )
        for reaction in info.reactions:
            conversation.reaction(
                f"{place}:{reaction.place}",
                emoji=reaction.emoji,
                count=reaction.count,
                message=identity,
                target_key=key,
                # The shape without an address is the owner's own: on the fixture the phone's own outbox has its key.
                participant=self.chats.accounts.owner if reaction.own else reaction.reactor,
                at=reaction.at,
            )

    def _carried(self, chat: Chat, identity: str, kind: str, row: dict[str, Any], quoted: Quote) -> None:
        place = f"ZWAMEDIAITEM:{row['ZMEDIAITEM']}"
        if not quoted.whole:
            detail = f"the metadata of message ZWAMESSAGE:{row['Z_PK']} was read only in part; a quote may be missing"
            self._warn("invalid_record", detail, chat, identity, place)
        for ordinal, columns in enumerate(attachments(kind, row, self.chats.capture.document)):
            chat.conversation.attachment(identity, ordinal=ordinal, **columns)
            if columns["held"] == "absent":
                name = columns.get("name") or "a file without a name"
                detail = f"{name} of message ZWAMESSAGE:{row['Z_PK']} did not come; ask for the folder Message"
                self._warn("attachment_missing", detail, chat, identity, place)

    def _handle(self, digits: str) -> str:
        return self.chats.accounts.address(digits)

    def _repeats(self, row: dict[str, Any]) -> bool:
        """Whether the row is the copy of one before, as a history sync leaves them; rows that differ are both kept."""
        pair = (row["ZCHATSESSION"], row["ZSTANZAID"])
        if pair not in self.repeated:
            return False
        names = ("ZISFROMME", "ZMESSAGETYPE", "ZGROUPEVENTTYPE", "ZGROUPMEMBER", "ZMESSAGEDATE", "ZTEXT", "ZFROMJID")
        alike = (*pair, *(row[name] for name in names))
        place = f"ZWAMESSAGE:{row['Z_PK']}"
        first = self._seen.setdefault(alike, place)
        if first == place:
            return False
        detail = f"{place} is the same message as {first}, with the same stanza id, and was read once"
        self.chats.capture.warn("duplicate_record", detail, row=place)
        return True

    def _warn(self, kind: str, detail: str, chat: Chat, identity: str, row: str) -> None:
        self.chats.capture.warn(kind, detail, row=row, conversation=chat.conversation.id, message=identity)


def _affected(
    kind: str, code: int | None, member: str | None, written: str | None, chat: Chat, owner: str
) -> list[tuple[str | None, str | None, str | None]]:
    """(participant, actor, detail) of each membership event that a group notice makes.

    In notices of additions and removals ZTEXT is who did it, or `who;whom,whom`; ZGROUPMEMBER is then the one it
    happened to. Where a notice names nobody, nobody is named here.
    """
    if kind == "created":
        creator = member or chat.creator
        return [(creator, creator, written)]
    if kind in {"administrator_added", "administrator_removed"} and code in OWN_ADMIN:
        return [(member or owner, None, None)]
    if kind in {"added", "removed"}:
        doer, separator, done = (written or "").partition(";")
        actor = jid(doer.strip())
        if separator:
            people = [jid(part.strip()) or part.strip() for part in re.split(r",", done) if part.strip()]
            return [(person, actor, None) for person in people] or [(member, actor, None)]
        return [(member, actor, None if actor else written)]
    return [(member, None, written)]
