"""A made conversation of 256 members, its tables written directly: no exhibit is read to measure what comes after."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from upstander.model import batch
from upstander.people import people_tables
from upstander.storage import Case, Home, PartWriter

__all__ = ["CAPTURE", "MEMBERS", "make"]

MEMBERS = 256
CAPTURE = "c" * 16
_EXHIBIT = "e" * 64
_NOW = dt.datetime(2018, 3, 1, tzinfo=dt.UTC)
_START = 1_456_923_914_000
#: Rows of a batch.
_ROWS = 500_000
#: A message every half minute on average.
_STEP = 30_000


def make(home: Path, messages: int) -> Case:
    """A case whose one phone shows one group: everybody added at the start, receipts of what its owner sent."""
    case = Home(home).new(f"M-{messages}", title="made", now=_NOW)
    handles = [f"4477009{member:05d}@s.whatsapp.net" for member in range(MEMBERS)]
    rng = np.random.default_rng(2018)
    # Some write much, most little, as in any group.
    weight = 1 / np.arange(1, MEMBERS + 1) ** 0.8
    author = rng.choice(MEMBERS, messages, p=weight / weight.sum())
    at = _START + 1000 + np.cumsum(rng.integers(1, 2 * _STEP, messages))
    with case.writing():
        writer = PartWriter(case, _EXHIBIT)
        _frame(writer, handles, at)
        for begin in range(0, messages, _ROWS):
            rows = np.arange(begin, min(begin + _ROWS, messages))
            _messages(writer, handles, rows, author, at, rng)
        _receipts(writer, handles, np.flatnonzero(author == MEMBERS // 2), at, rng)
        _reactions(writer, handles, messages, at, rng)
        writer.finish(made_from="", about={})
        people = PartWriter(case, "people")
        for name, rows in people_tables(case, decisions=None):
            people.write(name, rows)
        people.finish(made_from="", about={})
    return case


def _ids(rows: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(pa.scalar(CAPTURE), pc.cast(pa.array(rows), pa.string()), "-")


def _constant(value: str, size: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([value]))


def _named(values: list[str], which: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), pa.array(values))


def _instants(at: np.ndarray) -> pa.Array:
    return pa.array(at, pa.int64()).cast(pa.timestamp("ms", "UTC"))


def _frame(writer: PartWriter, handles: list[str], at: np.ndarray) -> None:
    size = len(handles)
    one = {"conversation": [CAPTURE], "exhibit": [_EXHIBIT]}
    writer.write(
        "exhibits",
        batch(
            "exhibits",
            {
                "exhibit": [_EXHIBIT], "reference": ["M/1"], "custodian": ["Made Owner"], "received_at": [_NOW],
                "source_name": ["made"], "bytes": [1], "role": ["document"], "intake": ["1"],
            },
            rows=1,
        ),
    )  # fmt: skip
    counts = {"messages": [len(at)], "system_events": [1], "kind": ["group"], "platform": ["whatsapp"]}
    columns = {**one, **counts, "source": ["whatsapp_android"], "platform_key": ["1-1456923914@g.us"]}
    writer.write("conversations", batch("conversations", columns, rows=1))
    captures = {"capture": [CAPTURE], **one, "standing": ["applied"], "basis": ["alone"], "shared": [0]}
    writer.write("captures", batch("captures", {**captures, "score": [1.0], "detail": ["made"]}, rows=1))
    same = {"conversation": [CAPTURE] * size, "exhibit": [_EXHIBIT] * size}
    participants = {**same, "handle": handles, "owner": [place == size // 2 for place in range(size)]}
    writer.write("participants", batch("participants", {**participants, "standing": ["member"] * size}, rows=size))
    events = {**same, "position": list(range(size)), "kind": ["added"] * size, "participant": handles}
    events |= {"at": [_START] * size, "evidence": ["system_event"] * size, "row": [str(row) for row in range(size)]}
    writer.write("membership_events", batch("membership_events", events, rows=size))


def _messages(
    writer: PartWriter,
    handles: list[str],
    rows: np.ndarray,
    author: np.ndarray,
    at: np.ndarray,
    rng: np.random.Generator,
) -> None:
    size = len(rows)
    ids = _ids(rows)
    same = {"conversation": _constant(CAPTURE, size), "exhibit": _constant(_EXHIBIT, size)}
    precision = _constant("millisecond", size)
    # One in fifty answers one of the hundred before it.
    replies = rng.random(size) < 0.02
    targets = np.maximum(rows - rng.integers(1, 100, size), 0)
    keys = pc.binary_join_element_wise("K", pc.cast(pa.array(rows), pa.string()), "")
    answered = pc.binary_join_element_wise("K", pc.cast(pa.array(targets, mask=~replies), pa.string()), "")
    flags = pa.array(np.zeros(size, np.bool_))
    columns = {
        **same, "message": ids, "position": pa.array(rows), "platform_key": keys, "sent_at": _instants(at[rows]),
        "sent_at_written": pc.cast(pa.array(at[rows]), pa.string()), "sent_at_precision": precision,
        "time_zone": _constant("UTC", size), "time_zone_basis": _constant("recorded", size),
        "author": _named(handles, author[rows]), "kind": _constant("text", size), "reply_to": answered,
        "forwarded": flags, "edited": flags,
    }  # fmt: skip
    writer.write("messages", batch("messages", columns, rows=size))
    sightings = {
        **same, "ordinal": pa.array(rows), "message": ids, "sighting": ids, "capture": _constant(CAPTURE, size),
        "at": _instants(at[rows]), "at_precision": precision, "lead": pa.array(np.ones(size, np.bool_)),
        "notice": pa.array(np.zeros(size, np.bool_)),
        "method": _constant("alone", size), "score": pa.array(np.ones(size)), "shows": _constant("full", size),
    }  # fmt: skip
    writer.write("sightings", batch("sightings", sightings, rows=size))


def _receipts(
    writer: PartWriter, handles: list[str], own: np.ndarray, at: np.ndarray, rng: np.random.Generator
) -> None:
    """Of all that the owner sent, one for every other member: seven in ten are read."""
    others = np.delete(np.arange(len(handles)), len(handles) // 2)
    for begin in range(0, len(own), _ROWS // len(others)):
        some = own[begin : begin + _ROWS // len(others)]
        rows, whom = np.repeat(some, len(others)), np.tile(others, len(some))
        size = len(rows)
        delivered = at[rows] + rng.integers(1000, 3_600_000, size)
        read = pa.array(delivered + 60_000, mask=rng.random(size) > 0.7)
        places = pa.array(np.arange(size) + begin * len(others))
        columns = {
            "conversation": _constant(CAPTURE, size), "exhibit": _constant(_EXHIBIT, size), "message": _ids(rows),
            "participant": _named(handles, whom), "delivered_at": _instants(delivered),
            "read_at": read.cast(pa.timestamp("ms", "UTC")), "row": pc.cast(places, pa.string()),
        }  # fmt: skip
        writer.write("receipts", batch("receipts", columns, rows=size))


def _reactions(writer: PartWriter, handles: list[str], messages: int, at: np.ndarray, rng: np.random.Generator) -> None:
    """One message in twenty has one."""
    rows = np.flatnonzero(rng.random(messages) < 0.05)
    for begin, some in _chunks(rows):
        size = len(some)
        columns = {
            "conversation": _constant(CAPTURE, size), "exhibit": _constant(_EXHIBIT, size), "message": _ids(some),
            "participant": _named(handles, rng.integers(0, len(handles), size)), "emoji": ["+"] * size,
            "count": pa.array(np.ones(size, np.int64)), "at": _instants(at[some] + 90_000),
            "row": pc.cast(pa.array(np.arange(size) + begin), pa.string()),
        }  # fmt: skip
        writer.write("reactions", batch("reactions", columns, rows=size))


def _chunks(rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    for begin in range(0, len(rows), _ROWS):
        yield begin, rows[begin : begin + _ROWS]
