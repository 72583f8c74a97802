"""Each phone's clock against the platform's, stretch by stretch.

What a phone's owner sends is stamped by the phone; the server, or everybody else's phone, has the true time of the
same message. A text export shows everything in its phone's time, so the offset that it was aligned with is its clock
and zone together. An offset that changes is a clock that was moved, unless a calendar explains it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.offsets import Stretch, stretches

__all__ = ["Clock", "clocks_of", "duration"]

#: Offsets closer than this are one (ms), and a clock within it is right.
_ALIKE = 60_000

_QUARTER = 900_000
_HOUR = 3_600_000

#: Zones whose clock changes are looked at: those of the countries whose phones come up, one for each calendar.
_CALENDARS = ("Europe/London", "America/New_York", "Australia/Sydney", "America/Santiago", "Asia/Jerusalem")


@dataclass(frozen=True, slots=True)
class Clock:
    """One stretch of one clock (columns of the clocks table)."""

    exhibit: str
    capture: str | None
    scope: str
    ordinal: int
    since: int
    until: int
    offset_ms: int
    spread_ms: int
    pairs: int
    messages: int
    basis: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Own:
    """What an owner sent, with both times, in the order of the true one."""

    written: Ints
    true: Ints
    unit: Ints


def clocks_of(joined: Sequence[Joined]) -> Iterator[Clock]:
    """Every stretch of every clock that can be measured, by exhibit."""
    for exhibit in sorted({here.held.exhibit for one in joined for here in one.placed}):
        yield from _of_owner(exhibit, joined)
        for one in joined:
            for here in sorted(one.placed, key=lambda placed: placed.held.capture):
                if here.held.exhibit == exhibit and here.held.capture in one.alignments:
                    yield from _of_export(here.held, one)


def _of_owner(exhibit: str, joined: Sequence[Joined]) -> Iterator[Clock]:
    """The phone's clock by what its owner sent, over all its conversations."""
    written, true, unit, stamped, total = [], [], [], [], 0
    for one in joined:
        for here in one.placed:
            held = here.held
            if held.exhibit != exhibit or not held.keyed or not held.own.any():
                continue
            total += int((held.own & (held.sent != NEVER)).sum())
            elsewhere = _elsewhere(one, held.capture)[here.message]
            reference = np.where(
                held.server != NEVER, held.server, np.where(elsewhere, one.spine.at[here.message], NEVER)
            )
            some = held.own & (held.sent != NEVER) & (reference != NEVER)
            written.append(held.sent[some])
            true.append(reference[some])
            unit.append(np.maximum(held.unit[some], 1000))
            stamped.append(held.server[some] != NEVER)
    if not written:
        return
    every = _Own(np.concatenate(written), np.concatenate(true), np.concatenate(unit))
    order = np.argsort(every.true, kind="stable")
    own = _Own(every.written[order], every.true[order], every.unit[order])
    found = stretches(np.arange(len(order)), own.written, own.unit, own.true, own.unit, total=len(order))
    basis = "server_stamp" if np.concatenate(stamped).any() else "other_captures"
    rows = [
        Clock(
            exhibit, None, "own", 0, int(own.true[stretch.first]), int(own.true[stretch.last]), stretch.offset,
            (stretch.high - stretch.low) // 2, stretch.pairs, stretch.stop - stretch.start, basis, "", "",
        )
        for stretch in found
    ]  # fmt: skip
    yield from _judged(rows, recorded=True)


def _elsewhere(one: Joined, capture: str) -> np.ndarray:
    """Messages that another capture dates which did not send them."""
    found = np.zeros(len(one.spine), np.bool_)
    for here in one.placed:
        if here.held.capture != capture:
            found[here.message[~here.held.own & (here.held.sent != NEVER)]] = True
    return found


def _of_export(held: Held, one: Joined) -> Iterator[Clock]:
    alignment = one.alignments[held.capture]
    here = next(placed for placed in one.placed if placed.held is held)
    yield from _judged(
        [_row(held, one, here.message, stretch, "all", held.authored) for stretch in alignment.stretches],
        recorded=held.zone_recorded,
    )
    for author, own in sorted(alignment.own.items()):
        yield from _judged(
            [_row(held, one, here.message, stretch, "own", held.author == author) for stretch in own],
            recorded=held.zone_recorded,
        )


def _row(held: Held, one: Joined, message: Ints, stretch: Stretch, scope: str, mine: np.ndarray) -> Clock:
    return Clock(
        held.exhibit, held.capture, scope, 0, int(one.spine.at[message[stretch.first]]),
        int(one.spine.at[message[stretch.last]]), stretch.offset, (stretch.high - stretch.low) // 2,
        stretch.pairs, int(mine[stretch.start : stretch.stop].sum()), "other_captures", "", "",
    )  # fmt: skip


def _judged(rows: list[Clock], *, recorded: bool) -> Iterator[Clock]:
    """Put alike neighbours together, and say what each stretch is."""
    merged: list[Clock] = []
    for row in rows:
        last = merged[-1] if merged else None
        if last is not None and abs(last.offset_ms - row.offset_ms) < _ALIKE:
            heavier = last if last.pairs >= row.pairs else row
            merged[-1] = replace(
                heavier,
                since=last.since,
                until=row.until,
                pairs=last.pairs + row.pairs,
                messages=last.messages + row.messages,
            )
        else:
            merged.append(row)
    if not merged:
        return
    weight: dict[int, int] = {}
    for row in merged:
        near = next((offset for offset in weight if abs(offset - row.offset_ms) < _ALIKE), row.offset_ms)
        weight[near] = weight.get(near, 0) + row.messages
    usual = max(weight, key=lambda offset: (weight[offset], -abs(offset)))
    for number, row in enumerate(merged):
        before = merged[number - 1] if number else None
        after = merged[number + 1] if number + 1 < len(merged) else None
        kind = _kind(row, usual, before, after, recorded=recorded)
        yield replace(row, ordinal=number, kind=kind, detail=_detail(row, kind, usual))


def _kind(row: Clock, usual: int, before: Clock | None, after: Clock | None, *, recorded: bool) -> str:
    step = row.offset_ms - usual
    if abs(step) >= _ALIKE:
        if not recorded and abs(abs(step) - _HOUR) < _ALIKE and _at_clock_changes(row, before, after):
            return "daylight_saving"
        return "moved"
    if abs(row.offset_ms) < _ALIKE:
        return "right"
    rest = (row.offset_ms + _QUARTER // 2) % _QUARTER - _QUARTER // 2
    return "zone" if not recorded and abs(rest) < _ALIKE and abs(row.offset_ms) >= _QUARTER // 2 else "fast_or_slow"


def _at_clock_changes(row: Clock, before: Clock | None, after: Clock | None) -> bool:
    """Whether some calendar changes its clocks between this stretch and its neighbours."""
    edges = []
    if before is not None:
        edges.append((before.until, row.since))
    if after is not None:
        edges.append((row.until, after.since))
    return bool(edges) and any(all(_changes(zone, a, b) for a, b in edges) for zone in _CALENDARS)


def _changes(zone: str, since: int, until: int) -> bool:
    # A day on either side: the messages nearest to the change may lie in the other stretch by a hair.
    start = datetime.fromtimestamp(since / 1000, UTC) - timedelta(days=1)
    stop = datetime.fromtimestamp(until / 1000, UTC) + timedelta(days=1)
    calendar = ZoneInfo(zone)
    return start.astimezone(calendar).utcoffset() != stop.astimezone(calendar).utcoffset()


def _detail(row: Clock, kind: str, usual: int) -> str:
    counted = f"{row.pairs} message{'s' if row.pairs != 1 else ''} with both times show it"
    spoken, fast = duration(row.offset_ms), row.offset_ms > 0
    ahead, otherwise = ("ahead" if fast else "behind"), duration(usual)
    said = {
        "right": "the clock was right to within a minute",
        "zone": f"times are {spoken} {ahead} of what they were read as, as in another time zone",
        "daylight_saving": f"times are {spoken} {ahead} here and {otherwise} otherwise, as summer time makes",
        "moved": f"the clock was {spoken} {_way(fast)} here and {_usually(usual)} otherwise: it was moved",
        "fast_or_slow": f"the clock was {spoken} {_way(fast)} throughout",
    }
    return f"{said[kind]}; {counted}"


def _way(fast: bool) -> str:
    return "fast" if fast else "slow"


def _usually(usual: int) -> str:
    if abs(usual) < _ALIKE:
        return "right"
    return f"{duration(usual)} {'fast' if usual > 0 else 'slow'}"


def duration(ms: int) -> str:
    """A length of time in words: `45 h 58 min 54.7 s`, `4 min 0 s`."""
    tenths = round(abs(ms) / 100)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    seconds = f"{rest // 10}.{rest % 10} s" if rest % 10 else f"{rest // 10} s"
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if hours or minutes else []), seconds])
