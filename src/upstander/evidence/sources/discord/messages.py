"""Discord's messages as rows."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import File
from upstander.evidence.sources.discord.carried import Carried, carried
from upstander.evidence.sources.discord.channel import Channel, described, word
from upstander.evidence.sources.discord.clock import Clock, Stamp
from upstander.evidence.sources.discord.notices import AUTHORED, EVENTS, affected
from upstander.evidence.sources.discord.stream import Found
from upstander.evidence.sources.loose import Loose, items, record, shown

__all__ = ["Messages"]

#: Messages whose ids are remembered, to find what stands twice.
REMEMBERED = 20_000
_BACKWARDS = 60_000


@dataclass
class Messages:
    """Turns one record after the other into the tables of `capture`, over every part of the channel."""

    capture: Capture
    clock: Clock
    channel: Channel
    unknown: Counter[str] = field(default_factory=Counter)
    #: Files that the export names by an address on the network alone.
    remote: int = 0
    file: File = field(init=False)
    loose: Loose = field(init=False)
    #: Stands before every place where there are several parts.
    prefix: str = ""
    #: Least and greatest id so far.
    _range: tuple[int, int] | None = None
    _latest: int | None = None
    #: By id: when, who and what, and the place.
    _seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    _order: deque[str] = field(default_factory=deque)

    def begin(self, file: File, prefix: str) -> None:
        """The records that follow are of `file`."""
        self.file, self.prefix = file, prefix
        self.loose = Loose(self.capture, {"exhibit": file.exhibit, "member": file.member})

    def add(self, found: Found) -> None:
        """Add one message."""
        conversation = self.channel.conversation(self.capture, self.file)
        self.loose.where["conversation"] = conversation.id
        row = f"{self.prefix}messages[{found.index}]"
        if not isinstance(found.value, dict):
            self.loose.warn("invalid_record", f"the record at {row} is no object and was left out", row)
            return
        entry = found.value
        key = word(entry.get("id"))
        if key is not None and self._repeated(key, entry, row):
            return
        place = self._place(key, found.index)
        stamp = self.clock.read(entry.get("timestamp"))
        columns = self._columns(key, row, stamp)
        kind = word(entry.get("type")) or ""
        if kind in EVENTS:
            identity = self._notice(conversation, place, entry, columns, kind)
        else:
            if kind not in AUTHORED:
                self.unknown[f"the type {kind[:60]!r}"] += 1
            identity = self._authored(conversation, place, entry, columns)
        where = {"message": identity, "row": row, **self.loose.where}
        if stamp.at is None:
            detail = f"the time at {row} ({stamp.written[:40] or 'none'}) is no date of 1970 to 2100; it has none"
            self.capture.warn("impossible_date", detail, **where)
        elif self._latest is not None and stamp.at < self._latest - _BACKWARDS:
            detail = f"the message at {row} is stamped earlier than the one before it; the export's order is kept"
            self.capture.warn("times_run_backwards", detail, **where)
        self._latest = self._latest if stamp.at is None else stamp.at
        if found.cut:
            detail = f"the record at {row} is larger than one message may be; the tables lack its rest"
            self.capture.warn("line_too_long", detail, **where)

    def _columns(self, key: str | None, row: str, stamp: Stamp) -> dict[str, Any]:
        return {
            "row": row,
            "platform_key": key,
            "sent_at": stamp.at,
            "sent_at_written": stamp.written,
            "sent_at_precision": stamp.precision,
            "time_zone": stamp.zone,
            "time_zone_basis": stamp.basis,
            "exhibit": self.file.exhibit,
            "member": self.file.member,
        }

    def _place(self, key: str | None, index: int) -> str:
        """The id where it lies outside those so far, as it does whichever end came first; else with the index."""
        if key is not None and key.isascii() and key.isdecimal() and len(key) <= 20:
            number = int(key)
            if not self._range or number > self._range[1] or number < self._range[0]:
                least, most = self._range or (number, number)
                self._range = (min(least, number), max(most, number))
                return str(number)
        return f"{(key or '')[:100]}#{self.prefix}{index}"

    def _repeated(self, key: str, entry: dict[str, Any], row: str) -> bool:
        what = hash(tuple(shown(entry.get(name)) for name in ("timestamp", "timestampEdited", "content", "type")))
        before = self._seen.get(key)
        if before is not None and before[0] == what:
            detail = f"the message at {row} stands at {before[1]} already; it was read once"
            self.loose.warn("duplicate_record", detail, row)
            return True
        if before is None:
            self._order.append(key)
        self._seen[key] = (what, row)
        if len(self._order) > REMEMBERED:
            self._seen.pop(self._order.popleft(), None)
        return False

    def _notice(
        self, conversation: Conversation, place: str, entry: dict[str, Any], columns: dict[str, Any], kind: str
    ) -> str:
        author = _handle(entry.get("author"))
        made = affected(kind, entry, author)
        event = "left" if made and all(one["kind"] == "left" for one in made) else EVENTS[kind]
        identity = conversation.message(
            place,
            **columns,
            author=author,
            kind="system",
            event=event,
            text=self.loose.text(entry.get("content"), f"{columns['row']}.content") or None,
            reply_to=word(record(entry.get("reference")).get("messageId")),  # what was pinned
        )
        for one in made:
            conversation.membership(
                message=identity, at=columns["sent_at"], evidence="system_event", exhibit=self.file.exhibit, **one
            )
        self._attach(conversation, identity, columns["row"], list(carried(entry, self.capture.document, self.file)))
        return identity

    def _authored(self, conversation: Conversation, place: str, entry: dict[str, Any], columns: dict[str, Any]) -> str:
        row = columns["row"]
        author = _handle(entry.get("author"))
        if author is None:
            self.loose.warn("author_uncertain", f"the message at {row} names no author", row)
            author = "unknown"
        text = self.loose.text(entry.get("content"), f"{row}.content") or None
        snapshot = record(entry.get("forwardedMessage"))
        reference = record(entry.get("reference"))
        forwarded = bool(snapshot) or reference.get("type") == "Forward"
        quoted = self.loose.text(snapshot.get("content"), f"{row}.forwardedMessage.content") or None
        things = list(carried(entry, self.capture.document, self.file))
        things += carried(snapshot, self.capture.document, self.file)
        stamp = None if entry.get("timestampEdited") is None else self.clock.read(entry["timestampEdited"])
        identity = conversation.message(
            place,
            **columns,
            author=author,
            kind=next((_KINDS[one.columns["kind"]] for one in things if one.columns["kind"] != "link"), None)
            or ("text" if text or quoted else "link" if things else "empty"),
            # A forwarded message has no words of its own; those it forwards are its text.
            text=text or quoted,
            reply_to=None if forwarded else word(reference.get("messageId")),
            reply_to_text=quoted if text else None,
            forwarded=forwarded,
            edited=stamp is not None,
        )
        conversation.participant(author, **described(record(entry.get("author")), author))
        if stamp is not None:
            # Only that it was edited is exported, when last, and what it says now.
            for version, words, at in ((1, None, None), (2, text, stamp.at)):
                conversation.edit(
                    f"{row}.timestampEdited",
                    version=version,
                    message=identity,
                    target_key=place,
                    text=words,
                    at=at,
                    exhibit=self.file.exhibit,
                )
        self._attach(conversation, identity, row, things)
        for reaction in self._reactions(entry, row):
            conversation.reaction(message=identity, target_key=place, exhibit=self.file.exhibit, **reaction)
        return identity

    def _reactions(self, entry: dict[str, Any], row: str) -> Iterator[dict[str, Any]]:
        """One row a person where the export names them, and one for the count that it does not."""
        for index, one in enumerate(map(record, items(entry.get("reactions")))):
            place = f"{row}.reactions[{index}]"
            emoji = self.loose.text(record(one.get("emoji")).get("name"), f"{place}.emoji.name") or ""
            people = [_handle(person) for person in items(one.get("users"))]
            for number, handle in enumerate(people):
                yield {"row": f"{place}.users[{number}]", "emoji": emoji, "participant": handle}
            count = one.get("count")
            rest = (count if isinstance(count, int) and not isinstance(count, bool) else 1) - len(people)
            if 0 < rest < 2**53:
                yield {"row": place, "emoji": emoji, "count": rest}

    def _attach(self, conversation: Conversation, identity: str, row: str, things: list[Carried]) -> None:
        where = {"message": identity, "row": row, **self.loose.where}
        for ordinal, thing in enumerate(things):
            columns = thing.columns
            if thing.file is not None:
                columns["bytes"] = thing.file.size
                try:
                    columns["sha256"] = thing.file.digest()
                except SourceError as problem:
                    detail = f"the file {thing.path!r} named at {row} could not be hashed: {problem}"
                    self.capture.warn("unreadable", detail, **where)
            elif thing.path is not None:
                detail = f"the file {thing.path!r} named at {row} did not come with the exhibit; ask for its folder"
                self.capture.warn("attachment_missing", detail, **where)
            elif columns["held"] == "absent":
                self.remote += 1
            conversation.attachment(identity, ordinal=ordinal, exhibit=self.file.exhibit, **columns)

    def close(self) -> None:
        """Say what had to be assumed, and what was not known."""
        warn = self.capture.warn
        for name, count in sorted(self.unknown.items()):
            warn("unknown_value", f"{count} records are of {name}, which is not known; they were kept as messages")
        if self.clock.assumed:
            detail = f"{self.clock.assumed} times have no zone and none was stated; they were read as UTC (--time-zone)"
            warn("time_zone_assumed", detail)
        if self.remote:
            detail = f"{self.remote} files are named by addresses only; export the channel again with its media"
            warn("attachment_missing", detail)


#: Kind of a message by the kind of what it carries first.
_KINDS = {
    kind: "media" if kind == "unknown" else kind
    for kind in ("image", "video", "audio", "voice", "sticker", "gif", "document", "unknown")
}


def _handle(value: object) -> str | None:
    """Handle of a person: their id, or in its absence their account's name."""
    person = record(value)
    return word(person.get("id")) or word(person.get("name"))
