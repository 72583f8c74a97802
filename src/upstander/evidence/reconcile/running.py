"""The reconciliation of a whole case, from its tables to the four tables that it writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

import polars as pl
import pyarrow as pa

from upstander.evidence.reconcile.clocks import clocks_of
from upstander.evidence.reconcile.gaps import gaps_of, span_of, traces_alone
from upstander.evidence.reconcile.grouping import group
from upstander.evidence.reconcile.held import Held, captures_held
from upstander.evidence.reconcile.joining import Joined, joined
from upstander.evidence.reconcile.sightings import messages_of, sightings_of
from upstander.evidence.reconcile.spells import notices, spells
from upstander.evidence.reconcile.traces import traces
from upstander.model import batch
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["reconcile"]


def reconcile(
    case: Case, *, stated: Mapping[str, str], told: Callable[[int, int], None]
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The tables captures, sightings, gaps and clocks, batch by batch, from what the case holds.

    `stated` gives by exhibit the conversation that whoever ingested it named; `told` hears how many rows of how many
    are placed.
    """
    held = list(captures_held(case))
    total = sum(len(one) for one in held)
    groups = group(held, stated=stated, undecided=_captures_warned(case, held, "date_order_ambiguous"))
    del held
    done = 0

    def placed(rows: int) -> None:
        nonlocal done
        done += rows
        told(done, total)

    together = [joined(one, told=placed) for one in groups]
    yield "captures", _captures(together)
    named = [messages_of(one) for one in together]
    for one, messages in zip(together, named, strict=True):
        for made in sightings_of(one, messages):
            yield "sightings", made
    rows = [asdict(row) for row in clocks_of(together)]
    if rows:
        columns = {("since" if name == "since" else name): [row[name] for row in rows] for name in rows[0]}
        yield "clocks", batch("clocks", columns, rows=len(rows))
    said = notices(case)
    found = traces(case, together)
    spans = _spans(together)
    captures = [here.held for one in together for here in one.placed]
    cut_short = _captures_warned(case, captures, "export_cut_short")
    wanted = frozenset(
        message for events in said.members.values() for _, _, message, _ in events if message
    ) | frozenset(message for events in said.timers.values() for message, _ in events)
    for one, messages in zip(together, named, strict=True):
        places = {here.held.capture: _places(here.held, wanted) for here in one.placed}
        own = spells(one, said, places)
        for made in gaps_of(one, messages, own, spans, found, said, places, cut_short):
            yield "gaps", made
    known = (
        frozenset(key for one in captures for key in pl.Series(one.key[one.key != 0]).unique().to_list())
        if any(trace.keys for trace in found.values())
        else frozenset()
    )
    for made in traces_alone(found, known, _direct(together)):
        yield "gaps", made


def _captures(together: Sequence[Joined]) -> pa.RecordBatch:
    rows = []
    for one in together:
        for here in one.placed:
            basis = one.group.basis[here.held.capture]
            alignment = one.alignments.get(here.held.capture)
            rows.append(
                {
                    "capture": here.held.capture, "conversation": one.group.conversation, "exhibit": here.held.exhibit,
                    "standing": "applied", "basis": basis.basis,
                    "shared": int((_counts(one)[here.message] > 1).sum()),
                    "score": basis.score if alignment is None or not alignment.anchors else round(alignment.score, 6),
                    "date_order": basis.date_order, "detail": basis.detail,
                }
            )  # fmt: skip
        exhibits = {here.held.capture: here.held.exhibit for here in one.placed}
        for capture, other, why in one.group.proposed:
            target = next(o.group.conversation for o in together if any(h.held.capture == other for h in o.placed))
            rows.append(
                {
                    "capture": capture, "conversation": target, "exhibit": exhibits[capture], "standing": "proposed",
                    "basis": why.basis, "shared": why.shared, "score": why.score, "date_order": why.date_order,
                    "detail": why.detail,
                }
            )  # fmt: skip
    rows.sort(key=lambda row: (row["conversation"], row["capture"], row["standing"]))
    names = list(rows[0]) if rows else []
    return batch("captures", {name: [row[name] for row in rows] for name in names}, rows=len(rows))


def _counts(one: Joined) -> pl.Series:
    import numpy as np

    counts = np.zeros(len(one.spine), np.int64)
    for here in one.placed:
        counts += np.bincount(here.message, minlength=len(one.spine))
    return counts  # type: ignore[return-value]


def _captures_warned(case: Case, held: Sequence[Held], kind: str) -> frozenset[str]:
    """Captures that a warning of this kind concerns: named by it, or of the exhibit that it is about."""
    rows = (
        scan(case, "warnings")
        .filter(pl.col("kind") == kind)
        .select(pl.col("exhibit").cast(pl.String), "conversation")
        .collect()
        .rows()
    )
    named = {conversation for _, conversation in rows if conversation}
    exhibits = {exhibit for exhibit, conversation in rows if not conversation}
    return frozenset(one.capture for one in held if one.capture in named or one.exhibit in exhibits)


def _spans(together: Sequence[Joined]):  # type: ignore[no-untyped-def]
    of_exhibit: dict[str, list[Held]] = {}
    for one in together:
        for here in one.placed:
            of_exhibit.setdefault(here.held.exhibit, []).append(here.held)
    return {exhibit: span_of(held) for exhibit, held in of_exhibit.items()}


def _places(held: Held, wanted: frozenset[str]) -> dict[str, int]:
    """Row of every wanted message id in the capture."""
    mine = [message for message in wanted if message.startswith(held.capture)]
    if not mine:
        return {}
    rows = held.sightings.is_in(mine).arg_true()
    return dict(zip(held.sightings.gather(rows).to_list(), rows.to_list(), strict=True))


def _direct(together: Sequence[Joined]) -> dict[tuple[str, str], tuple[str, str]]:
    """Conversation and capture of every exchange between two, by exhibit and the other's handle."""
    found = {}
    for one in together:
        for here in one.placed:
            if here.held.kind == "direct" and here.held.platform_key:
                found[here.held.exhibit, here.held.platform_key] = (one.group.conversation, here.held.capture)
    return found
