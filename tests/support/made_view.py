"""Views made for the picture: any number of phones, any span, every kind of mark, and names that are too long."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from upstander.evidence.binned import BINS, bin_width
from upstander.evidence.lanes import Group, Lane, Mark, Stretch, View

__all__ = ["made_view"]

#: The first instant of a made view.
SINCE = datetime(2017, 3, 5, 8, 20, tzinfo=UTC)


def made_view(lanes: int, span: timedelta, *, seed: int = 1, long_names: bool = False) -> View:
    """A view of `lanes` phones in conversations of five and one, over `span`, with gaps of every kind."""
    rng = random.Random(seed)
    width = timedelta(milliseconds=bin_width(int(span / timedelta(milliseconds=1))))
    groups: list[Group] = []
    left = lanes
    while left:
        number = 1 if left in (1, 3) else min(5, left)
        left -= number
        place = len(groups)
        title = (
            "Meridian Street response team B, late turn and rest day working" if long_names else f"Group {place + 1}"
        )
        made = [_lane(rng, place * 5 + at, span, width, long_names) for at in range(number)]
        groups.append(Group(f"c{place:02}", title, max(lane.messages for lane in made) + 400, number, tuple(made)))
    return View(
        since=SINCE,
        until=SINCE + span,
        bin=width,
        groups=tuple(groups),
        undrawn=3,
        unplaced={"AB/1": 4},
        left_out=2,
    )


def _lane(rng: random.Random, place: int, span: timedelta, width: timedelta, long_names: bool) -> Lane:
    bins = int(span / width) + 1
    assert bins <= BINS + 1
    bars = tuple((SINCE + width * at, rng.randrange(1, 90)) for at in range(bins) if rng.random() < 0.8)
    marks = [
        Mark(reason, SINCE + span * rng.random(), rng.choice((1, 1, 2, 12, 150)))
        for reason, number in (("deleted_on_phone", 14), ("unexplained", 9), ("disappearing_timer", 7))
        for _ in range(number if place % 3 else 0)
    ]
    marks.sort(key=lambda mark: (mark.reason, mark.at))
    stretches: list[Stretch] = []
    if place % 2:
        stretches = [
            Stretch("before_join", SINCE, SINCE + span * 0.22, 986),
            Stretch("filtered_at_export", SINCE + span * 0.5, SINCE + span * 0.502, 17),
            Stretch("after_capture", SINCE + span * 0.99, SINCE + span, 30),
        ]
    counts: dict[str, int] = {}
    for reason, gaps in [(entry.reason, entry.gaps) for entry in marks] + [(one.reason, one.gaps) for one in stretches]:
        counts[reason] = counts.get(reason, 0) + gaps
    return Lane(
        capture=f"p{place:02}",
        exhibit=f"{place:064}",
        reference=f"ABCDEFGHIJ/{place + 1}.1" if long_names else f"AB/{place + 1}",
        custodian="Police Constable Bartholomew Featherstonehaugh-Cholmondeley" if long_names else "Ann Example",
        title="A title that goes on and on and on, as titles of groups do" if long_names else "Team",
        messages=sum(count for _, count in bars),
        first_at=bars[0][0] if bars else None,
        last_at=bars[-1][0] if bars else None,
        gaps=counts,
        traces={"hole": 3, "orphan_receipt": 1} if counts.get("deleted_on_phone") else {},
        bars=bars,
        stretches=tuple(stretches),
        marks=tuple(marks),
        clocks=tuple(_clocks(place, span)),
    )


def _clocks(place: int, span: timedelta) -> list[dict[str, Any]]:
    """No clock, one that was moved twice within a short time, or one that was wrong all along."""
    base = {"exhibit": f"{place:064}", "reference": f"AB/{place + 1}", "capture": None, "scope": "own", "messages": 9}
    if place % 4 == 1:
        return [
            {**base, "ordinal": 0, "kind": "moved", "offset_ms": 165_600_000, "since": SINCE + span * 0.3,
             "until": SINCE + span * 0.31},
            {**base, "ordinal": 1, "kind": "moved", "offset_ms": -7_200_000, "since": SINCE + span * 0.33,
             "until": SINCE + span * 0.35},
            {**base, "ordinal": 2, "kind": "moved", "offset_ms": 86_400_000 * 400, "since": SINCE + span * 0.97,
             "until": SINCE + span},
        ]  # fmt: skip
    if place % 4 == 2:
        return [{**base, "ordinal": 0, "kind": "fast_or_slow", "offset_ms": 240_000, "since": SINCE, "until": None}]
    return []
