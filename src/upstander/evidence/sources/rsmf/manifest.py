"""`rsmf_manifest.json` as rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import File
from upstander.evidence.rsmf_words import EVENT_KEYS, SYSTEM_TYPES, platform
from upstander.evidence.sources.beside import attach, find
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.rsmf.clock import Clock
from upstander.evidence.sources.rsmf.details import Details

__all__ = ["Manifest"]

_EXTENSIONS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "heic", "bmp", "tif", "tiff"), "image"),
    **dict.fromkeys(("mp4", "mov", "3gp", "avi", "mkv", "webm"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "wav", "amr"), "audio"),
    **dict.fromkeys(("opus", "ogg"), "voice"),
    "gif": "gif",
    "vcf": "contact",
}


@dataclass
class _Room:
    """A conversation of the manifest while its events are read."""

    conversation: Conversation
    members: set[str]
    events: list[int] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    custodian: str | None = None


class Manifest:
    """Reads one manifest."""

    def __init__(
        self,
        value: Mapping[str, Any],
        *,
        capture: Capture,
        loose: Loose,
        clock: Clock,
        file: File,
        siblings: Mapping[str, File],
        folder: str,
    ) -> None:
        """Read from `value`, held in `file`; attachments are looked for among `siblings`."""
        self._value = value
        self._capture = capture
        self._loose = loose
        self._clock = clock
        self._file = file
        self._siblings = siblings
        self._folder = folder
        self._people: dict[str, dict[str, Any]] = {}
        self._rooms: dict[str, _Room] = {}

    def read(self) -> Iterator[Rows]:
        """Conversation by conversation, oldest first."""
        version = self._value.get("version")
        if not isinstance(version, str) or not version.startswith("2."):
            detail = f"the manifest states version {shown(version)[:40] or 'none'}; it was read as 2.0"
            self._loose.warn("unknown_value", detail, "version")
        self._read_people()
        self._read_rooms()
        events = items(self._value.get("events"))
        self._sort(events)
        done = 0
        for room in self._rooms.values():
            self._loose.where["conversation"] = room.conversation.id
            self._header(room, events)
            for index in self._oldest_first(room.events, events):
                self._event(room, index, events[index])
                done += 1
                yield from self._capture.drain(done / max(len(events), 1))

    def _read_people(self) -> None:
        for index, entry in enumerate(items(self._value.get("participants"))):
            row = f"participants[{index}]"
            entry = record(entry)
            key = self._loose.text(entry.get("id"), f"{row}.id")
            if not key:
                self._loose.warn("invalid_record", f"{row} has no id and was left out; see the exhibit", row)
                continue
            if key in self._people:
                self._loose.warn("duplicate_record", f"{row} has the id of an earlier one, which stands", row)
                continue
            account = self._loose.text(entry.get("account_id"), f"{row}.account_id")
            digits = (account or "").removeprefix("+")
            self._people[key] = {
                "name": self._loose.text(entry.get("display"), f"{row}.display"),
                "linked_id": account or self._loose.text(entry.get("email"), f"{row}.email"),
                "number": account if account and account.startswith("+") and digits.isdecimal() else None,
            }

    def _read_rooms(self) -> None:
        for index, entry in enumerate(items(self._value.get("conversations"))):
            row = f"conversations[{index}]"
            entry = record(entry)
            key = self._loose.text(entry.get("id"), f"{row}.id")
            if not key:
                self._loose.warn("invalid_record", f"{row} has no id and was left out; see the exhibit", row)
                continue
            if key in self._rooms:
                self._loose.warn("duplicate_record", f"{row} has the id of an earlier one, which stands", row)
                continue
            members = [
                member
                for position, name in enumerate(items(entry.get("participants")))
                if (member := self._loose.text(name, f"{row}.participants[{position}]"))
            ]
            written = self._loose.text(entry.get("platform"), f"{row}.platform") or ""
            ours = platform(written)
            if ours == "unknown":
                detail = f"{row} is of the platform {written[:60]!r}, which the tables do not name"
                self._loose.warn("unknown_value", detail, row)
            custodian = self._loose.text(entry.get("custodian"), f"{row}.custodian")
            self._open(
                key,
                members,
                kind=_kind(entry.get("type"), members),
                platform=ours,
                platform_key=key,
                title=self._loose.text(entry.get("display"), f"{row}.display"),
                account=custodian,
            )
            for position, member in enumerate(members):
                if member not in self._people:
                    detail = f"{row}.participants[{position}] is in no list of participants; its id stands as a handle"
                    self._loose.warn("missing_reference", detail, row)

    def _open(self, key: str, members: list[str], **columns: Any) -> _Room:
        # The name is apart from every id that a manifest can give.
        conversation = self._capture.conversation(f"conversation:{key}" if key else "none", **columns)
        room = self._rooms[key] = _Room(conversation, set(members), custodian=columns.get("account"))
        for member in dict.fromkeys(members):
            self._participant(room, member)
        if room.custodian is not None:
            conversation.participant(room.custodian, owner=True)
            self._participant(room, room.custodian)
        return room

    def _participant(self, room: _Room, handle: str) -> None:
        room.conversation.participant(
            handle, standing="unknown" if handle in room.members else "author_only", **self._people.get(handle, {})
        )

    def _sort(self, events: list[Any]) -> None:
        """Events to their conversations; one that names none belongs to the only one, where there is only one."""
        only = next(iter(self._rooms)) if len(self._rooms) == 1 else ""
        for index, entry in enumerate(events):
            row = f"events[{index}]"
            if not isinstance(entry, dict):
                self._loose.warn("invalid_record", f"{row} is no object and was left out", row)
                continue
            named = self._loose.text(entry.get("conversation"), f"{row}.conversation")
            key = named or only
            room = self._rooms.get(key)
            if room is None:
                detail = f"{row} is of a conversation that the manifest does not list; it has one of its own"
                self._loose.warn("missing_reference", detail, row)
                room = self._open(key, [], kind="unknown", platform="unknown", platform_key=key or None)
            room.events.append(index)
            if isinstance(entry.get("id"), str):
                room.keys.add(entry["id"])

    def _oldest_first(self, indices: list[int], events: list[Any]) -> list[int]:
        times = [text for index in indices if isinstance(text := events[index].get("timestamp"), str)]
        rising = sum(later > earlier for earlier, later in pairwise(times))
        falling = sum(later < earlier for earlier, later in pairwise(times))
        return indices[::-1] if falling > rising else indices

    def _header(self, room: _Room, events: list[Any]) -> None:
        """Who was there at the first event; the format keeps no other roster."""
        first = next(iter(self._oldest_first(room.events, events)), None)
        at = None if first is None else self._clock.again(events[first].get("timestamp"))
        for member in sorted(room.members):
            room.conversation.membership(
                "current_member",
                participant=member,
                at=at,
                evidence="header",
                detail="in the conversation at its first event in the file",
                row="conversations",
            )

    def _event(self, room: _Room, index: int, entry: dict[str, Any]) -> None:
        row = f"events[{index}]"
        unknown = sorted(shown(key)[:40] for key in entry.keys() - EVENT_KEYS)
        if unknown:
            detail = f"{row} has {', '.join(unknown[:5])}, which the format does not name; not read, see the exhibit"
            self._loose.warn("unknown_value", detail, row)
        stated = entry.get("type")
        author = self._loose.text(entry.get("participant"), f"{row}.participant")
        if author and author not in self._people:
            detail = f"{row} is by a participant that the manifest does not list; the id stands as a handle"
            self._loose.warn("missing_reference", detail, row)
        columns: dict[str, Any] = {
            "row": row,
            "platform_key": self._loose.text(entry.get("id"), f"{row}.id"),
            "text": self._loose.text(entry.get("body"), f"{row}.body"),
            **self._clock.columns(entry.get("timestamp"), row),
        }
        system = SYSTEM_TYPES.get(stated) if isinstance(stated, str) else None
        if system is None and stated not in ("message", "unknown"):
            detail = f"{row} is of the type {shown(stated)[:40]!r}, which the format does not name"
            self._loose.warn("unknown_value", detail, row)
        if system is not None:
            self._system(room, columns, system, author)
        elif stated != "message" and not author:
            self._system(room, columns, ("other", ""), None)
        else:
            self._authored(room, entry, columns, author or "", known=stated == "message")

    def _add(self, room: _Room, columns: dict[str, Any]) -> str:
        place = str(columns["row"])[len("events[") : -1]
        return room.conversation.message(place, exhibit=self._file.exhibit, member=self._file.member, **columns)

    def _system(self, room: _Room, columns: dict[str, Any], system: tuple[str, str], whom: str | None) -> None:
        event, membership = system
        identity = self._add(room, columns | {"kind": "system", "event": event})
        if membership:
            room.conversation.membership(
                membership,
                participant=whom,
                at=columns["sent_at"],
                evidence="system_event",
                message=identity,
                row=columns["row"],
            )

    def _authored(
        self, room: _Room, entry: dict[str, Any], columns: dict[str, Any], author: str, *, known: bool
    ) -> None:
        row = columns["row"]
        if not author:
            self._loose.warn("author_uncertain", f"{row} names no participant; its author is left empty", row)
        files = [record(found) for found in items(entry.get("attachments"))]
        names = [self._loose.text(found.get("id"), f"{row}.attachments[{n}].id") or "" for n, found in enumerate(files)]
        kinds = [_media(shown(found.get("display")) or name) for found, name in zip(files, names, strict=True)]
        deleted = entry.get("deleted") is True
        parent = self._loose.text(entry.get("parent"), f"{row}.parent")
        if parent and parent not in room.keys:
            self._loose.warn("missing_reference", f"{row} answers an event that the file does not hold", row)
        edits = [record(found) for found in items(entry.get("edits"))]
        direction = entry.get("direction")
        text = columns["text"]
        kind = kinds[0] if kinds else "text" if text else "deleted" if deleted else "empty"
        columns |= {
            "author": author,
            "kind": kind if known else "unknown",
            "deleted": "unknown" if deleted else None,
            "edited": bool(edits),
            "reply_to": parent,
            "outgoing": {"outgoing": True, "incoming": False}.get(direction) if isinstance(direction, str) else None,
        }
        identity = self._add(room, columns)
        self._participant(room, author)
        details = Details(room.conversation, self._loose, self._clock, identity, columns["platform_key"] or row, row)
        details.edits(edits, sent_at=columns["sent_at"])
        details.reactions(entry.get("reactions"))
        details.receipts(entry.get("read_receipts"))
        for ordinal, (found, name, media) in enumerate(zip(files, names, kinds, strict=True)):
            display = self._loose.text(found.get("display"), f"{row}.attachments[{ordinal}].display")
            size = found.get("size")
            attach(
                self._capture,
                room.conversation,
                identity,
                ordinal=ordinal,
                kind=media if media != "media" else "document",
                name=display or name,
                file=find(self._siblings, self._folder, name) if name else None,
                row=row,
                exhibit=self._file.exhibit,
                member=self._file.member,
                bytes=size if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 1 << 60 else None,
            )


def _kind(stated: Any, members: list[str]) -> str:
    """RSMF's `direct` says that nobody comes or goes, not that there are two."""
    if stated == "channel" or (stated == "direct" and len(members) > 2):
        return "group"
    return "direct" if stated == "direct" else "unknown"


def _media(name: str) -> str:
    suffix = PurePosixPath(name.replace("\x00", "")).suffix.removeprefix(".").casefold()
    return _EXTENSIONS.get(suffix, "document" if suffix else "media")
