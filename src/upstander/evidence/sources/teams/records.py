"""One record of the chat service as rows: the same whether a phone's database or Microsoft's export holds it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.beside import attach, find
from upstander.evidence.sources.loose import Loose
from upstander.evidence.sources.teams import properties as told
from upstander.evidence.sources.teams.activity import Activity, is_notice, read_activity
from upstander.evidence.sources.teams.content import Carried, Content, read_html
from upstander.evidence.sources.teams.values import number_of

__all__ = ["Record", "Records"]

_PLAIN = {"text"}
_KINDS = {
    "richtext": "text",
    "richtext/html": "text",
    "richtext/sms": "text",
    "text": "text",
    "": "text",
    "messagedelete": "deleted",
    "richtext/uriobject": "media",
    "richtext/media_genericfile": "document",
    "richtext/media_video": "video",
    "richtext/media_flikmsg": "video",
    "richtext/media_audiomsg": "voice",
    "richtext/media_album": "image",
    "richtext/media_card": "link",
    "richtext/location": "location",
    "richtext/contacts": "contact",
    "richtext/scheduledcallinvite": "event",
    "poll": "poll",
    "popcard": "link",
}
_FILES = frozenset({"media", "document", "video", "voice", "image", "audio", "gif"})
#: An own message whose two clocks differ by more than this is said.
_APART = 60_000


@dataclass(frozen=True, slots=True)
class Record:
    """What both formats say of one message."""

    place: int | str
    row: str
    key: str | None
    #: As the service calls it: `RichText/Html`, `ThreadActivity/AddMember`; empty where the format does not say.
    kind: str
    content: str | None
    author: str | None
    name: str | None
    outgoing: bool | None
    #: Columns of messages that say when.
    time: dict[str, Any]
    #: The post of a channel that it answers.
    root: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Records:
    """Turns one record after the other into the tables of `capture`."""

    capture: Capture
    loose: Loose
    #: Kinds of message that are not known, with their number.
    unknown: Counter[str] = field(default_factory=Counter)
    clocks: int = 0

    def add(self, conversation: Conversation, record: Record) -> str:
        """Add one record and give the id of its row."""
        self.loose.where["conversation"] = conversation.id
        if is_notice(record.kind, record.content) or "call-log" in record.properties:
            return self._notice(conversation, record)
        return self._authored(conversation, record)

    def close(self) -> None:
        """Say what was found odd over all records."""
        self.loose.where.pop("conversation", None)
        for kind, count in sorted(self.unknown.items()):
            self.loose.warn("unknown_value", f"{count} records are of the type {kind[:80]!r}, which is not known")
        if self.clocks:
            detail = (
                f"on {self.clocks} messages of the exporting account, composed and arrived differ by more than a minute"
            )
            self.loose.warn("clock_wrong", detail)

    def _notice(self, conversation: Conversation, record: Record) -> str:
        if "call-log" in record.properties:
            activity = Activity(event="call")
        else:
            activity = read_activity(record.kind, record.content)
        if not activity.known:
            self.unknown[record.kind] += 1
        identity = conversation.message(
            record.place,
            row=record.row,
            platform_key=record.key,
            **record.time,
            kind="system",
            event=activity.event,
            text=self.loose.text(record.content, record.row) or None,
        )
        if not activity.whole:
            detail = f"the notice at {record.row} could not be read whole; whom it concerns may be missing"
            self.loose.warn("invalid_record", detail, record.row)
        for move in activity.moves:
            conversation.membership(
                move.kind,
                message=identity,
                participant=move.participant,
                actor=move.actor,
                detail=self.loose.text(move.detail, record.row),
                at=activity.at or record.time["sent_at"],
                evidence="system_event",
            )
        return identity

    def _authored(self, conversation: Conversation, record: Record) -> str:
        folded = record.kind.casefold()
        stated = _KINDS.get(folded)
        if stated is None:
            self.unknown[record.kind] += 1
        content = Content(text=record.content) if folded in _PLAIN else read_html(record.content or "")
        if not content.whole:
            detail = f"the content of {record.row} could not be read as HTML to its end; see the exhibit"
            self.loose.warn("invalid_record", detail, record.row)
        shared, whole = told.files(record.properties)
        carried = [*content.carried, *shared]
        deleted_at = told.stamp(record.properties, "deletetime")
        edited_at = told.stamp(record.properties, "edittime")
        edited_at = content.edited_at if edited_at is None else edited_at
        words = self.loose.text(content.text, record.row) or None
        subject = record.properties.get("subject") or record.properties.get("title")
        if isinstance(subject, str) and subject.strip():
            # A post's heading is its author's words too.
            words = "\n".join(part for part in (self.loose.text(subject, record.row), words) if part)
        kind = _kind(stated, words, carried, gone=deleted_at is not None)
        author = record.author or "unknown"
        replies = content.reply_to or (record.root if record.root != record.key else None)
        identity = conversation.message(
            record.place,
            row=record.row,
            platform_key=record.key,
            **record.time,
            author=author,
            outgoing=record.outgoing,
            kind=kind,
            text=words,
            reply_to=self.loose.text(replies, record.row),
            reply_to_author=self.loose.text(content.reply_to_author, record.row),
            reply_to_text=self.loose.text(content.reply_to_text, record.row),
            forwarded=content.forwarded or bool(record.properties.get("originalMessageContext")),
            edited=edited_at is not None,
            # Neither the author's own deletion nor an owner's says whose it was.
            deleted="unknown" if deleted_at is not None or kind == "deleted" else None,
            deleted_at=deleted_at or None,
        )
        if record.author is None:
            detail = f"the record at {record.row} does not say whose it is; its author is unknown"
            self.loose.warn("missing_reference", detail, record.row)
        else:
            conversation.participant(author, name=record.name, number=number_of(author))
        if edited_at is not None:
            self._edit(conversation, identity, record, words, edited_at or None)
        self._reactions(conversation, identity, record)
        for ordinal, file in enumerate(carried):
            self._attach(conversation, identity, ordinal, file, record.row)
        if not whole:
            detail = f"the files that {record.row} lists could not all be read; see the exhibit"
            self.loose.warn("invalid_record", detail, record.row)
        sent, server = record.time.get("sent_at"), record.time.get("server_at")
        self.clocks += bool(record.outgoing and sent and server and abs(sent - server) > _APART)
        return identity

    def _edit(
        self, conversation: Conversation, identity: str, record: Record, words: str | None, at: int | None
    ) -> None:
        # That there was a first text is known, and what it was is not kept.
        for version, said, when in ((1, None, None), (2, words, at)):
            conversation.edit(
                f"{record.row}.edittime",
                version=version,
                message=identity,
                target_key=record.key or record.row,
                text=said,
                at=when,
            )

    def _reactions(self, conversation: Conversation, identity: str, record: Record) -> None:
        found, whole = told.reactions(record.properties)
        for reaction in found:
            conversation.reaction(
                f"{record.row}.{reaction.place}",
                emoji=reaction.emoji,
                count=reaction.count,
                message=identity,
                target_key=record.key,
                participant=reaction.participant,
                at=reaction.at,
            )
        if not whole:
            detail = f"the reactions of {record.row} could not all be read, or do not say whose they are"
            self.loose.warn("invalid_record", detail, record.row)

    def _attach(self, conversation: Conversation, identity: str, ordinal: int, file: Carried, row: str) -> None:
        document = self.capture.document
        name = self.loose.text(file.name, row)
        attach(
            self.capture,
            conversation,
            identity,
            ordinal=ordinal,
            kind=file.kind,
            name=name,
            file=find(document.siblings, document.folder, name) if name and "://" not in name else None,
            row=row,
            exhibit=document.file.exhibit,
            member=document.file.member,
            **({} if file.size is None else {"bytes": file.size}),
        )


def _kind(stated: str | None, words: str | None, carried: list[Carried], *, gone: bool) -> str:
    if stated == "deleted" or (gone and not words and not carried):
        return "deleted"
    if stated is None:
        return "unknown"
    if stated in _FILES or (stated == "text" and not words and carried):
        return carried[0].kind if carried else stated
    if stated == "text" and not words:
        return "empty"
    return stated
