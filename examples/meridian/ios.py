"""WhatsApp for iOS: ChatStorage.sqlite, receipts and reactions in protobuf blobs as the application has them."""

from __future__ import annotations

import base64
import sqlite3
from importlib.resources import files
from pathlib import Path

from meridian import media
from meridian.addresses import Addresses
from meridian.holdings import Holding, exhibit_of, gone
from meridian.keys import roster_digest
from meridian.protobuf import Value, field, nibbles
from meridian.protobuf import message as blob
from meridian.truth import Absence, Event, Exhibit, Message, Sighting, Spell
from meridian.world import World

#: Core Data counts seconds from 2001.
_COCOA = 978_307_200
_KINDS = {"text": 0, "image": 1, "video": 2, "voice": 3, "location": 5, "document": 8, "gif": 11, "sticker": 15,
          "view_once": 38}  # fmt: skip
_EVENTS = {"group_renamed": 1, "added": 2, "left": 3, "icon_changed": 4, "removed": 7, "number_changed": 9,
           "administrator_added": 10, "created": 12, "joined": 15, "timer_changed": 26}  # fmt: skip
_GROUP_EVENT, _NOTICE, _REVOKED = 6, 10, 14
_ENTITIES = ("WABlackListItem", "WAChatProperties", "WAChatPushConfig", "WAChatSession", "WAGroupInfo", "WAGroupMember",
             "WAGroupMembersChange", "WAMediaItem", "WAMessage", "WAMessageDataItem", "WAMessageInfo",
             "WAProfilePictureItem", "WAProfilePushName")  # fmt: skip


class Handset:
    """Writes one phone's database."""

    def __init__(self, world: World, holding: Holding) -> None:
        self.world, self.holding, self.source = world, holding, holding.source
        self.exhibit: Exhibit = exhibit_of(self.source, [])
        self._addresses = Addresses(world, self.source)
        self._db: sqlite3.Connection
        self._numbers: dict[str, int] = {}
        self._sessions: dict[str, int] = {}
        self._members: dict[tuple[str, str], int] = {}
        self._order: dict[str, int] = {}
        self._authors: dict[str, set[str]] = {c: set() for c in self.source.conversations}
        self._quoted = {
            i.reply_to
            for i in holding.items
            if isinstance(i, Message) and i.reply_to and i.id not in holding.removed and not gone(i, self.source)
        }

    def write(self, folder: Path) -> Exhibit:
        """Make the folder's file and say what it holds."""
        folder.mkdir(parents=True)
        self._db = sqlite3.connect(folder / "ChatStorage.sqlite")
        self._db.executescript(files(__package__).joinpath("ios.sql").read_text(encoding="utf-8"))
        self._open()
        for item in self.holding.items:
            if item.conversation not in self._order:
                at = item.sent_ms if isinstance(item, Message) else item.at_ms
                self._system(item.conversation, at, f"3A{at:018X}", _NOTICE, 2, None, None)
            if isinstance(item, Event):
                self._event(item)
            else:
                self._message(item)
        for number, name in enumerate(_ENTITIES, 1):
            last = self._numbers.get("Z" + name.upper(), 0)
            self._db.execute("INSERT INTO Z_PRIMARYKEY VALUES (?, ?, 0, ?)", (number, name, last))
        self._db.commit()
        self._db.close()
        self.exhibit.files = [f"{folder.name}/ChatStorage.sqlite"]
        self.exhibit.handles, self.exhibit.names = self._addresses.handles(), self._addresses.names()
        for conversation, handles in self._authors.items():
            self.exhibit.by_conversation[conversation].participants = len(handles)
        self.exhibit.absences += self.holding.absences
        self.exhibit.total()
        return self.exhibit

    def _insert(self, table: str, **row: object) -> int:
        self._numbers[table] = key = self._numbers.get(table, 0) + 1
        full = {"Z_PK": key, "Z_ENT": _ENTITIES.index("WA" + _title(table)) + 1, "Z_OPT": 1, **row}
        marks = ", ".join("?" * len(full))
        self._db.execute(f"INSERT INTO {table} ({', '.join(full)}) VALUES ({marks})", list(full.values()))
        return key

    def _open(self) -> None:
        self.exhibit.owner_handle = self._addresses.at(self.source.owner, self.source.taken_ms)
        for conversation in self.source.conversations:
            plot, raw = self.world.plot.conversations[conversation], self._addresses.chat(conversation)
            self.exhibit.conversations[conversation] = raw
            group = plot.kind == "group"
            other = next((p for p in plot.between if p != self.source.owner), "")
            title = self.world.title(conversation, self._until(conversation))
            name = title if group else self._addresses.saved(other) or self.world.plot.people[other].push
            info = None
            if group:
                first = plot.happenings[0]
                made = first.at_ms / 1000 - _COCOA
                creator = self._addresses.at(first.who, first.at_ms)
                info = self._insert("ZWAGROUPINFO", ZCREATIONDATE=made, ZCREATORJID=creator, ZSTATE=0)
            session = self._insert("ZWACHATSESSION", ZCONTACTJID=raw, ZPARTNERNAME=name, ZSESSIONTYPE=int(group),
                                   ZGROUPINFO=info, ZARCHIVED=0, ZHIDDEN=0, ZREMOVED=0, ZUNREADCOUNT=0)  # fmt: skip
            self._sessions[conversation] = session
            if group:
                self._roster(conversation)
        for person in self._addresses.people():
            for handle in self._addresses.all_of(person):
                if person != self.source.owner:
                    self._insert("ZWAPROFILEPUSHNAME", ZJID=handle, ZPUSHNAME=self.world.plot.people[person].push)

    def _until(self, conversation: str) -> int:
        """Until when the phone learned of changes: its owner's departure, or the day it was taken."""
        last = self.world.members[conversation].of(self.source.owner)[-1]
        return min(last.until_ms or self.source.taken_ms, self.source.taken_ms)

    def _roster(self, conversation: str) -> None:
        members, until = self.world.members[conversation], self._until(conversation)
        administrators = self.world.administrators(conversation, until)
        known: dict[str, Spell] = {s.person: s for s in members.spells if s.since_ms < until}
        for person in sorted(known):
            current = self._addresses.at(person, until)
            for handle in self._addresses.all_of(person):
                active = handle == current and members.holds(person, until - 1)
                key = self._insert(
                    "ZWAGROUPMEMBER", ZCHATSESSION=self._sessions[conversation], ZMEMBERJID=handle,
                    ZISACTIVE=int(active), ZISADMIN=int(active and person in administrators), ZSENDERKEYSENT=0,
                    ZCONTACTNAME=self._addresses.saved(person) or "",
                )  # fmt: skip
                self._members[conversation, handle] = key
                self._authors[conversation].add(handle)

    def _row(self, conversation: str, **row: object) -> int:
        self._order[conversation] = order = self._order.get(conversation, 0) + 1
        return self._insert("ZWAMESSAGE", ZCHATSESSION=self._sessions[conversation], ZSORT=order, ZSTARRED=0,
                            ZMESSAGEERRORSTATUS=0, **row)  # fmt: skip

    def _system(
        self, conversation: str, ms: int, key: str, kind: int, event: int, member: int | None, text: str | None
    ) -> int:
        self.exhibit.count(conversation, "system_events")
        return self._row(conversation, ZISFROMME=0, ZMESSAGETYPE=kind, ZGROUPEVENTTYPE=event, ZGROUPMEMBER=member,
                         ZMESSAGEDATE=ms // 1000 - _COCOA, ZFROMJID=self._addresses.chat(conversation), ZSTANZAID=key,
                         ZTOJID=self.exhibit.owner_handle, ZTEXT=text, ZPUSHNAME=_pushed(ms))  # fmt: skip

    def _event(self, event: Event) -> None:
        actor = self._addresses.at(event.actor, event.at_ms - 1)
        targets = [self._addresses.at(p, event.at_ms) for p in event.targets]
        # As the one public database with such notices has it: the member row is whom it happened to, the text who
        # did it.
        happened_to = targets[0] if len(targets) == 1 else actor
        member = self._members.get((event.conversation, happened_to))
        text = event.title
        if event.kind in ("added", "removed"):
            text = actor if len(targets) == 1 else f"{actor};{','.join(targets)}"
        if event.kind == "number_changed":
            text = self._addresses.at(event.actor, event.at_ms)
        if event.kind == "timer_changed":
            text = str(event.seconds)
        row = self._system(event.conversation, event.at_ms, event.key, _GROUP_EVENT, _EVENTS[event.kind], member, text)
        self.exhibit.events.append((event.id, f"ZWAMESSAGE:{row}"))
        if event.kind in ("added", "left", "removed", "joined"):
            before = self.world.members[event.conversation].at(event.at_ms - 1)
            self._insert("ZWAGROUPMEMBERSCHANGE", ZCHANGETYPE=_EVENTS[event.kind],
                         ZCHANGEDATE=event.at_ms / 1000 - _COCOA, ZGROUPJID=self._addresses.chat(event.conversation),
                         ZMEMBERJIDS=",".join(targets or [actor]),
                         ZPHASHBEFORECHANGE=self._digest(before, event.at_ms - 1))  # fmt: skip

    def _digest(self, people: list[str], ms: int) -> str:
        handles = {p: self._addresses.at(p, ms) for p in people}
        return roster_digest(j for p, h in handles.items() for j in self._addresses.devices(p, h))

    def _message(self, message: Message) -> None:
        conversation, removed = message.conversation, self.holding.removed.get(message.id)
        if removed:
            self._order[conversation] = self._order.get(conversation, 0) + 1
            self._numbers["ZWAMESSAGE"] = self._numbers.get("ZWAMESSAGE", 0) + 1
            traces = ("hole", "quote_of_missing") if message.id in self._quoted else ("hole",)
            self.exhibit.absences.append(Absence(message.id, conversation, removed, traces))
            return
        mine, revoked = message.author == self.source.owner, gone(message, self.source)
        group = self.world.plot.conversations[conversation].kind == "group"
        handle, chat = self._addresses.at(message.author, message.sent_ms), self._addresses.chat(conversation)
        members = self.world.members[conversation].at(message.sent_ms)
        member = None if mine else self._members.get((conversation, handle))
        sent = message.sent_ms / 1000 if mine else message.sent_ms // 1000
        row = self._row(
            conversation, ZISFROMME=int(mine), ZMESSAGETYPE=_REVOKED if revoked else _KINDS[message.kind],
            ZGROUPEVENTTYPE=0 if mine else 2, ZGROUPMEMBER=member,
            ZMESSAGEDATE=sent - _COCOA, ZSENTDATE=message.sent_ms / 1000 - _COCOA + 0.4, ZSTANZAID=message.key,
            ZFROMJID=None if mine else chat, ZTOJID=chat if mine else None, ZMESSAGESTATUS=8,
            ZTEXT=message.text if message.kind == "text" and not revoked else None, ZPUSHNAME=_pushed(message.sent_ms),
            ZPHASH=self._digest(members, message.sent_ms) if mine and group and not revoked else None,
        )  # fmt: skip
        self._authors[conversation].add(handle)
        state = "tombstone" if revoked else "empty" if message.kind == "view_once" else "full"
        written = str(sent - _COCOA)
        self.exhibit.sightings.append(Sighting(message.id, f"ZWAMESSAGE:{row}", state, written))
        self.exhibit.count(conversation, "messages")
        if not revoked:
            self._media(message, row)
        self._info(message, row, mine=mine)

    def _media(self, message: Message, row: int) -> None:
        file, extra = media.file_of(message), dict[str, object]()
        chat = self._addresses.chat(message.conversation)
        if file:
            extra = {"ZFILESIZE": len(file.data), "ZVCARDNAME": file.digest, "ZVCARDSTRING": file.media_type,
                     "ZMEDIALOCALPATH": f"Media/{chat}/{message.key}.{file.ending}",
                     "ZTITLE": message.text}  # fmt: skip
        elif message.kind == "location":
            extra = {"ZLATITUDE": 51.5, "ZLONGITUDE": -0.12}
        if extra:
            self.exhibit.attach(message.conversation, message.kind)
        if message.reply_to:
            target = self.world.message(message.reply_to)
            quote = blob((5, target.key), (6, self._addresses.at(target.author, target.sent_ms)))
            extra["ZMETADATA"] = quote + field(19, field(1, target.text)) if target.text else quote
        if extra:
            item = self._insert("ZWAMEDIAITEM", ZMESSAGE=row, **extra)
            self._db.execute("UPDATE ZWAMESSAGE SET ZMEDIAITEM = ? WHERE Z_PK = ?", (item, row))

    def _info(self, message: Message, row: int, *, mine: bool) -> None:
        parts: list[tuple[int, Value]] = []
        if mine:
            parts += [(2, receipt) for receipt in self._receipts(message)]
            own = (self.exhibit.owner_handle or "").split("@")[0]
            parts += [(2, field(1, nibbles(own))), (3, message.sent_ms // 1000)]
        parts.append((4, 2 if mine else 1))
        reactions = self._reactions(message)
        if reactions:
            parts.append((7, reactions))
        if mine or reactions:
            info = self._insert("ZWAMESSAGEINFO", ZMESSAGE=row, ZRECEIPTINFO=blob(*parts))
            self._db.execute("UPDATE ZWAMESSAGE SET ZMESSAGEINFO = ? WHERE Z_PK = ?", (info, row))

    def _receipts(self, message: Message) -> list[bytes]:
        """One entry a recipient: number (1), seconds from sending to delivery (4) and to reading (5, once read)."""
        found, sent = [], message.sent_ms // 1000
        for receipt in self.world.receipts.get(message.id, ()):
            if receipt.delivered_ms >= self.source.taken_ms:
                continue
            number = self._addresses.at(receipt.person, message.sent_ms).split("@")[0]
            entry = blob((1, nibbles(number)), (4, receipt.delivered_ms // 1000 - sent))
            if receipt.read_ms and receipt.read_ms < self.source.taken_ms:
                entry += field(5, receipt.read_ms // 1000 - sent)
            found.append(entry + field(10, blob((1, 0), (2, 2))))
        self.exhibit.count(message.conversation, "receipts", len(found))
        return found

    def _reactions(self, message: Message) -> bytes:
        found, members = b"", self.world.members[message.conversation]
        for reaction in self.world.reactions.get(message.id, ()):
            if reaction.at_ms >= self.source.taken_ms or not members.holds(self.source.owner, reaction.at_ms):
                continue
            if reaction.person == self.source.owner:
                entry = field(2, blob((1, reaction.key), (2, reaction.emoji), (3, reaction.at_ms), (4, 1)))
            else:
                jid = self._addresses.at(reaction.person, reaction.at_ms)
                entry = field(1, blob((1, reaction.key), (2, jid), (3, reaction.emoji), (4, reaction.at_ms)))
            found += entry
            self.exhibit.count(message.conversation, "reactions")
        return found


def _title(table: str) -> str:
    return {name.upper()[2:]: name[2:] for name in _ENTITIES}[table[3:]]


def _pushed(ms: int) -> str:
    """What the column for the push name has come to hold: a time, in protobuf, in base64."""
    return base64.b64encode(blob((1, ms // 1000), (4, 0), (9, 1))).decode()
