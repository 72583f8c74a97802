"""The `message` table of 2021 and later, column by column."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upstander.evidence.sources.whatsapp_android.arrays import apart, constant, instants, labelled, positive, spread
from upstander.evidence.sources.whatsapp_android.codes import ACTIONS, DELETED, KINDS, SYSTEM, TIMERS
from upstander.evidence.sources.whatsapp_android.details import beside
from upstander.evidence.sources.whatsapp_android.order import integers
from upstander.evidence.sources.whatsapp_android.people import People
from upstander.evidence.sqlite import Database
from upstander.model import batch

__all__ = ["Chat", "Converted", "Converter"]

#: Codes of `message_type` lie below; larger ones are read as unknown.
_TYPES = 1024
_UNKNOWN_AUTHOR = "unknown"

_Ints = npt.NDArray[np.int64]


@dataclass
class Chat:
    """One row of `chat` while its messages are read."""

    identity: str
    #: Who wrote a message without a sender that is not the owner's: the other party; unknown in a group.
    other: str
    positions: int = 0
    #: Codes of the authors met.
    authors: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Converted:
    """One batch of messages and what the tables beside it need to know of it."""

    messages: pa.RecordBatch
    ids: _Ints
    chats: _Ints
    #: Message ids, keys (or rows) and conversations, one a row.
    names: pa.Array
    keys: pa.Array
    conversations: pa.Array
    sent: pa.Array
    senders: _Ints
    system: npt.NDArray[np.bool_]
    types: _Ints
    #: Places whose time is none between 1970 and 2100.
    impossible: _Ints
    #: Places of own messages whose two clocks disagree, and by how many milliseconds the device is ahead.
    clocks: tuple[_Ints, _Ints]


class Converter:
    """Makes rows of the messages table."""

    def __init__(self, database: Database, people: People, chats: dict[int, Chat], exhibit: str, member: str | None):
        """Load the tables beside `message`."""
        self._people, self._chats = people, chats
        self._exhibit, self._member = exhibit, member
        self._quoted = beside(
            database,
            "message_quoted",
            {"key_id": "text", "text_data": "text", "from_me": "integer", "sender_jid_row_id": "integer"},
        )
        self.edited = beside(
            database,
            "message_edit_info",
            {"original_key_id": "text", "edited_timestamp": "integer", "sender_timestamp": "integer"},
        )
        self._revoked = beside(
            database,
            "message_revoked",
            {"revoked_key_id": "text", "admin_jid_row_id": "integer", "revoke_timestamp": "integer"},
        )
        self._forwarded = beside(database, "message_forwarded", {"forward_score": "integer"})
        self.system = beside(database, "message_system", {"action_type": "integer"})
        self.unknown_types: dict[int, int] = {}
        self.unknown_actions: dict[int, int] = {}
        #: Authors by code: the owner, nobody, then the addresses, then chats' other parties as they are met.
        self.authors: list[str] = [people.owner, _UNKNOWN_AUTHOR]
        self._by_handle = {people.owner: 0, _UNKNOWN_AUTHOR: 1}
        ids = np.array(sorted(people.handles), np.int64)
        self._jids = ids
        self._jid_codes = np.array([self._code(people.handles[int(i)]) for i in ids], np.int64)
        self._other = {key: self._code(chat.other) for key, chat in chats.items()}
        self.unknown_senders = 0

    def _code(self, handle: str) -> int:
        code = self._by_handle.get(handle)
        if code is None:
            code = self._by_handle[handle] = len(self.authors)
            self.authors.append(handle)
        return code

    def codes(self, mine: npt.NDArray[np.bool_], jids: _Ints, chats: _Ints) -> _Ints:
        """Author codes of rows that the owner wrote, or the `jids` row, or (where that is none) the chat's other."""
        found = np.full(len(jids), -1, np.int64)
        if len(self._jids):
            at = np.minimum(np.searchsorted(self._jids, jids), len(self._jids) - 1)
            found = np.where(self._jids[at] == jids, self._jid_codes[at], -1)
        lacking = np.flatnonzero((found < 0) & ~mine)
        if len(lacking):
            others = chats[lacking]
            for chat in np.unique(others):
                found[lacking[others == chat]] = self._other.get(int(chat), 1)
        return np.where(mine, 0, found)

    def convert(self, rows: pa.RecordBatch) -> Converted:
        """Rows of the messages table for `rows`, which hold whole runs of conversations in order."""
        count = rows.num_rows
        ids, chats = integers(rows.column(0)), integers(rows.column("chat_row_id"))
        types = integers(rows.column("message_type"))
        mine = integers(rows.column("from_me")) == 1
        written = pc.cast(rows.column(0), pa.string())
        runs, identities, positions = self._runs(chats)
        conversation = pa.DictionaryArray.from_arrays(pa.array(runs, pa.int32()), pa.array(identities, pa.string()))
        plain = conversation.cast(pa.string())
        names = pc.binary_join_element_wise(plain, written, "-")
        row = pc.binary_join_element_wise("message:", written, "")
        key_id = rows.column("key_id")
        keys = pc.if_else(pc.equal(pc.fill_null(key_id, ""), ""), None, key_id)
        stamp = rows.column("timestamp")
        sent = instants(integers(stamp))
        kinds, system, deleted = self._kinds(types, integers(rows.column("origin")))
        # Every system event is marked as the owner's, whoever acted: its sender alone says who did.
        mine &= ~system
        senders = self.codes(mine, integers(rows.column("sender_jid_row_id")), chats)
        authored = ~system
        self._met(senders[authored], runs[authored], chats)
        flags, columns = self._beside(ids, chats, kinds, deleted, types)
        keys = self._original(ids, keys)
        server = instants(integers(rows.column("receipt_server_timestamp")))
        made = batch(
            "messages",
            {
                "message": names,
                "conversation": conversation,
                "exhibit": constant(self._exhibit, count),
                "member": constant(self._member, count),
                "position": pa.array(positions),
                "row": row,
                "platform_key": keys,
                "sent_at": sent,
                "sent_at_written": pc.fill_null(pc.cast(stamp, pa.string()), ""),
                "sent_at_precision": constant("millisecond", count),
                "time_zone": constant("UTC", count),
                "time_zone_basis": constant("recorded", count),
                "server_at": server,
                "received_at": instants(integers(rows.column("received_timestamp"))),
                "author": pa.DictionaryArray.from_arrays(
                    pa.array(senders, pa.int32(), mask=system), pa.array(self.authors, pa.string())
                ),
                "outgoing": pa.array(mine, mask=system),
                "kind": labelled(kinds),
                "text": rows.column("text_data"),
                "recipients": positive(rows.column("recipient_count")),
                "roster_digest": rows.column("participant_hash"),
                **flags,
                **columns,
            },
            rows=count,
        )
        return Converted(
            messages=made,
            ids=ids,
            chats=chats,
            names=names,
            keys=pc.coalesce(keys, row),
            conversations=conversation,
            sent=sent,
            senders=senders,
            system=system,
            types=types,
            clocks=apart(sent, server, mine),
            impossible=np.flatnonzero(~np.asarray(sent.is_valid().to_numpy(zero_copy_only=False))),
        )

    def _original(self, ids: _Ints, keys: pa.Array) -> pa.Array:
        """A tombstone has a key of its own: the key of the message that it stands for is the one others know it by."""
        which, at = self._revoked.one(ids)
        if not len(which):
            return keys
        originals = spread(self._revoked.values("revoked_key_id", at), which, len(ids))
        return pc.if_else(pc.fill_null(pc.not_equal(originals, ""), False), originals, keys)

    def _runs(self, chats: _Ints) -> tuple[_Ints, list[str], _Ints]:
        """Each row's run of one conversation, the runs' conversation ids, and each row's position."""
        count = len(chats)
        begins = np.flatnonzero(np.r_[True, chats[1:] != chats[:-1]]) if count else np.empty(0, np.int64)
        lengths = np.diff(np.r_[begins, count])
        met = [self._chats[int(chats[begin])] for begin in begins]
        offsets = np.array([chat.positions for chat in met], np.int64)
        runs = np.repeat(np.arange(len(begins)), lengths)
        positions = np.arange(count) - np.repeat(begins, lengths) + np.repeat(offsets, lengths)
        for chat, length in zip(met, lengths, strict=True):
            chat.positions += int(length)
        return runs, [chat.identity for chat in met], positions

    def _met(self, senders: _Ints, runs: _Ints, chats: _Ints) -> None:
        if not len(senders):
            return
        self.unknown_senders += int(np.count_nonzero(senders == 1))
        begins = np.flatnonzero(np.r_[True, chats[1:] != chats[:-1]])
        width = len(self.authors)
        for pair in np.unique(runs * width + senders):
            run, code = divmod(int(pair), width)
            self._chats[int(chats[begins[run]])].authors.add(code)

    def _kinds(
        self, types: _Ints, origins: _Ints
    ) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_], npt.NDArray[np.object_]]:
        known = np.where((types >= 0) & (types < _TYPES), types, _TYPES)
        kinds = _KIND_OF[known]
        for code in np.unique(types[kinds == ""]):
            self.unknown_types[int(code)] = self.unknown_types.get(int(code), 0) + int(np.count_nonzero(types == code))
        kinds[kinds == ""] = "unknown"
        # A recorded voice message is an audio of origin 1.
        kinds[(types == 2) & (origins == 1)] = "voice"
        return kinds, kinds == "system", _DELETED_OF[known]

    def _beside(
        self,
        ids: _Ints,
        chats: _Ints,
        kinds: npt.NDArray[np.object_],
        deleted: npt.NDArray[np.object_],
        types: _Ints,
    ) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
        count = len(ids)
        which, at = self._quoted.one(ids)
        author = self.codes(
            self._quoted.numbers("from_me", at) == 1, self._quoted.numbers("sender_jid_row_id", at), chats[which]
        )
        handles = pa.array(self.authors, pa.string()).take(pa.array(author, mask=author == 1))
        columns = {
            "reply_to": spread(self._quoted.values("key_id", at), which, count),
            "reply_to_text": spread(self._quoted.values("text_data", at), which, count),
            "reply_to_author": spread(handles, which, count),
        }
        which, at = self._revoked.one(ids)
        admins = which[self._revoked.numbers("admin_jid_row_id", at) > 0]
        deleted[admins[deleted[admins] == "by_author"]] = "by_administrator"
        gone = which[(kinds[which] != "system")]
        deleted[gone[deleted[gone] == ""]] = "unknown"
        columns["deleted"] = labelled(deleted)
        columns["deleted_at"] = spread(instants(self._revoked.numbers("revoke_timestamp", at)), which, count)
        columns["event"] = labelled(self._events(ids, kinds, types))
        forwarded, edited = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        forwarded[self._forwarded.one(ids)[0]] = True
        edited[self.edited.one(ids)[0]] = True
        return {"forwarded": pa.array(forwarded), "edited": pa.array(edited)}, columns

    def _events(self, ids: _Ints, kinds: npt.NDArray[np.object_], types: _Ints) -> npt.NDArray[np.object_]:
        events = np.full(len(ids), "", object)
        places = np.flatnonzero(kinds == "system")
        events[places] = "other"
        events[np.isin(types, TIMERS)] = "timer_changed"
        which, at = self.system.one(ids[places])
        actions = self.system.numbers("action_type", at)
        for code in np.unique(actions):
            action = ACTIONS.get(int(code))
            rows = places[which[actions == code]]
            if action is None:
                self.unknown_actions[int(code)] = self.unknown_actions.get(int(code), 0) + len(rows)
            else:
                events[rows] = action.event
        return events


def _table(codes: Any) -> npt.NDArray[np.object_]:
    table = np.full(_TYPES + 1, "", object)
    for code, value in codes.items():
        table[code] = value
    return table


_KIND_OF = _table(KINDS)
_DELETED_OF = _table(DELETED)
assert _KIND_OF[SYSTEM] == "system"  # noqa: S101 - the two tables of codes.py agree
