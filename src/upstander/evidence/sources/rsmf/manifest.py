"""`rsmf_manifest.json` as rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import File
from upstander.evidence.rsmf_words import EVENT_KEYS, SYSTEM_TYPES, platform
from upstander.evidence.sources.beside import attach, find
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.rsmf.clock import Clock, wall
from upstander.evidence.sources.rsmf.details import Details
from upstander.evidence.sources.rsmf.joint import Joint
from upstander.evidence.sources.rsmf.people import People
from upstander.evidence.sources.rsmf.words import kind_of, media_of, same

__all__ = ["Manifest"]


@dataclass
class _Room:
    """A conversation of the manifest while its events are read."""

    conversation: Conversation
    members: set[str]
    events: list[int] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    custodian: str | None = None
    #: Message by the id of a join or leave, for those that are the same record as another.
    moves: dict[str, str] = field(default_factory=dict)


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
        joint: Joint,
    ) -> None:
        """Read from `value`, held in `file`; attachments are among `siblings`, `joint` knows the slices before."""
        self._value = value
        self._capture = capture
        self._loose = loose
        self._clock = clock
        self._file = file
        self._siblings = siblings
        self._folder = folder
        self._joint = joint
        self._people = People()
        self._rooms: dict[str, _Room] = {}

    def read(self) -> Iterator[Rows]:
        """Conversation by conversation, oldest first."""
        version = self._value.get("version")
        if not isinstance(version, str) or not version.startswith("2."):
            detail = f"the manifest states version {shown(version)[:40] or 'none'}; it was read as 2.0"
            self._joint.once(self._loose, "unknown_value", detail, "version")
        joint = self._joint
        repeated = self._enter()
        self._people.read(self._value.get("participants"), self._loose, joint)
        self._read_rooms()
        events = items(self._value.get("events"))
        self._sort(events, repeated)
        done = 0
        for room in self._rooms.values():
            self._loose.where["conversation"] = room.conversation.id
            self._header(room, events)
            for index in self._oldest_first(room.events, events):
                self._event(room, index, events[index])
                done += 1
                yield from self._capture.drain((joint.number - 1 + done / max(len(events), 1)) / joint.slices)

    def _enter(self) -> set[int]:
        why, repeated = self._joint.enter(self._value)
        if why is not None:
            detail = f"in slices that state one event collection id, {why}; those that disagree are kept apart"
            self._joint.once(self._loose, "slices_apart", detail, "participants")
        if repeated:
            detail = f"{len(repeated):,} events of {self._file.name} stand in a slice before it; they were read once"
            self._loose.warn("duplicate_record", detail, f"events[{min(repeated)}]")
        return repeated

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
                self._joint.once(self._loose, "unknown_value", detail, row)
            custodian = self._loose.text(entry.get("custodian"), f"{row}.custodian")
            self._open(
                key,
                members,
                kind=kind_of(entry.get("type"), members),
                platform=ours,
                platform_key=key,
                title=self._loose.text(entry.get("display"), f"{row}.display"),
                account=custodian,
            )
            for position, member in enumerate(members):
                if member not in self._people.known:
                    detail = f"{row}.participants[{position}] is in no list of participants; its id stands as a handle"
                    self._joint.once(self._loose, "missing_reference", detail, row)

    def _open(self, key: str, members: list[str], **columns: Any) -> _Room:
        conversation = self._capture.conversation(self._joint.key(key, columns["platform"]), **columns)
        room = self._rooms[key] = _Room(conversation, set(members), custodian=columns.get("account"))
        for member in dict.fromkeys(members):
            if member not in self._people.named:
                self._participant(room, member)
        if room.custodian is not None and room.custodian not in self._people.named:
            conversation.participant(room.custodian, owner=True)
            self._participant(room, room.custodian)
        return room

    def _participant(self, room: _Room, handle: str) -> None:
        room.conversation.participant(
            handle,
            standing="unknown" if handle in room.members else "author_only",
            **self._people.known.get(handle, {}),
        )

    def _sort(self, events: list[Any], repeated: set[int]) -> None:
        """Events to their conversations; one that names none belongs to the only one, where there is only one."""
        only = next(iter(self._rooms)) if len(self._rooms) == 1 else ""
        for index, entry in enumerate(events):
            row = f"events[{index}]"
            if index in repeated:
                continue
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
        times = [at for index in indices if (at := wall(events[index].get("timestamp"))) is not None]
        rising = sum(later > earlier for earlier, later in pairwise(times))
        falling = sum(later < earlier for earlier, later in pairwise(times))
        return indices[::-1] if falling > rising else indices

    def _header(self, room: _Room, events: list[Any]) -> None:
        """Who was there at the first event; the format keeps no other roster."""
        if room.conversation.id in self._joint.headed:
            return
        self._joint.headed.add(room.conversation.id)
        first = next(iter(self._oldest_first(room.events, events)), None)
        at = None if first is None else self._clock.again(events[first].get("timestamp"))
        for member in sorted(room.members - self._people.named):
            room.conversation.membership(
                "current_member",
                participant=member,
                at=at,
                evidence="header",
                detail="in the conversation at its first event in the file",
                row="conversations",
                exhibit=self._file.exhibit,
            )

    def _event(self, room: _Room, index: int, entry: dict[str, Any]) -> None:
        row = f"{self._joint.prefix}events[{index}]"
        unknown = sorted(shown(key)[:40] for key in entry.keys() - EVENT_KEYS)
        if unknown:
            detail = f"{row} has {', '.join(unknown[:5])}, which the format does not name; not read, see the exhibit"
            self._loose.warn("unknown_value", detail, row)
        stated = entry.get("type")
        author = self._loose.text(entry.get("participant"), f"{row}.participant")
        if author and author not in self._people.known:
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
            self._system(room, index, columns, system, author, same(entry))
        elif stated != "message" and not author:
            self._system(room, index, columns, ("other", ""), None, "")
        else:
            self._authored(room, index, entry, columns, author or "", known=stated == "message")

    def _add(self, room: _Room, index: int, columns: dict[str, Any]) -> str:
        place = self._joint.place(index)
        return room.conversation.message(place, exhibit=self._file.exhibit, member=self._file.member, **columns)

    def _system(
        self,
        room: _Room,
        index: int,
        columns: dict[str, Any],
        system: tuple[str, str],
        whom: str | None,
        same: str,
    ) -> None:
        """A system event; `same` is the id of the event that tells the same record's first move."""
        event, membership = system
        # Our own RSMF has an event for every person that a notice names, since the format's have one participant.
        identity = room.moves.get(same) if membership else None
        if identity is None:
            identity = self._add(room, index, columns | {"kind": "system", "event": event})
            if membership and columns["platform_key"]:
                room.moves[columns["platform_key"]] = identity
        if membership:
            room.conversation.membership(
                membership,
                participant=whom,
                at=columns["sent_at"],
                evidence="system_event",
                message=identity,
                row=columns["row"],
                exhibit=self._file.exhibit,
            )

    def _authored(
        self, room: _Room, index: int, entry: dict[str, Any], columns: dict[str, Any], author: str, *, known: bool
    ) -> None:
        row = columns["row"]
        if not author:
            self._loose.warn("author_uncertain", f"{row} names no participant; its author is left empty", row)
        files = [record(found) for found in items(entry.get("attachments"))]
        names = [self._loose.text(found.get("id"), f"{row}.attachments[{n}].id") or "" for n, found in enumerate(files)]
        kinds = [media_of(shown(found.get("display")) or name) for found, name in zip(files, names, strict=True)]
        deleted = entry.get("deleted") is True
        parent = self._loose.text(entry.get("parent"), f"{row}.parent")
        if parent and parent not in room.keys and not self._joint.holds(parent):
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
        identity = self._add(room, index, columns)
        self._participant(room, author)
        target, exhibit = columns["platform_key"] or row, self._file.exhibit
        details = Details(room.conversation, self._loose, self._clock, identity, target, row, exhibit)
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
