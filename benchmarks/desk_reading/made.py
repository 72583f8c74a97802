"""A made case of three phones: one large group and many small ones, its tables written directly."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.evidence.standing import PEOPLE, RECONCILED
from upstander.model import batch
from upstander.people import people_tables
from upstander.storage import Case, Home, PartWriter, write_manifest

__all__ = ["make"]

#: Of all messages, the share of the large group; the rest is in groups of this many.
_LARGE, _SMALL = 0.4, 4_000
_PHONES = 3
#: Members of the large group, and of each small one.
_MEMBERS, _FEW = 256, 12
_NOW = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)
_START = 1_456_923_914_000
_WORDS = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "on", "us")]
_REASONS = ("before_join", "export_cut_short", "deleted_on_phone", "unexplained")


def make(home: Path, messages: int) -> Case:
    """A case of that many messages, each on one to three phones, with replies, reactions, edits, files and gaps."""
    case = Home(home).new(f"D-{messages}", title="made", now=_NOW)
    rng = np.random.default_rng(2018)
    large = int(messages * _LARGE)
    sizes = [large, *[_SMALL] * ((messages - large) // _SMALL)]
    sizes[-1] += messages - sum(sizes)
    with case.writing():
        exhibits = [hashlib.sha256(f"phone {number}".encode()).hexdigest() for number in range(_PHONES)]
        writers = [PartWriter(case, exhibit) for exhibit in exhibits]
        together = PartWriter(case, RECONCILED)
        described = PartWriter(case, "case")
        described.write("exhibits", batch("exhibits", _exhibits(exhibits), rows=_PHONES))
        described.finish(made_from="", about={"version": "", "sortings": {}})
        groups = [
            (sorted(hashlib.sha256(f"{number} {phone}".encode()).hexdigest()[:16] for phone in range(_PHONES)), size)
            for number, size in enumerate(sizes)
        ]
        for captures, size in sorted(groups):
            _Group(captures, exhibits, size, _MEMBERS if size == large else _FEW, rng).write(writers, together)
        for writer in (*writers, together):
            writer.finish(made_from="", about={})
        people = PartWriter(case, PEOPLE)
        for name, rows in people_tables(case, decisions=None):
            people.write(name, rows)
        people.finish(made_from="", about={})
        write_manifest(case)
    return case


def _exhibits(exhibits: list[str]) -> dict[str, Any]:
    count = len(exhibits)
    return {
        "exhibit": exhibits, "reference": [f"M/{number + 1}" for number in range(count)],
        "custodian": [f"Owner {number + 1}" for number in range(count)], "received_at": [_NOW] * count,
        "source_name": ["made"] * count, "bytes": [1] * count, "role": ["document"] * count, "intake": ["1"] * count,
    }  # fmt: skip


def _constant(value: str, size: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([value]))


def _named(values: list[str], which: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), pa.array(values))


def _instants(at: np.ndarray) -> pa.Array:
    return pa.array(at, pa.int64()).cast(pa.timestamp("ms", "UTC"))


def _ids(prefix: str, rows: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(prefix), pc.cast(pa.array(rows), pa.string()), "")


class _Group:
    """One conversation on every phone: the first phone holds all, the others lack one message in ten."""

    def __init__(
        self, captures: list[str], exhibits: list[str], size: int, members: int, rng: np.random.Generator
    ) -> None:
        self.captures, self.exhibits, self.size, self.rng = captures, exhibits, size, rng
        self.handles = [f"4477009{member:05d}@s.whatsapp.net" for member in range(members)]
        weight = 1 / np.arange(1, members + 1) ** 0.8
        self.author = rng.choice(members, size, p=weight / weight.sum())
        self.at = _START + np.cumsum(rng.integers(1, 60_000, size))
        self.notice = rng.random(size) < 0.005
        self.held = [np.arange(size), *(np.flatnonzero(rng.random(size) > 0.1) for _ in captures[1:])]
        lengths = rng.integers(1, 16, size)
        words = np.array(_WORDS, dtype=object)[rng.integers(0, len(_WORDS), int(lengths.sum()))]
        ends = np.cumsum(lengths)
        self.texts = [" ".join(words[end - length : end]) for end, length in zip(ends, lengths, strict=True)]

    def write(self, writers: list[PartWriter], together: PartWriter) -> None:
        """Its rows, into each phone's part and into that of reconciliation."""
        name = self.captures[0]
        for phone, writer in enumerate(writers):
            self._frame(writer, phone)
            self._said(writer, phone)
            self._hanging(writer, phone)
            columns = {"capture": [self.captures[phone]], "conversation": [name], "exhibit": [self.exhibits[phone]]}
            more = {"standing": ["applied"], "basis": ["platform_key"], "shared": [0], "score": [1.0]}
            together.write("captures", batch("captures", {**columns, **more, "detail": ["made"]}, rows=1))
        order = np.lexsort(
            (np.concatenate([np.full(len(rows), phone) for phone, rows in enumerate(self.held)]),
             np.concatenate(self.held))
        )  # fmt: skip
        rows = np.concatenate(self.held)[order]
        phones = np.concatenate([np.full(len(held), phone) for phone, held in enumerate(self.held)])[order]
        sightings = pc.binary_join_element_wise(
            pc.cast(_named(self.captures, phones), pa.string()), pc.cast(pa.array(rows), pa.string()), "-"
        )
        size = len(rows)
        columns = {
            "conversation": _constant(name, size), "ordinal": pa.array(rows), "message": _ids(f"{name}-", rows),
            "sighting": sightings, "capture": _named(self.captures, phones),
            "exhibit": _named(self.exhibits, phones), "at": _instants(self.at[rows]),
            "at_precision": _constant("second", size), "lead": pa.array(phones == 0),
            "notice": pa.array(self.notice[rows]), "method": _constant("key", size),
            "score": pa.array(np.ones(size)), "shows": _constant("full", size),
            "offset_ms": pa.array(np.zeros(size, np.int64)),
        }  # fmt: skip
        together.write("sightings", batch("sightings", columns, rows=size))
        self._gaps(together)

    def _frame(self, writer: PartWriter, phone: int) -> None:
        one = {"conversation": [self.captures[phone]], "exhibit": [self.exhibits[phone]]}
        columns = {
            **one, "messages": [len(self.held[phone])], "system_events": [0], "kind": ["group"],
            "platform": ["whatsapp"], "source": ["whatsapp_android"], "platform_key": [f"{self.captures[0]}@g.us"],
            "title": [f"Group {self.captures[0][:6]}"],
        }  # fmt: skip
        writer.write("conversations", batch("conversations", columns, rows=1))
        size = len(self.handles)
        same = {name: value * size for name, value in one.items()}
        own = {"owner": [place == phone for place in range(size)], "standing": ["member"] * size}
        writer.write("participants", batch("participants", {**same, "handle": self.handles, **own}, rows=size))
        events = {**same, "position": list(range(size)), "kind": ["added"] * size, "participant": self.handles}
        events |= {"at": [_START] * size, "evidence": ["system_event"] * size, "row": [str(row) for row in range(size)]}
        writer.write("membership_events", batch("membership_events", events, rows=size))

    def _said(self, writer: PartWriter, phone: int) -> None:
        rows = self.held[phone]
        size = len(rows)
        replies = (np.arange(self.size) % 50 == 7)[rows]
        keys = _ids("K", rows)
        answered = _ids("K", np.maximum(rows - 20, 0))
        notices = pa.array(self.notice[rows])
        columns = {
            "conversation": _constant(self.captures[phone], size), "exhibit": _constant(self.exhibits[phone], size),
            "message": _ids(f"{self.captures[phone]}-", rows), "position": pa.array(np.arange(size)),
            "platform_key": keys, "sent_at": _instants(self.at[rows]),
            "sent_at_written": pc.cast(pa.array(self.at[rows]), pa.string()),
            "sent_at_precision": _constant("second", size), "time_zone": _constant("UTC", size),
            "time_zone_basis": _constant("recorded", size),
            "author": pa.DictionaryArray.from_arrays(
                pa.array(self.author[rows].astype(np.int32), mask=self.notice[rows]), pa.array(self.handles)
            ),
            "kind": _named(["text", "system"], self.notice[rows].astype(int)),
            "event": pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(size, np.int32), mask=~self.notice[rows]), pa.array(["other"])
            ),
            "text": [self.texts[row] for row in rows],
            "reply_to": pc.if_else(pa.array(replies), answered, pa.scalar(None, pa.string())),
            "forwarded": pc.and_(notices, False), "edited": pc.and_(notices, False),
        }  # fmt: skip
        writer.write("messages", batch("messages", columns, rows=size))

    def _hanging(self, writer: PartWriter, phone: int) -> None:
        """One message in twenty has a reaction, one in thirty a file, one in two hundred two versions; receipts."""
        capture, exhibit, held = self.captures[phone], self.exhibits[phone], self.held[phone]

        def some(every: int) -> tuple[int, dict[str, Any], np.ndarray]:
            rows = held[held % every == 3]
            return len(rows), {"conversation": _constant(capture, len(rows)), "exhibit": _constant(exhibit, len(rows)),
                               "message": _ids(f"{capture}-", rows)}, rows  # fmt: skip

        size, same, rows = some(20)
        columns = {**same, "participant": _named(self.handles, rows % len(self.handles)), "emoji": ["👍"] * size}
        columns |= {"count": [1] * size, "at": _instants(self.at[rows] + 9_000), "row": _ids("r", rows)}
        writer.write("reactions", batch("reactions", columns, rows=size))
        size, same, rows = some(30)
        files = {"ordinal": [0] * size, "kind": ["image"] * size, "name": _ids("IMG-", rows), "held": ["absent"] * size}
        writer.write("attachments", batch("attachments", {**same, **files}, rows=size))
        size, same, rows = some(200)
        for version in (1, 2):
            edits = {**same, "target_key": _ids("K", rows), "version": [version] * size, "text": ["version"] * size}
            edits |= {"at": _instants(self.at[rows] + version * 1000), "row": _ids("e", rows)}
            writer.write("edits", batch("edits", edits, rows=size))
        own = held[self.author[held] == phone]
        others = np.delete(np.arange(len(self.handles)), phone)
        mine, whom = np.repeat(own, len(others)), np.tile(others, len(own))
        columns = {
            "conversation": _constant(capture, len(mine)), "exhibit": _constant(exhibit, len(mine)),
            "message": _ids(f"{capture}-", mine), "participant": _named(self.handles, whom),
            "delivered_at": _instants(self.at[mine] + 2_000), "row": _ids("d", np.arange(len(mine))),
        }  # fmt: skip
        if len(mine) < 3_000_000:
            writer.write("receipts", batch("receipts", columns, rows=len(mine)))

    def _gaps(self, together: PartWriter) -> None:
        for phone, held in enumerate(self.held):
            lacking = np.setdiff1d(np.arange(self.size), held)
            size = len(lacking)
            columns = {
                "conversation": _constant(self.captures[0], size), "message": _ids(f"{self.captures[0]}-", lacking),
                "capture": _constant(self.captures[phone], size), "exhibit": _constant(self.exhibits[phone], size),
                "at": _instants(self.at[lacking]), "reason": _named(list(_REASONS), lacking % 4),
                "held_by": [2] * size, "detail": ["made so that it is missing here, for a measurement"] * size,
            }  # fmt: skip
            together.write("gaps", batch("gaps", columns, rows=size))
