"""The reconciliation of a whole case, from its tables to the four tables that it writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

import numpy as np
import polars as pl
import pyarrow as pa

from upstander.evidence.reconcile.alone import traces_alone
from upstander.evidence.reconcile.clocks import clocks_of
from upstander.evidence.reconcile.describing import captures_table
from upstander.evidence.reconcile.gaps import gaps_of
from upstander.evidence.reconcile.grouping import group
from upstander.evidence.reconcile.held import Held, captures_held
from upstander.evidence.reconcile.joining import Joined, joined
from upstander.evidence.reconcile.leftovers import traces
from upstander.evidence.reconcile.reasons import Known, Span, span_of
from upstander.evidence.reconcile.sightings import Messages, messages_of, sightings_of
from upstander.evidence.reconcile.spells import Notices, notices, spells, timers
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
    together = _joined(case, stated, told)
    named = [messages_of(one) for one in together]
    yield "captures", captures_table(together, named)
    for one, messages in zip(together, named, strict=True):
        for made in sightings_of(one, messages):
            yield "sightings", made
    clocks = [asdict(row) for row in clocks_of(together)]
    if clocks:
        yield "clocks", batch("clocks", {name: [row[name] for row in clocks] for name in clocks[0]}, rows=len(clocks))
    for made in _gaps(case, together, named):
        yield "gaps", made


def _joined(case: Case, stated: Mapping[str, str], told: Callable[[int, int], None]) -> list[Joined]:
    held = list(captures_held(case))
    total, done = sum(len(one) for one in held), 0

    def placed(rows: int) -> None:
        nonlocal done
        done += rows
        told(done, total)

    undecided = _warned(case, held, "date_order_ambiguous")
    return [joined(one, told=placed) for one in group(held, stated=stated, undecided=undecided)]


def _gaps(case: Case, together: Sequence[Joined], named: Sequence[Messages]) -> Iterator[pa.RecordBatch]:
    captures = [here.held for one in together for here in one.placed]
    said, found = notices(case), traces(case, together)
    spans, cut_short = _spans(captures), _warned(case, captures, "export_cut_short")
    spoken = _spoken(said)
    for one, messages in zip(together, named, strict=True):
        places = {here.held.capture: _places(here.held, spoken) for here in one.placed}
        owners = spells(one, said, places)
        yield from gaps_of(Known(one, messages, owners, spans, found, timers(one, said, places), cut_short))
    conversations = {here.held.capture: one.group.conversation for one in together for here in one.placed}
    yield from traces_alone(
        found,
        _held(captures, {key for trace in found.values() for key in trace.keys}),
        {
            (here.held.exhibit, here.held.platform_key): (one.group.conversation, here.held.capture)
            for one in together
            for here in one.placed
            if here.held.kind == "direct" and here.held.platform_key
        },
        conversations,
        _lasting(captures, said),
    )


def _lasting(captures: Sequence[Held], said: Notices) -> frozenset[str]:
    """Captures in which nothing goes by itself: no notice speaks of a timer, and they are no status updates."""
    return frozenset(
        held.capture
        for held in captures
        if held.kind != "broadcast"
        and not (held.platform_key or "").endswith("@broadcast")
        and held.capture not in said.timers
    )


def _warned(case: Case, held: Sequence[Held], kind: str) -> frozenset[str]:
    """Captures that a warning of this kind concerns: named by it, or of the exhibit that it is about."""
    warnings = scan(case, "warnings").filter(pl.col("kind") == kind)
    rows = warnings.select(pl.col("exhibit").cast(pl.String), "conversation").collect().rows()
    named = {conversation for _, conversation in rows if conversation}
    exhibits = {exhibit for exhibit, conversation in rows if not conversation}
    return frozenset(one.capture for one in held if one.capture in named or one.exhibit in exhibits)


def _spans(captures: Sequence[Held]) -> dict[str, Span]:
    of_exhibit: dict[str, list[Held]] = {}
    for held in captures:
        of_exhibit.setdefault(held.exhibit, []).append(held)
    return {exhibit: span_of(some) for exhibit, some in of_exhibit.items()}


def _spoken(said: Notices) -> dict[str, list[str]]:
    """Ids of the messages that notices of members and timers stand in, by capture."""
    found: dict[str, list[str]] = {}
    for capture, events in said.members.items():
        found.setdefault(capture, []).extend(message for _, _, message, _ in events if message)
    for capture, changes in said.timers.items():
        found.setdefault(capture, []).extend(message for message, _ in changes)
    return found


def _places(held: Held, spoken: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Row of every message in which a notice stands."""
    wanted = spoken.get(held.capture)
    if not wanted:
        return {}
    notices_ = pl.Series(held.author < 0).arg_true()
    names = held.sightings.gather(notices_)
    mine = names.is_in(wanted)
    return dict(zip(names.filter(mine).to_list(), notices_.filter(mine).to_list(), strict=True))


def _held(captures: Sequence[Held], asked: set[int]) -> frozenset[int]:
    """Those of the keys asked about that some capture holds."""
    keys = np.array(sorted(asked), np.uint64)
    known = np.zeros(len(keys), np.bool_)
    for held in captures:
        known |= np.isin(keys, held.key)
    return frozenset(keys[known].tolist())
