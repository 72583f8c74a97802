"""Traces of messages that no capture holds: what is known of them, and no more.

An unused row number says that something was there. That it was a message, and of which conversation, only receipts,
reactions or quotes say.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from upstander.evidence.reconcile.held import NEVER
from upstander.evidence.reconcile.traces import Hole, Traces
from upstander.model import batch

__all__ = ["Places", "traces_alone"]

#: Conversation and capture by exhibit and other party, of exchanges between two.
Places = Mapping[tuple[str, str], tuple[str, str]]


def traces_alone(
    found: Mapping[str, Traces],
    known: frozenset[int],
    direct: Places,
    conversations: Mapping[str, str],
    lasting: frozenset[str],
) -> Iterator[pa.RecordBatch]:
    """Gaps for traces of messages that no capture holds.

    `known` are the digests of all keys that some capture holds; `direct` serves for receipts that only one person can
    have given; `conversations` gives the conversation of every capture; `lasting` are the captures in which nothing
    goes by itself: no timer is spoken of, and they are no status updates.
    """
    rows: list[dict[str, Any]] = []
    for exhibit, traces in sorted(found.items()):
        for hole in traces.holes:
            rows += _of_hole(exhibit, hole, traces, direct, lasting)
        for digest, (key, capture) in sorted(traces.keys.items(), key=lambda entry: entry[1]):
            if digest not in known:
                rows.append(_of_key(exhibit, digest, key, capture, traces))
    for row in rows:
        row.setdefault("conversation", conversations.get(row.get("capture") or ""))
    if rows:
        names = sorted({name for row in rows for name in row})
        yield batch("gaps", {name: [row.get(name) for row in rows] for name in names}, rows=len(rows))


def _of_key(exhibit: str, digest: int, key: str, capture: str, traces: Traces) -> dict[str, Any]:
    """A message that a quote or a reaction names and no capture holds: when it was sent, nobody can say."""
    said = traces.said_of(None, [digest])
    place = traces.quoted.get(digest) or traces.reacted[digest]
    return {
        "exhibit": exhibit, "capture": capture, "target_key": key, "row": place, "reason": "unexplained",
        "traces": ",".join(said), "held_by": 0, "detail": f"{place} refers to a message that no capture holds",
    }  # fmt: skip


def _of_hole(
    exhibit: str, hole: Hole, traces: Traces, direct: Places, lasting: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """Unused numbers that no known message explains: a row for each that something refers to, one a run of others."""
    runs: list[list[int]] = []
    for number in hole.free:
        named = hole.named(number)
        if named in traces.receipts or named in traces.reacted_rows:
            yield _referred(exhibit, named, hole, traces, direct, lasting)
        elif runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        several = len(run) > 1
        named = hole.named(run[0]) + (f"-{run[-1]}" if several else "")
        yield {
            "exhibit": exhibit, "row": named, "reason": "unexplained", "traces": "hole", "held_by": 0,
            "at": None if hole.until == NEVER else hole.until,
            "detail": f"the row number{'s' if several else ''} {named} {'are' if several else 'is'} unused;"
            " what stood there, and in which conversation, is not known",
        }  # fmt: skip


def _referred(
    exhibit: str, named: str, hole: Hole, traces: Traces, direct: Places, lasting: frozenset[str]
) -> dict[str, Any]:
    """An unused number that receipts or a reaction refer to: a message stood there, or a status update.

    It was deleted where a reaction says the conversation and nothing there goes by itself. Receipts say only that the
    owner sent it: what a timer takes and a status update that is over leave the same.
    """
    _, people, first = traces.receipts.get(named, (0, (), NEVER))
    capture = traces.reacted_rows[named][1] if named in traces.reacted_rows else None
    deleted = capture in lasting
    if capture is None and len(people) == 1:
        _, capture = direct.get((exhibit, people[0]), (None, None))
    said = traces.said_of(named, ())
    at = first if first != NEVER else hole.until
    detail = "; ".join(said.values())
    return {
        "exhibit": exhibit, "capture": capture, "row": named, "traces": ",".join(said), "held_by": 0,
        "reason": "deleted_on_phone" if deleted else "unexplained", "at": None if at == NEVER else at,
        "detail": detail if deleted else f"{detail}; a message whose time was over and a status update leave the same",
    }  # fmt: skip
