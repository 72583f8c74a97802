"""The rows that the source of Android databases would read from a made msgstore.db, without writing or reading one."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.reconcile import direct_groups
from benchmarks.reconcile.held import EDITED, TOMBSTONE
from benchmarks.reconcile.made import EVENTS, KINDS, SYSTEM
from benchmarks.reconcile.store import GROUP, Store
from benchmarks.reconcile.text import TITLE

from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Rows
from upstander.evidence.sources.whatsapp_android.arrays import APART, clocks, spread
from upstander.evidence.sources.whatsapp_android.people import People
from upstander.evidence.sources.whatsapp_text.columns import category, constant, flags, identities, numbers
from upstander.model import batch, table

__all__ = ["digest", "rows"]

_FIELDS = {field.name: field.values for field in table("messages").fields if field.values}
_KIND, _EVENT = _FIELDS["kind"], _FIELDS["event"]
#: By kind of item: place in the kinds of the messages table; by event: place in its events.
_KIND_OF = np.array([_KIND.index(kind) for kind in KINDS], np.int32)
_DELETED_KIND = _KIND.index("deleted")
_EVENT_OF = np.array(
    [_EVENT.index({"created": "group_created", "": "other"}.get(event, event)) for event in EVENTS], np.int32
)
_UTC = pa.timestamp("ms", "UTC")
_SLICE = 250_000


def digest(store: Store) -> str:
    """An address for a database that is not written: what it is made of, hashed."""
    operation = store.operation
    made_of = (operation.shape, operation.phones, operation.seed, store.index)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()


def rows(store: Store, *, exhibit: str, name: str) -> Iterator[Rows]:
    """Every row of the tables for the database of one phone."""
    yield from _Maker(store, exhibit, name).rows()


class _Maker:
    def __init__(self, store: Store, exhibit: str, name: str) -> None:
        self.store, self.exhibit = store, exhibit
        self.capture = Capture(
            Document(file=ExhibitFile(name, Path(name), exhibit)), source="whatsapp_android", platform="whatsapp"
        )
        people = store.operation.shape.people
        self.people = People(handles=dict(enumerate(store.addresses, 1)), owner=store.owner)
        for person in np.flatnonzero(store.by_link).tolist():
            lid, phone = store.addresses[people + 1 + person], store.addresses[person]
            self.people.linked[lid] = phone
            self.people.linked.setdefault(phone, lid)
        #: Handles by code: the owner, then the addresses.
        self.handles = [store.owner, *store.addresses]
        self.conversation = self.capture.conversation(
            GROUP, kind="group", platform_key=GROUP, title=TITLE, account=store.owner
        )

    def rows(self) -> Iterator[Rows]:
        direct_groups.members(self.store, self.conversation, self.people)
        yield from self._messages()
        yield from self._attachments()
        direct_groups.edits(self.store, self.conversation)
        yield from self.capture.drain(1.0)
        yield from self._reactions()
        yield from self._receipts()
        direct_groups.events(self.store, self.conversation)
        self._clocks()
        for code in self._met():
            self.people.describe(self.conversation, self.handles[code])
        yield from self.capture.close()

    def _codes(self, mine: np.ndarray, jids: np.ndarray) -> np.ndarray:
        owner = self.store.owner
        codes = np.where(mine, 0, jids)
        if owner in self.store.addresses:
            codes[codes == self.store.addresses.index(owner) + 1] = 0
        return codes.astype(np.int32)

    def _met(self) -> list[int]:
        store, operation = self.store, self.store.operation
        items = store.holds.items
        authored = operation.kind[items] != SYSTEM
        codes = self._codes(store.mine, store.jids(operation.author[items], operation.at[items]))
        return [int(code) for code in np.unique(codes[authored])]

    def _messages(self) -> Iterator[Rows]:
        store = self.store
        yield Rows("messages", self._notice(), 0.0)
        targets, said = store.quoted()
        for first in range(0, len(store.holds.items), _SLICE):
            part = slice(first, first + _SLICE)
            low, high = np.searchsorted(store.replies, (first, first + _SLICE)).tolist()
            quote = store.replies[low:high] - first, targets[low:high], said.slice(low, high - low)
            yield Rows("messages", self._slice(part, first + 1, quote), 1.0)

    def _notice(self) -> pa.RecordBatch:
        first = self.store.first
        return batch(
            "messages",
            {
                "message": [f"{self.conversation.id}-1"], "conversation": [self.conversation.id],
                "exhibit": [self.exhibit], "position": [0], "row": ["message:1"], "platform_key": ["NOTICE"],
                "sent_at": [first], "sent_at_written": [str(first)], "sent_at_precision": ["millisecond"],
                "time_zone": ["UTC"], "time_zone_basis": ["recorded"], "received_at": [first], "kind": ["system"],
                "event": ["encryption_notice"], "forwarded": [False], "edited": [False],
            },
            rows=1,
        )  # fmt: skip

    def _clocks(self) -> None:
        """Own messages whose two clocks disagree."""
        store = self.store
        at = store.operation.at[store.holds.items] // 1000 * 1000
        ahead = np.where(store.mine, store.stamps() - at, 0)
        for place in np.flatnonzero(np.abs(ahead) > APART).tolist():
            row = f"message:{int(store.ids[place])}"
            self.capture.warn(
                "clock_wrong", clocks(row, int(ahead[place])), conversation=self.conversation.id, row=row,
                message=f"{self.conversation.id}-{int(store.ids[place])}",
            )  # fmt: skip

    def _slice(
        self, part: slice, position: int, quote: tuple[np.ndarray, np.ndarray, pa.StringArray]
    ) -> pa.RecordBatch:
        store, operation = self.store, self.store.operation
        items, state, ids = store.holds.items[part], store.holds.state[part], store.ids[part]
        size = len(items)
        system = operation.kind[items] == SYSTEM
        mine = store.mine[part]
        authors = self._codes(mine, store.jids(operation.author[items], operation.at[items]))
        kinds = np.where(state == TOMBSTONE, _DELETED_KIND, _KIND_OF[operation.kind[items]]).astype(np.int32)
        stamp = store.stamps()[part]
        server = operation.at[items] // 1000 * 1000
        gone = np.flatnonzero(state == TOMBSTONE)
        places, targets, said = quote
        by = self._codes(
            operation.author[targets] == operation.phones[store.index].owner,
            store.jids(operation.author[targets], operation.at[targets]),
        )
        names = pa.array(self.handles, pa.string())
        none = np.zeros(size, np.bool_)
        return batch(
            "messages",
            {
                "message": identities(self.conversation.id, ids),
                "conversation": constant(self.conversation.id, size),
                "exhibit": constant(self.exhibit, size),
                "position": numbers(np.arange(position, position + size), pa.int64()),
                "row": pc.binary_join_element_wise("message:", pc.cast(pa.array(ids), pa.string()), ""),
                "platform_key": operation.key(items),
                "sent_at": numbers(stamp, _UTC),
                "sent_at_written": pc.cast(pa.array(stamp), pa.string()),
                "sent_at_precision": constant("millisecond", size),
                "time_zone": constant("UTC", size),
                "time_zone_basis": constant("recorded", size),
                "server_at": numbers(server, _UTC, null=~mine),
                "received_at": numbers(store.arrived[part], _UTC),
                "author": category(authors, self.handles, null=system),
                "outgoing": pa.array(mine, mask=system),
                "kind": category(kinds, _KIND),
                "event": category(_EVENT_OF[operation.event[items]], _EVENT, null=~system),
                "text": store.texts.slice(part.start, size),
                "reply_to": spread(operation.key(targets), places, size),
                "reply_to_text": spread(said, places, size),
                "reply_to_author": spread(names.take(pa.array(by)), places, size),
                "forwarded": flags(none),
                "edited": flags(state == EDITED),
                "deleted": category(np.zeros(size, np.int32), ["by_author"], null=state != TOMBSTONE),
                "deleted_at": spread(numbers(operation.revoked[items[gone]], _UTC), gone, size),
            },
            rows=size,
        )

    def _keyed(self, ids: np.ndarray) -> dict[str, Any]:
        """What rows that name a message by its row number have in common: nulls and the number where it is gone."""
        store = self.store
        at = np.minimum(np.searchsorted(store.ids, ids), max(0, len(store.ids) - 1))
        there = store.ids[at] == ids if len(store.ids) else np.zeros(len(ids), np.bool_)
        keys = store.operation.key(store.holds.items[at])
        written = pc.binary_join_element_wise("message:", pc.cast(pa.array(ids), pa.string()), "")
        mask = pa.array(there)
        return {
            "there": there,
            "exhibit": constant(self.exhibit, len(ids)),
            "message": pc.if_else(mask, identities(self.conversation.id, ids), pa.scalar(None, pa.string())),
            "target_key": pc.if_else(mask, keys, written),
        }

    def _reactions(self) -> Iterator[Rows]:
        ids, person, when = self.store.reactions
        if not len(ids):
            return
        columns = self._keyed(ids)
        there = columns.pop("there")
        owner = self.store.operation.phones[self.store.index].owner
        codes = self._codes(person == owner, self.store.jids(person, when))
        columns |= {
            "conversation": constant(self.conversation.id, len(ids)),
            "participant": pa.array(self.handles, pa.string()).take(pa.array(codes)),
            "emoji": pa.array(["👍"]).take(pa.array(np.zeros(len(ids), np.int64))),
            "count": pa.array(np.ones(len(ids), np.int64)),
            "at": numbers(when, _UTC),
            "row": pc.binary_join_element_wise(
                "message_add_on:", pc.cast(pa.array(np.arange(1, len(ids) + 1)), pa.string()), ""
            ),
        }
        yield Rows("reactions", _orphans_last(batch("reactions", columns, rows=len(ids)), there), 1.0)

    def _receipts(self) -> Iterator[Rows]:
        ids, person, delivered, read = self.store.receipts
        if not len(ids):
            return
        columns = self._keyed(ids)
        there = columns.pop("there")
        names = pa.array(self.store.addresses, pa.string())
        columns |= {
            "conversation": category(np.zeros(len(ids), np.int32), [self.conversation.id], null=~there),
            "participant": names.take(pa.array(self.store.jids(person, delivered) - 1)),
            "delivered_at": numbers(delivered, _UTC),
            "read_at": numbers(read, _UTC),
            "row": pc.binary_join_element_wise(
                "receipt_user:", pc.cast(pa.array(np.arange(1, len(ids) + 1)), pa.string()), ""
            ),
        }
        yield Rows("receipts", _orphans_last(batch("receipts", columns, rows=len(ids)), there), 1.0)

    def _attachments(self) -> Iterator[Rows]:
        store, operation = self.store, self.store.operation
        media = store.media
        if not len(media):
            return
        keys = operation.key(store.holds.items[media]).to_pylist()
        files = [store.medium(place, key, coded=False) for place, key in zip(media.tolist(), keys, strict=True)]
        kinds = [KINDS[kind] for kind in operation.kind[store.holds.items[media]].tolist()]
        columns: dict[str, Any] = {
            "conversation": constant(self.conversation.id, len(media)),
            "exhibit": constant(self.exhibit, len(media)),
            "message": identities(self.conversation.id, store.ids[media]),
            "ordinal": numbers(np.zeros(len(media), np.int64), pa.int64()),
            "kind": kinds,
            "held": constant("absent", len(media)),
        }
        for name, values in zip(("name", "media_type", "bytes", "sha256"), zip(*files, strict=True), strict=True):
            columns[name] = list(values)
        yield Rows("attachments", batch("attachments", columns, rows=len(media)), 1.0)


def _orphans_last(made: pa.RecordBatch, there: np.ndarray) -> pa.RecordBatch:
    """The source gives what refers to rows that are gone after all else."""
    return made.take(pa.array(np.argsort(~there, kind="stable")))
