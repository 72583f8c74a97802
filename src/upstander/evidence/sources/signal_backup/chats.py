"""Chats: which conversation each is, who is in it, and what its group's member lists say."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.loose import Loose, instant, items, record
from upstander.evidence.sources.signal_backup.groups import seconds
from upstander.evidence.sources.signal_backup.people import People
from upstander.evidence.sources.signal_backup.values import group_id, number, raw, service_id, whole

__all__ = ["Chat", "Chats"]

_MASTER_KEY = 32


@dataclass
class Chat:
    """One conversation while its messages are read."""

    conversation: Conversation
    loose: Loose
    people: People
    #: Members of the group by its own list.
    members: frozenset[str] = frozenset()
    group: bool = False
    #: Disappearing timer of the latest message, in milliseconds.
    timer: int = 0
    #: Accounts whose names and numbers are in the tables.
    _described: set[str] = field(default_factory=set)

    def present(self, handle: str, *, standing: str | None = None) -> None:
        """Make `handle` a participant, with what is known of it."""
        if handle in self._described and standing is None:
            return
        self._described.add(handle)
        if standing is None and self.group and handle not in self.members:
            standing = "author_only" if self.members else "unknown"
        self.conversation.participant(handle, standing=standing, **self.people.known(handle))

    def membership(self, kind: str, row: str, *, evidence: str = "member_table", **columns: Any) -> None:
        """Add what a list of the export says of the conversation."""
        self.conversation.membership(kind, evidence=evidence, row=row, **columns)


@dataclass
class Chats:
    """Makes the conversations of a backup once its recipients are known."""

    capture: Capture
    people: People
    by_number: dict[int, Chat] = field(default_factory=dict)
    #: Records and places of the recipients that are no accounts.
    _places: dict[int, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    _chats: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _calls: dict[int, Chat] = field(default_factory=dict)
    _loose: Loose = field(init=False)

    def __post_init__(self) -> None:
        """What is said before a conversation has its row names none."""
        self._loose = Loose(self.capture, {})

    def recipient(self, row: str, key: int, recipient: dict[str, Any]) -> None:
        """Keep one recipient for the chats that refer to it."""
        kind = next((kind for kind in _MAKERS if kind in recipient), "unknown")
        if key in self._places:
            self.capture.warn("duplicate_record", f"the recipient at {row} has the number of another", row=row)
        if kind in {"group", "distributionList", "callLink"}:
            self._places[key] = (kind, row, record(recipient[kind]))
        elif kind != "unknown":
            self._places[key] = (kind, row, {})

    def chat(self, row: str, chat: dict[str, Any]) -> None:
        """Keep one chat until all recipients are known."""
        self._chats.append((row, chat))

    def make(self) -> None:
        """Make every conversation: the chats, then groups and story lists that none belongs to."""
        used = set()
        for row, chat in self._chats:
            key, recipient = whole(chat.get("id")), number(chat.get("recipientId"))
            if key is None or key in self.by_number:
                detail = f"the chat at {row} has no number of its own; messages go to the first that has it"
                self.capture.warn("duplicate_record", detail, row=row)
                continue
            used.add(recipient)
            made = self.by_number[key] = self._make(f"chat {key}", recipient, row)
            made.timer = number(chat.get("expirationTimerMs"))
            if made.timer:
                made.membership("changed", row, evidence="header", detail=seconds(made.timer))
        for recipient, (kind, row, written) in self._places.items():
            listed = record(written.get("distributionList")).get("memberRecipientIds") or "deletionTimestamp" in written
            if recipient not in used and (kind == "group" or (kind == "distributionList" and listed)):
                self._make(f"recipient {recipient}", recipient, row)
        self._chats.clear()

    def of(self, value: Any, row: str) -> Chat:
        """The chat that the backup calls by this number; one of its own kind where there is none."""
        key = whole(value)
        found = self.by_number.get(key) if key is not None else None
        if found is None:
            detail = f"{row} belongs to a chat that the backup does not list; it stands in a conversation of its own"
            self.capture.warn("missing_reference", detail, row=row)
            found = self._new(f"chat {key}", "unknown", None, None)
            if key is not None:
                self.by_number[key] = found
        return found

    def call(self, value: Any, row: str) -> Chat:
        """The conversation of a call link."""
        key = number(value)
        if key not in self._calls:
            self._calls[key] = self._make(f"recipient {key}", key, row)
        return self._calls[key]

    def _new(self, key: str, kind: str, platform_key: str | None, title: str | None) -> Chat:
        conversation = self.capture.conversation(
            key, kind=kind, platform_key=platform_key, title=title, account=self.people.owner
        )
        loose = Loose(self.capture, {"conversation": conversation.id})
        return Chat(conversation, loose, self.people, group=kind == "group")

    def _make(self, key: str, recipient: int, row: str) -> Chat:
        kind, place, written = self._places.get(recipient, ("unknown", row, {}))
        if kind == "unknown":
            detail = f"the chat at {row} is with a recipient that the backup does not list or whose kind is unknown"
            self.capture.warn("missing_reference", detail, row=row)
        return _MAKERS[kind](self, key, recipient, place, written)

    def _direct(self, key: str, recipient: int, _row: str, _written: dict[str, Any]) -> Chat:
        person = self.people.by_number[recipient]
        own = person.handle == self.people.owner
        # Notes to oneself under a handle that every backup has must not look like another phone's.
        platform_key = person.handle if self.people.aci or not own else None
        made = self._new(key, "direct", platform_key, None if own else person.name)
        for handle in (person.handle, self.people.owner):
            made.present(handle)
        return made

    def _notes(self, key: str, _recipient: int, _row: str, _written: dict[str, Any]) -> Chat:
        return self._new(key, "broadcast", None, None)

    def _unknown(self, key: str, _recipient: int, _row: str, _written: dict[str, Any]) -> Chat:
        return self._new(key, "unknown", None, None)

    def _group(self, key: str, _recipient: int, row: str, group: dict[str, Any]) -> Chat:
        snapshot, master = record(group.get("snapshot")), raw(group.get("masterKey"))
        titled = record(snapshot.get("title")).get("title")
        identity = group_id(master) if master is not None and len(master) == _MASTER_KEY else None
        title = self._loose.text(titled or None, f"{row}.snapshot.title")
        made = self._new(key, "group", identity, title)
        if identity is None:
            made.loose.warn("unknown_value", f"the group at {row} has no key of 32 bytes, so no id to find it by", row)
        self._members(made, row, snapshot)
        _invited(made, row, snapshot)
        described = record(snapshot.get("description")).get("descriptionText")
        if described:
            text = made.loose.text(described, f"{row}.snapshot.description")
            made.membership("changed", row, evidence="header", detail=f"description: {text}")
        timer = number(record(snapshot.get("disappearingMessagesTimer")).get("disappearingMessagesDuration"))
        if timer:
            made.membership("changed", row, evidence="header", detail=seconds(timer * 1000))
        if snapshot.get("terminated") is True:
            made.membership("ended", row, evidence="header", detail="group ended for everyone")
        return made

    def _members(self, made: Chat, row: str, snapshot: dict[str, Any]) -> None:
        listed: dict[str, dict[str, Any]] = {}
        for index, written in enumerate(items(snapshot.get("members"))):
            place, member = f"{row}.snapshot.members[{index}]", record(written)
            handle = service_id(member.get("userId"))
            if handle is None:
                made.loose.warn("unknown_value", f"the member at {place} has no account id and was left out", place)
                continue
            admin = member.get("role") in ("ADMINISTRATOR", 2)
            label = made.loose.text(member.get("labelString") or None, place)
            detail = "administrator" if admin else None
            if label:
                detail = f"{detail}, label: {label}" if detail else f"label: {label}"
            listed[place] = {
                "participant": handle,
                "detail": detail,
                "standing": "administrator" if admin else "member",
            }
        made.members = frozenset(one["participant"] for one in listed.values())
        for place, columns in listed.items():
            made.present(columns["participant"], standing=columns.pop("standing"))
            made.membership("current_member", place, **columns)

    def _list(self, key: str, _recipient: int, row: str, item: dict[str, Any]) -> Chat:
        stories = record(item.get("distributionList"))
        found = raw(item.get("distributionId"))
        # My Story has the same id, all zeros, on every phone, and is another list on each.
        identity = f"story list {found.hex()}" if found is not None and any(found) else None
        title = self._loose.text(stories.get("name") or None, row)
        made = self._new(key, "broadcast", identity, title)
        excluded = stories.get("privacyMode") in ("ALL_EXCEPT", 2)
        for index, value in enumerate(items(stories.get("memberRecipientIds"))):
            place, handle = f"{row}.memberRecipientIds[{index}]", self.people.handle(value)
            if handle is None:
                detail = f"{place} names a recipient that the backup does not list"
                made.loose.warn("missing_reference", detail, place)
            elif excluded:
                made.membership("changed", place, participant=handle, detail="excluded from these stories")
            else:
                made.present(handle, standing="member")
                made.membership("current_member", place, participant=handle, detail="sees these stories")
        if "deletionTimestamp" in item:
            made.membership(
                "ended", row, evidence="header", at=instant(item["deletionTimestamp"]), detail="list deleted"
            )
        return made

    def _link(self, key: str, _recipient: int, row: str, link: dict[str, Any]) -> Chat:
        root = raw(link.get("rootKey"))
        title = self._loose.text(link.get("name") or None, row)
        return self._new(
            key, "unknown", f"call link {hashlib.sha256(root).hexdigest()}" if root is not None else None, title
        )


_MAKERS = {
    "contact": Chats._direct,
    "self": Chats._direct,
    "group": Chats._group,
    "distributionList": Chats._list,
    "releaseNotes": Chats._notes,
    "callLink": Chats._link,
    "unknown": Chats._unknown,
}


def _invited(made: Chat, row: str, snapshot: dict[str, Any]) -> None:
    """Who was asked, who asks, and who may not come back."""
    for index, written in enumerate(items(snapshot.get("membersPendingProfileKey"))):
        one = record(written)
        made.membership(
            "invited",
            f"{row}.snapshot.membersPendingProfileKey[{index}]",
            participant=service_id(record(one.get("member")).get("userId")),
            actor=service_id(one.get("addedByUserId")),
            at=instant(one.get("timestamp")),
        )
    for name, kind, detail in (
        ("membersPendingAdminApproval", "requested", None),
        ("membersBanned", "changed", "banned from joining again"),
    ):
        for index, written in enumerate(items(snapshot.get(name))):
            one = record(written)
            made.membership(
                kind,
                f"{row}.snapshot.{name}[{index}]",
                participant=service_id(one.get("userId")),
                at=instant(one.get("timestamp")),
                detail=detail,
            )
