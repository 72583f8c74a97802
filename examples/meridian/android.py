"""WhatsApp for Android: msgstore.db as the application would have left it, and wa.db, the contacts, beside it.

One writer serves both states of the schema (`android_store`). Receipts and reactions outlive a message that the
phone's owner deletes, as they have been seen to do; the row's number stays unused.
"""

from __future__ import annotations

import random
from pathlib import Path

from meridian import media, wal
from meridian.android_store import Store
from meridian.holdings import Holding, exhibit_of, gone
from meridian.keys import roster_digest
from meridian.truth import Absence, Event, Exhibit, Message, Sighting
from meridian.world import World

_KINDS = {"text": 0, "image": 1, "voice": 2, "video": 3, "location": 5, "document": 9, "gif": 13, "sticker": 20,
          "view_once": 42}  # fmt: skip
#: How a reader calls the phone's own account: outgoing rows name no author, and nothing proves which number it is.
_OWNER = "me"
_SYSTEM, _REVOKED, _REVOKED_BY_ADMINISTRATOR = 7, 15, 64
_ACTIONS = {"group_renamed": 1, "left": 5, "icon_changed": 6, "number_changed": 10, "created": 11, "added": 12,
            "removed": 14, "administrator_added": 15, "joined": 20, "timer_changed": 56}  # fmt: skip
_ENCRYPTION_NOTICE = 67
_REACTION = 56
#: Rows from here on stay in the write-ahead log of the phone that keeps one.
_TAIL = 300


class Phone:
    """Writes one phone's database."""

    def __init__(self, world: World, holding: Holding, schema: str, seed: int) -> None:
        self.world, self.holding, self.source = world, holding, holding.source
        self.exhibit: Exhibit = exhibit_of(self.source, [])
        self._rng = random.Random(f"{seed}/android/{self.source.reference}")
        self._store = Store(world, self.source, schema)
        self._add, self._person = self._store.insert, self._store.person
        self._rows: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._quoting: dict[str, list[str]] = {}
        for item in holding.items:
            if isinstance(item, Message) and item.reply_to and not gone(item, self.source):
                self._quoting.setdefault(item.reply_to, []).append(item.id)

    def write(self, folder: Path, *, keep_log: bool) -> Exhibit:
        """Make the folder's files and say what they hold."""
        folder.mkdir(parents=True)
        target = folder / "msgstore.db"
        live = folder / "live.db" if keep_log else target
        self._store.create(live, self.exhibit)
        cut = len(self.holding.items) - (_TAIL if keep_log else 0)
        self._items(0, cut)
        self._store.db.commit()
        if keep_log:
            self._store.db.execute("PRAGMA journal_mode=WAL")
            self._store.db.execute("PRAGMA wal_autocheckpoint=0")
            self._items(cut, len(self.holding.items))
            self._close()
            self._store.db.commit()
            wal.detach(live, target)
            self._store.db.close()
            live.unlink()
        else:
            self._close()
            self._store.db.commit()
            self._store.db.close()
        self._store.contacts(folder / "wa.db")
        names = ["msgstore.db", "msgstore.db-wal", "wa.db"] if keep_log else ["msgstore.db", "wa.db"]
        self.exhibit.files = [f"{folder.name}/{name}" for name in names]
        self.exhibit.handles = self._store.addresses.handles()
        self.exhibit.handles[self.source.owner].append(_OWNER)
        self.exhibit.names = self._store.addresses.names()
        self.exhibit.total()
        return self.exhibit

    def _items(self, first: int, last: int) -> None:
        for item in self.holding.items[first:last]:
            if item.conversation not in self._last:
                self._notice(item.conversation, item.sent_ms if isinstance(item, Message) else item.at_ms)
            if isinstance(item, Event):
                self._event(item)
            else:
                self._message(item)

    def _next(self) -> int:
        self._rows["next"] = self._rows.get("next", 0) + 1
        return self._rows["next"]

    def _notice(self, conversation: str, ms: int) -> None:
        key = f"{self._rng.getrandbits(128):032X}"
        self._system(conversation, key, ms, _ENCRYPTION_NOTICE, None, None)

    def _system(self, conversation: str, key: str, ms: int, action: int, sender: int | None, text: str | None) -> int:
        row = self._next()
        self._last[conversation] = row
        device = ms + self.source.offset_at(ms)
        self._add("message", _id=row, sort_id=row, chat_row_id=self._store.chats[conversation], from_me=0, key_id=key,
                     sender_jid_row_id=sender, status=6, timestamp=ms // 1000 * 1000, received_timestamp=device,
                     receipt_server_timestamp=-1, message_type=_SYSTEM, text_data=text, starred=0)  # fmt: skip
        self._add("message_system", message_row_id=row, action_type=action)
        self.exhibit.count(conversation, "system_events")
        return row

    def _event(self, event: Event) -> None:
        sender = self._person(event.actor, event.at_ms - 1)
        action = _ACTIONS[event.kind]
        row = self._system(event.conversation, event.key, event.at_ms, action, sender, event.title)
        self.exhibit.events.append((event.id, f"message:{row}"))
        for person in event.targets:
            self._add("message_system_chat_participant", message_row_id=row,
                         user_jid_row_id=self._person(person, event.at_ms))  # fmt: skip
        if event.kind in ("created", "added", "joined"):
            mine = self.source.owner in event.targets or (event.kind == "joined" and event.actor == self.source.owner)
            self._add("message_system_group", message_row_id=row, is_me_joined=int(mine))
        if event.kind == "group_renamed":
            old = self.world.title(event.conversation, event.at_ms - 1)
            self._add("message_system_value_change", message_row_id=row, old_data=old)
        if event.kind == "number_changed":
            self._add("message_system_number_change", message_row_id=row, old_jid_row_id=sender,
                         new_jid_row_id=self._person(event.actor, event.at_ms))  # fmt: skip
        if event.kind == "timer_changed":
            self._add("message_ephemeral_setting", message_row_id=row, setting_duration=event.seconds)

    def _message(self, message: Message) -> None:
        row = self._next()
        self._rows[message.id] = row
        traces = self._around(message, row)
        if message.id in self.holding.removed:
            reason = self.holding.removed[message.id]
            self.exhibit.absences.append(Absence(message.id, message.conversation, reason, tuple(traces)))
            return
        mine, revoked = message.author == self.source.owner, gone(message, self.source)
        kind = _KINDS[message.kind]
        if revoked and message.revoked:
            kind = _REVOKED if message.revoked.how == "by_author" else _REVOKED_BY_ADMINISTRATOR
        text = None if revoked or message.kind == "document" else message.text
        device = message.sent_ms + self.source.offset_at(message.sent_ms)
        server = message.sent_ms // 1000 * 1000
        written = device if mine else server
        if mine and abs(device - server) > 60_000:
            self.exhibit.warnings["clock_wrong"] = self.exhibit.warnings.get("clock_wrong", 0) + 1
        group = self.world.plot.conversations[message.conversation].kind == "group"
        sender = None if mine or not group else self._person(message.author, message.sent_ms)
        members = self.world.members[message.conversation].at(message.sent_ms)
        self._add(
            "message", _id=row, sort_id=row, chat_row_id=self._store.chats[message.conversation], from_me=int(mine),
            key_id=message.key, sender_jid_row_id=sender, status=13 if mine else 0, broadcast=0, origin=0,
            recipient_count=len(members) - 1 if mine and group else 0, starred=0,
            participant_hash=self._digest(message, members) if mine and group else None, timestamp=written,
            received_timestamp=device + (0 if mine else self._rng.randrange(300, 4000)),
            receipt_server_timestamp=server if mine else -1, message_type=kind, text_data=text,
        )  # fmt: skip
        self._last[message.conversation] = row
        author = _OWNER if mine else self._store.addresses.at(message.author, message.sent_ms)
        self._store.handles[message.conversation].add(author)
        state = "tombstone" if revoked else "empty" if message.kind == "view_once" else "full"
        self.exhibit.sightings.append(Sighting(message.id, f"message:{row}", state, str(written)))
        self.exhibit.count(message.conversation, "messages")
        self._extras(message, row, revoked)

    def _digest(self, message: Message, members: list[str]) -> str | None:
        if message.sent_ms < 1_485_000_000_000:  # earlier builds kept none
            return None
        handles = {p: self._store.addresses.at(p, message.sent_ms) for p in members}
        return roster_digest(j for p, h in handles.items() for j in self._store.addresses.devices(p, h))

    def _around(self, message: Message, row: int) -> list[str]:
        """Receipts and reactions: they outlive the message when its owner deletes it."""
        removed = self.holding.removed.get(message.id)
        traces = ["hole"] if removed else []
        if removed == "disappeared":
            return traces
        if message.author == self.source.owner:
            orphan = removed is not None and self._rng.random() < 0.75
            if removed is None or orphan:
                number = self._receipts(message, row)
                self.exhibit.count(message.conversation, "orphan_receipts" if removed else "receipts", number)
                traces += ["orphan_receipt"] if orphan and number else []
        if self._reactions(message, row):
            traces.append("reaction_to_missing")
        replies = [m for m in self._quoting.get(message.id, ()) if m not in self.holding.removed]
        return [*traces, "quote_of_missing"] if replies else traces

    def _receipts(self, message: Message, row: int) -> int:
        number, taken = 0, self.source.taken_ms
        for receipt in self.world.receipts.get(message.id, ()):
            if receipt.delivered_ms < taken:
                number += 1
                read = receipt.read_ms if receipt.read_ms and receipt.read_ms < taken else None
                self._add("receipt_user", message_row_id=row, receipt_timestamp=receipt.delivered_ms,
                             read_timestamp=read, played_timestamp=receipt.played_ms if read else None,
                             receipt_user_jid_row_id=self._person(receipt.person, message.sent_ms))  # fmt: skip
        return number

    def _reactions(self, message: Message, row: int) -> int:
        number, members = 0, self.world.members[message.conversation]
        for reaction in self.world.reactions.get(message.id, ()):
            if reaction.at_ms >= self.source.taken_ms or not members.holds(self.source.owner, reaction.at_ms):
                continue
            number += 1
            mine = reaction.person == self.source.owner
            add_on = self._add(
                "message_add_on", chat_row_id=self._store.chats[message.conversation], from_me=int(mine),
                key_id=reaction.key, sender_jid_row_id=None if mine else self._person(reaction.person, reaction.at_ms),
                parent_message_row_id=row, timestamp=reaction.at_ms, status=0, message_add_on_type=_REACTION,
                received_timestamp=reaction.at_ms + 900,
            )  # fmt: skip
            self._add("message_add_on_reaction", message_add_on_row_id=add_on, reaction=reaction.emoji,
                         sender_timestamp=reaction.at_ms)  # fmt: skip
        self.exhibit.count(message.conversation, "reactions", number)
        return number

    def _extras(self, message: Message, row: int, revoked: bool) -> None:
        if revoked and message.revoked:
            admin = message.revoked.how == "by_administrator"
            self._add("message_revoked", message_row_id=row, revoked_key_id=message.key,
                         admin_jid_row_id=self._person(message.revoked.by, message.sent_ms) if admin else None,
                         revoke_timestamp=message.revoked.at_ms)  # fmt: skip
            return
        file = media.file_of(message)
        if file or message.kind == "view_once":
            self._add("message_media", message_row_id=row, chat_row_id=self._store.chats[message.conversation],
                         file_path=f"Media/{media.android_name(message)}" if file else None,
                         transferred=int(bool(file)), mime_type=file.media_type if file else "image/jpeg",
                         file_size=len(file.data) if file else None, file_length=len(file.data) if file else None,
                         file_hash=file.digest if file else None,
                         media_name=message.text if message.kind == "document" else None)  # fmt: skip
            self.exhibit.attach(message.conversation, message.kind)
        if message.kind == "view_once":
            self._add("message_view_once_media", message_row_id=row, state=1)
        if message.kind == "location":
            self._add("message_location", message_row_id=row, chat_row_id=self._store.chats[message.conversation],
                         latitude=51.5, longitude=-0.12, place_name="The Anchor")  # fmt: skip
            self.exhibit.attach(message.conversation, "location")
        if (
            message.edits
            and message.edits[-1].at_ms < self.source.taken_ms
            and "message_edit_info" in self._store.schema
        ):
            at = message.edits[-1].at_ms
            self._add("message_edit_info", message_row_id=row, original_key_id=message.key, edited_timestamp=at,
                         sender_timestamp=at)  # fmt: skip
            self.exhibit.count(message.conversation, "edits")
        if message.forwarded:
            self._add("message_forwarded", message_row_id=row, forward_score=1)
        if message.reply_to:
            self._quote(message, row)

    def _quote(self, message: Message, row: int) -> None:
        target = self.world.message(message.reply_to or "")
        chat, mine = self._store.chats[message.conversation], target.author == self.source.owner
        self._add("message_quoted", message_row_id=row, chat_row_id=chat, parent_message_chat_row_id=chat,
                     from_me=int(mine), sender_jid_row_id=None if mine else self._person(target.author, target.sent_ms),
                     key_id=target.key, timestamp=target.sent_ms, message_type=_KINDS[target.kind],
                     text_data=target.text)  # fmt: skip

    def _close(self) -> None:
        """What is known only at the end: the watermarks, and how many took part."""
        for conversation, row in self._last.items():
            self._store.db.execute(
                "UPDATE chat SET last_message_row_id = ?, display_message_row_id = ?, last_read_message_row_id = ?,"
                " last_message_sort_id = ?, last_read_message_sort_id = ? WHERE _id = ?",
                (row, row, row, row, row, self._store.chats[conversation]),
            )
        for conversation, handles in self._store.handles.items():
            self.exhibit.by_conversation[conversation].participants = len(handles)
        self.exhibit.absences += self.holding.absences
