"""The order of a conversation's records, and which of them are one message given twice."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.cellebrite.clock import offset_instant
from upstander.evidence.sources.cellebrite.parties import parties, word
from upstander.evidence.sources.cellebrite.spool import MISSING
from upstander.evidence.sources.cellebrite.stream import Model

__all__ = ["Repeats", "merged", "repeats"]

_Ints = npt.NDArray[np.int64]

#: Records of one key beyond which the key is none: an app that writes 0 for every message.
SAME_KEY = 200

_RANKS = {"": 0, "intact": 0, "unknown": 1, "trash": 2, "deleted": 3}


def merged(lanes: list[_Ints], times: npt.NDArray[np.int64]) -> Iterator[int]:
    """Every record of the lanes, oldest first: each lane in its own order, the lanes merged by time.

    A lane that mostly runs backwards is turned round, as a whole: nothing is sorted by time.
    """
    ordered = [_turned(lane, times).tolist() for lane in lanes if len(lane)]
    yield from heapq.merge(*ordered, key=lambda number: int(times[number]))


def _turned(lane: _Ints, times: npt.NDArray[np.int64]) -> _Ints:
    known = times[lane]
    steps = np.sign(np.diff(known[known != MISSING]))
    return lane[::-1] if int((steps < 0).sum()) > int((steps > 0).sum()) else lane


@dataclass(slots=True)
class Repeats:
    """What stands more than once in one conversation."""

    #: Record that was left out, and the one that was read in its place.
    dropped: dict[int, int] = field(default_factory=dict)
    #: Records of one identifier that say different things, all of them read.
    differing: list[tuple[int, ...]] = field(default_factory=list)


def repeats(records: _Ints, keys: npt.NDArray[np.uint64], get: Callable[[int], Any]) -> Repeats:
    """Which of a conversation's records are one message given twice: the tool gives what it recovered beside the rest.

    Two records of one identifier are one message where they agree in all that both state; the intact one is read.
    Without an identifier, a record that was recovered repeats another in author, time and text.
    """
    out = Repeats()
    if not len(records):
        return out
    own = keys[records]
    order = np.argsort(own, kind="stable")
    sorted_keys = own[order]
    starts = np.flatnonzero(np.append(True, sorted_keys[1:] != sorted_keys[:-1]))
    ends = np.append(starts[1:], len(own))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if end - start < 2 or sorted_keys[start] == 0 or end - start > SAME_KEY:
            continue
        numbers = [int(records[index]) for index in sorted(order[start:end].tolist())]
        _one_key(numbers, get, out)
    return out


def _one_key(numbers: list[int], get: Callable[[int], Any], out: Repeats) -> None:
    found = {number: get(number) for number in numbers}
    kept: list[int] = []
    for number in sorted(numbers, key=lambda number: _rank(found[number]["m"])):
        record = found[number]
        same = next((one for one in kept if _agree(found[one]["m"], record["m"])), None)
        if same is None or (word(record["m"]["f"], "Identifier") is None and _rank(record["m"]) < 2):
            kept.append(number)
        else:
            out.dropped[number] = same
    if len(kept) > 1 and word(found[kept[0]]["m"]["f"], "Identifier") is not None:
        out.differing.append(tuple(kept))


def _rank(model: Model) -> int:
    return _RANKS.get(str(model.get("d", "")).lower(), 1)


def _agree(one: Model, other: Model) -> bool:
    """Whether two records agree in everything that both state."""
    return all(not mine or not theirs or mine == theirs for mine, theirs in zip(_said(one), _said(other), strict=True))


def _said(model: Model) -> tuple[Any, ...]:
    files = [word(child["f"], "Filename") for child in model["m"].get("Attachments", ())]
    activities = [(word(child["f"], "Action"), [party.handle for party in parties(child, "Participant")])
                  for child in model["m"].get("ActivityLog", ())]  # fmt: skip
    authors = [party.handle for party in parties(model, "From", "Parties")]
    return offset_instant(model["f"], "TimeStamp"), authors, model["f"].get("Body"), files, activities
