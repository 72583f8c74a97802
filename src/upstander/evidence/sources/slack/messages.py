"""Slack's records as rows, one channel at a time."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import File
from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.slack.carried import blocks_text, cards, files, place_of
from upstander.evidence.sources.slack.clock import key_of, stamp
from upstander.evidence.sources.slack.log import LOGGED, Log, Version
from upstander.evidence.sources.slack.notices import AUTHORED, EVENTS, affected, event_of
from upstander.evidence.sources.slack.workspace import Workspace, word

__all__ = ["Found", "Messages"]

_BACKWARDS = 60_000
_UPLOADED = re.compile(r"<@[^<>\n]+> (?:uploaded|shared) a file: <[^<>\n]+>")
_KINDS = {"unknown": "media"}


@dataclass
class Found:
    """What is told once of the whole export."""

    unknown: Counter[str] = field(default_factory=Counter)
    #: Files that the export has only a link to.
    links: int = 0


@dataclass
class Messages:
    """Turns the records of one channel into rows."""

    capture: Capture
    workspace: Workspace
    conversation: Conversation
    key: str | None
    root: str
    folder: str
    members: frozenset[str] | None
    log: Log
    found: Found
    file: File = field(init=False)
    loose: Loose = field(init=False)
    day: str = ""
    latest: int | None = None
    #: Of this day and the one before: what stands at each `ts`, and where.
    _seen: dict[str, tuple[int, str]] = field(default_factory=dict)
    _before: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: Messages that the log speaks of and that have a row.
    _logged: set[str] = field(default_factory=set)
    #: Of those, the ones that were read from the log itself.
    _from_there: set[str] = field(default_factory=set)

    def begin(self, file: File, day: str) -> str:
        """The records that follow are those of `day`; gives the place of the day."""
        self.file, self.day = file, day
        self._before, self._seen = self._seen, {}
        self.loose = Loose(
            self.capture, {"exhibit": file.exhibit, "member": file.member, "conversation": self.conversation.id}
        )
        return f"{self.folder}/{day}" if self.folder else day

    def add(self, index: int, entry: Any) -> None:
        """Add one record."""
        row = f"{self.folder}/{self.day}[{index}]" if self.folder else f"{self.day}[{index}]"
        if not isinstance(entry, dict):
            self.loose.warn("invalid_record", f"the record at {row} is no object and was left out", row)
            return
        place = f"{self.day}[{index}]"
        subtype = word(entry.get("subtype")) or ""
        if subtype in LOGGED:
            self._from_log(entry, place, row, subtype)
            return
        key = key_of(entry.get("ts"))
        if key is not None:
            twice = self._twice(key, entry, row)
            if twice is None:
                return
            if key in self._from_there:
                detail = f"the message at {row} was read from the log of changes already; it was read once"
                self.loose.warn("duplicate_record", detail, row)
                return
            if key in self.log.known or key in self.log.deleted:
                self._logged.add(key)
            if subtype == "tombstone" and self.log.known.get(key):
                # The log has what stood there.
                entry = self.log.known[key] | {"ts": key}
                subtype = word(entry.get("subtype")) or ""
        else:
            twice = False
        kind = word(entry.get("type"))
        if kind != "message":
            self.found.unknown[f"the type {(kind or 'none')[:60]!r}"] += 1
        if subtype in EVENTS:
            self._notice(entry, place, row, subtype)
            return
        if subtype and subtype not in AUTHORED:
            self.found.unknown[f"the subtype {subtype[:60]!r}"] += 1
        self._authored(entry, place, row, subtype, target=f"{key}#{place}" if twice or key is None else key)

    def _twice(self, key: str, entry: dict[str, Any], row: str) -> bool | None:
        """Whether another record of that `ts` stands before; None where it is the same one and was warned of."""
        what = hash(tuple(shown(entry.get(name)) for name in ("user", "bot_id", "text", "subtype")))
        known = self._seen.get(key) or self._before.get(key)
        if known is None:
            self._seen[key] = (what, row)
            return False
        if known[0] == what:
            detail = f"the record at {row} stands at {known[1]} already; it was read once"
            self.loose.warn("duplicate_record", detail, row)
            return None
        detail = f"the record at {row} has the ts of the one at {known[1]} and says something else; both are kept"
        self.loose.warn("duplicate_record", detail, row)
        return True

    def _from_log(self, entry: dict[str, Any], place: str, row: str, subtype: str) -> None:
        """A record of the log is no message; of one that has no other record, it is all that there is."""
        target = self.log.target(entry)
        if target is None:
            self.loose.warn("invalid_record", f"the record at {row} is of a change and names no message", row)
            return
        if target in self._logged:
            return
        self._logged.add(target)
        self._from_there.add(target)
        known = dict(self.log.known.get(target) or {})
        known["ts"] = target
        told = word(known.get("subtype")) or ""
        if told in EVENTS:
            self._notice(known, place, row, told)
        else:
            gone = not known.get("user") and not known.get("text") and subtype == "message_deleted"
            self._authored(known, place, row, "tombstone" if gone else told, target=target)

    def _columns(self, entry: dict[str, Any], row: str) -> dict[str, Any]:
        when = stamp(entry.get("ts"))
        if when.at is None:
            detail = f"the time at {row} is no date between 1970 and 2100; the message is kept without one"
            self.loose.warn("impossible_date", detail, row)
        elif self.latest is not None and when.at < self.latest - _BACKWARDS:
            detail = f"the message at {row} is stamped earlier than the one before it; the export's order is kept"
            self.loose.warn("times_run_backwards", detail, row)
        self.latest = self.latest if when.at is None else when.at
        return {
            "row": row,
            "platform_key": key_of(entry.get("ts")),
            "sent_at": when.at,
            "sent_at_written": when.written,
            "sent_at_precision": when.precision,
            "time_zone": "UTC",
            "time_zone_basis": "recorded",
            "exhibit": self.file.exhibit,
            "member": self.file.member,
        }

    def _notice(self, entry: dict[str, Any], place: str, row: str, subtype: str) -> None:
        columns = self._columns(entry, row)
        item = record(entry.get("item"))
        identity = self.conversation.message(
            place,
            **columns,
            author=word(entry.get("user")),
            kind="system",
            event=event_of(subtype, entry),
            text=self.loose.text(entry.get("text"), f"{row}.text") or None,
            reply_to=key_of(item.get("ts")) or key_of(record(item.get("message")).get("ts")),  # what was pinned
        )
        for one in affected(subtype, entry):
            self.conversation.membership(
                message=identity,
                at=columns["sent_at"],
                evidence="system_event",
                exhibit=self.file.exhibit,
                **one,
            )

    def _authored(self, entry: dict[str, Any], place: str, row: str, subtype: str, *, target: str) -> None:
        columns = self._columns(entry, row)
        comment = record(entry.get("comment"))
        author = word(entry.get("user")) or word(comment.get("user")) or word(entry.get("bot_id"))
        author = author or word(entry.get("username"))
        if author is None:
            self.loose.warn("author_uncertain", f"the message at {row} names no author", row)
            author = "unknown"
        text = self.loose.text(entry.get("text"), f"{row}.text") or blocks_text(entry)
        key = columns["platform_key"]
        deleted = subtype == "tombstone" or key in self.log.deleted
        carried = [
            place_of(one, self.capture.document, self.root, self.folder)
            for one in ([] if subtype in {"file_comment", "file_mention"} else files(entry))
        ]
        shown_cards = list(cards(entry))
        kind = _KINDS.get(carried[0][0]["kind"], carried[0][0]["kind"]) if carried else None
        kind = kind or ("text" if text else "link" if shown_cards else "empty")
        identity = self.conversation.message(
            place,
            **columns,
            **self._answered(entry, key),
            author=author,
            kind="deleted" if subtype == "tombstone" else kind,
            text=text,
            # Slack wrote for itself that a file came, before it wrote so in a field.
            placeholder=subtype == "tombstone" or bool(carried and _UPLOADED.fullmatch(text or "")),
            edited=bool(entry.get("edited")) or key in self.log.versions,
            deleted="unknown" if deleted else None,
            deleted_at=self.log.deleted.get(key or ""),
        )
        standing = None if self.members is None else "member" if author in self.members else "author_only"
        self.conversation.participant(author, standing=standing, **self.workspace.person(author, entry))
        self._edits(entry, identity, target, text, row)
        self._reactions(entry, identity, target, row)
        for ordinal, (attachment, file) in enumerate(carried):
            if file is not None:
                attachment["bytes"] = file.size
                try:
                    attachment["sha256"] = file.digest()
                except SourceError as problem:
                    detail = f"the file {attachment['name']!r} of {row} could not be hashed: {problem}"
                    self.loose.warn("unreadable", detail, row)
            elif attachment["held"] == "absent":
                self.found.links += 1
            self.conversation.attachment(identity, ordinal=ordinal, exhibit=self.file.exhibit, **attachment)
        for ordinal, card in enumerate(shown_cards, start=len(carried)):
            self.conversation.attachment(identity, ordinal=ordinal, exhibit=self.file.exhibit, **card)

    def _answered(self, entry: dict[str, Any], key: str | None) -> dict[str, Any]:
        """What a message answers: the thread that it is in, or the message of this channel that it shares."""
        thread = key_of(entry.get("thread_ts"))
        shared = [one for one in map(record, items(entry.get("attachments"))) if one.get("is_share") is True]
        quoted = [one for one in map(record, items(entry.get("attachments"))) if one.get("is_msg_unfurl") is True]
        made: dict[str, Any] = {"forwarded": bool(shared)}
        if thread is not None and thread != key:
            made |= {"reply_to": thread, "reply_to_author": word(entry.get("parent_user_id"))}
        elif not shared and quoted and self.key is not None and quoted[0].get("channel_id") == self.key:
            said = quoted[0].get("text")
            made |= {
                "reply_to": key_of(quoted[0].get("ts")),
                "reply_to_author": word(quoted[0].get("author_id")),
                "reply_to_text": said if isinstance(said, str) else None,
            }
        return made

    def _edits(self, entry: dict[str, Any], identity: str, target: str, text: str | None, row: str) -> None:
        """Every version that the log has, and that of the message itself; the first has no text where none has it."""
        versions = dict(self.log.versions.get(key_of(entry.get("ts")) or "", {}))
        edited = record(entry.get("edited")).get("ts")
        if entry.get("edited"):
            versions[shown(edited)] = Version(stamp(edited).at, text, f"{row}.edited", self.file.exhibit)
        if not versions:
            return
        first = versions.pop("", None) or Version(None, None, f"{row}.edited", self.file.exhibit)
        later = sorted(versions.values(), key=lambda version: (version.at is None, version.at or 0))
        for number, version in enumerate([first, *later], start=1):
            self.conversation.edit(
                version.row,
                version=number,
                message=identity,
                target_key=target,
                text=version.text,
                at=version.at,
                exhibit=version.exhibit,
            )

    def _reactions(self, entry: dict[str, Any], identity: str, target: str, row: str) -> None:
        """One row a person, and one for the number that is counted and not named."""
        for index, one in enumerate(map(record, items(entry.get("reactions")))):
            place = f"{row}.reactions[{index}]"
            said: dict[str, Any] = {
                "emoji": self.loose.text(one.get("name"), f"{place}.name") or "",
                "message": identity,
                "target_key": target,
                "exhibit": self.file.exhibit,
            }
            people = [user for user in items(one.get("users")) if isinstance(user, str)]
            for number, user in enumerate(people):
                self.conversation.reaction(f"{place}.users[{number}]", participant=user, **said)
            count = one.get("count")
            rest = (count if isinstance(count, int) and not isinstance(count, bool) else 1) - len(people)
            if 0 < rest < 2**53:
                self.conversation.reaction(place, count=rest, **said)
