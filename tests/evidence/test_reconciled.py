"""Reconciliation read back: counts, filters and lanes are what the tables say, compared with the operation's truth."""

import datetime as dt
import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Sample
from tests.support.reconciled_sample import REASONS, alone, write_rows

from upstander.errors import NotReconciled, UsageError
from upstander.evidence import binned, reconciled
from upstander.evidence.lanes import view
from upstander.evidence.reconciled import Wanted
from upstander.model import schema
from upstander.stages.picture.words import described
from upstander.storage import Case, Home

NOW = dt.datetime(2018, 3, 1, 9, 30, tzinfo=dt.UTC)


def _absent(sample: Sample, reference: str) -> Counter[str]:
    """Absences of the truth by reason, without those that nobody could know of."""
    held = {sighting.message for exhibit in sample.truth.exhibits for sighting in exhibit.sightings}
    (exhibit,) = [made for made in sample.truth.exhibits if made.reference == reference]
    return Counter(REASONS[absence.reason] for absence in exhibit.absences if absence.message in held or absence.traces)


def test_totals_are_the_truths(sample: Sample) -> None:
    """Messages are counted once, sightings as often as phones show them, and every deletion is one."""
    found = reconciled.reconciled(sample.case)
    assert found is not None
    sightings = [sighting.message for exhibit in sample.truth.exhibits for sighting in exhibit.sightings]
    assert (found.messages, found.sightings) == (len(set(sightings)), len(sightings))
    absent = sum((_absent(sample, exhibit.reference) for exhibit in sample.truth.exhibits), Counter[str]())
    assert found.gaps == absent.total()
    assert (found.deletions, found.unexplained) == (absent["deleted_on_phone"], 0)
    assert found.deletions > 20
    assert found.conversations == 9
    assert found.clock_steps == 1


def test_gaps_are_counted_findings_first(sample: Sample) -> None:
    """By exhibit and reason the counts are the truth's, and deletions come before what is explained."""
    counted = reconciled.gaps_counted(sample.case, Wanted())
    for exhibit in sample.truth.exhibits:
        mine = {row.reason: row.gaps for row in counted if row.reference.split(".")[0] == exhibit.reference}
        assert mine == dict(_absent(sample, exhibit.reference))
    reasons = [row.reason for row in counted]
    assert reasons[:3] == ["deleted_on_phone"] * 3
    assert "deleted_on_phone" not in reasons[3:]
    assert all(row.traced == row.gaps for row in counted[:3])


def test_gaps_are_narrowed(sample: Sample) -> None:
    """By exhibit, reason and conversation, alone and together; rows have the table's columns and the reference."""
    everything = list(reconciled.gaps(sample.case, Wanted()))
    assert set(everything[0]) == {*schema("gaps").names, "reference"}
    (exhibit,) = {row["exhibit"] for row in everything if row["reference"] == "MS/3"}
    title = reconciled.conversations_meant(sample.case, "Knitting Circle 🧶")
    assert len(title) == 1
    wanted = Wanted(exhibits=(exhibit,), reasons=("after_leave", "unexplained"), conversations=title)
    narrowed = list(reconciled.gaps(sample.case, wanted))
    assert narrowed == [
        row
        for row in everything
        if (row["reference"], row["reason"], row["conversation"]) == ("MS/3", "after_leave", title[0])
    ]
    assert len(narrowed) == 378


def test_any_capture_names_the_conversation(sample: Sample) -> None:
    """The id of each of four captures, or the beginning of it, means the one conversation that they show."""
    rows = [row for row in reconciled.captures(sample.case) if row["title"] == "Knitting Circle 🧶"]
    assert len(rows) == 4
    meant = {reconciled.conversations_meant(sample.case, row["capture"][:10]) for row in rows}
    assert meant == {(min(row["capture"] for row in rows),)}


def test_captures_come_by_conversation(sample: Sample) -> None:
    """The conversations that most phones show come first, and the captures of one stand together."""
    rows = reconciled.captures(sample.case)
    assert [row["reference"] for row in rows[:4]] == ["MS/1.1", "MS/2.1", "MS/3", "MS/4"]
    order = [row["conversation"] for row in rows]
    assert sum(before != after for before, after in itertools.pairwise(order)) == len(set(order)) - 1
    assert rows[0]["custodian"] == "Kieran Maddox"


def test_unknown_reasons_are_refused() -> None:
    """A reason that is not of the closed set is refused with those there are; several are split at commas."""
    assert reconciled.check_reasons("unexplained, before_join") == ("unexplained", "before_join")
    assert reconciled.check_reasons(None) is None
    with pytest.raises(UsageError, match="deleted_on_phone"):
        reconciled.check_reasons("deleted")
    with pytest.raises(UsageError):
        reconciled.check_reasons(" ,")


def test_the_telling_message_has_the_most_traces(sample: Sample) -> None:
    """The message to ask about first is a deleted one that another phone holds, with as many traces as any."""
    message = reconciled.telling_message(sample.case)
    rows = [row for row in reconciled.gaps(sample.case, Wanted(reasons=("deleted_on_phone",))) if row["message"]]
    (chosen,) = [row for row in rows if row["message"] == message]
    assert chosen["held_by"] >= 1
    assert chosen["traces"].count(",") == max(row["traces"].count(",") for row in rows)


@pytest.fixture
def empty(tmp_path: Path) -> Case:
    """A case without exhibits."""
    return Home(tmp_path).new("C-1", title="", now=NOW)


def test_what_was_not_reconciled_says_so(sample: Sample, empty: Case, tmp_path: Path) -> None:
    """A case with exhibits and no such tables is refused, with what to do; an empty one has nothing to reconcile."""
    reconciled.require_reconciled(sample.case)
    reconciled.require_reconciled(empty)
    assert reconciled.reconciled(empty) is None
    with empty.writing():
        part = empty.tables / "case"
        part.mkdir()
        (part / "part.json").write_text('{"made_from": "", "about": {}, "tables": {}}')
    with pytest.raises(NotReconciled, match="upstander rebuild C-1"):
        reconciled.require_reconciled(empty)


def test_lanes_hold_what_the_captures_hold(sample: Sample) -> None:
    """Bars add up to the messages of each capture, gaps to its gaps, and no capture is left out."""
    shown = view(sample.case)
    assert shown is not None
    lanes = [lane for group in shown.groups for lane in group.lanes]
    assert len(lanes) == 17
    assert (shown.undrawn, shown.left_out, shown.unplaced) == (0, 0, {})
    for lane in lanes:
        assert sum(count for _, count in lane.bars) == lane.messages
        assert sum(entry.gaps for entry in (*lane.stretches,)) + sum(mark.gaps for mark in lane.marks) == sum(
            lane.gaps.values()
        )
        assert len(lane.bars) <= binned.BINS + 1
    assert sum(lane.messages for lane in lanes) == sum(len(made.sightings) for made in sample.truth.exhibits)


def test_a_leaver_who_comes_back_has_two_stretches(sample: Sample) -> None:
    """Lowry was out from September to December 2017 and again at the end, and nothing between is hatched."""
    shown = view(sample.case, conversations=reconciled.conversations_meant(sample.case, "Knitting Circle 🧶"))
    assert shown is not None
    (lane,) = [lane for lane in shown.groups[0].lanes if lane.reference == "MS/3"]
    away = [stretch for stretch in lane.stretches if stretch.reason == "after_leave"]
    assert [(stretch.since.month, stretch.until.month) for stretch in away] == [(9, 12), (2, 3)]
    assert sum(stretch.gaps for stretch in away) == lane.gaps["after_leave"]


def test_a_moved_clock_stands_on_every_lane_of_its_phone(sample: Sample) -> None:
    """The clock of MS/2.1 concerns all it shows; that of a text export only its one conversation."""
    shown = view(sample.case)
    assert shown is not None
    lanes = [lane for group in shown.groups for lane in group.lanes]
    assert {lane.reference for lane in lanes if any(row["kind"] == "moved" for row in lane.clocks)} == {"MS/2.1"}
    assert all(lane.clocks for lane in lanes if lane.reference == "MS/2.1")
    (slow,) = [lane for lane in lanes if any(row["kind"] == "fast_or_slow" for row in lane.clocks)]
    assert slow.reference == "MS/5"


def test_room_for_fewer_lanes(sample: Sample) -> None:
    """Whole conversations are left out, the smaller first, and counted; the first stays at any rate."""
    shown = view(sample.case, lanes=10)
    assert shown is not None
    assert [len(group.lanes) for group in shown.groups] == [4, 4, 2]
    assert shown.left_out == 7
    cramped = view(sample.case, lanes=3)
    assert cramped is not None
    assert [(len(group.lanes), group.captures) for group in cramped.groups] == [(3, 4)]


def test_one_exhibit_of_many_is_not_alone(sample: Sample) -> None:
    """Where one exhibit is asked for, its conversations still say how many phones show them."""
    (exhibit,) = {row["exhibit"] for row in reconciled.captures(sample.case) if row["reference"] == "MS/5"}
    shown = view(sample.case, exhibits=[exhibit])
    assert shown is not None
    assert [(len(group.lanes), group.captures) for group in shown.groups] == [(1, 4)]
    assert "shown by 4 phones, 1 of them here" in "\n".join(described(shown))


@pytest.mark.parametrize(
    ("span", "width"),
    [(60_000, 60_000), (86_400_000, 600_000), (86_400_000 * 365, 7 * 86_400_000), (86_400_000 * 1826, 14 * 86_400_000)],
)
def test_bins_are_what_people_have_words_for(span: int, width: int) -> None:
    """A day is cut into ten minutes, a year into weeks, five years into fortnights."""
    assert binned.bin_width(span) == width


def test_bins_have_a_limit() -> None:
    """However long the span, there are never more bins than a picture has room for."""
    for span in (1, 10**9, 10**12, 10**14):
        assert span <= binned.bin_width(span) * binned.BINS


def _few(case: Case, ats: list[int | None]) -> None:
    """One capture with messages at those instants."""
    same: dict[str, Any] = {"conversation": "c", "capture": "c", "exhibit": "e"}
    sightings = [
        {**same, "ordinal": place, "message": f"c-{place}", "sighting": f"c-{place}", "at": at,
         "at_precision": "second", "lead": True, "notice": False, "method": "alone", "score": 1.0, "shows": "full"}
        for place, at in enumerate(ats)
    ]  # fmt: skip
    capture = {**same, "standing": "applied", "basis": "alone", "shared": 0, "score": 1.0, "detail": "-"}
    write_rows(case, {"captures": [capture], "sightings": sightings, "gaps": [], "clocks": []})


def test_a_stray_date_does_not_stretch_the_picture(empty: Case) -> None:
    """One message of 1970 among two thousand of 2018 is counted and left out of the span."""
    start = 1_519_894_800_000
    _few(empty, [0, None, *(start + hour * 3_600_000 for hour in range(2_000))])
    shown = view(empty)
    assert shown is not None
    assert shown.since.year == 2018
    assert shown.undrawn == 2
    assert shown.groups[0].lanes[0].messages == 2_002


def test_a_message_without_a_time_is_no_picture(empty: Case) -> None:
    """Where nothing has a time there is nothing to draw; where all have the same there is."""
    _few(empty, [None])
    assert view(empty) is None
    _few(empty, [1_519_894_800_000] * 2)
    shown = view(empty)
    assert shown is not None
    assert shown.since < shown.until


def test_a_capture_alone_is_a_conversation(sample: Sample, empty: Case) -> None:
    """A case without captures has none to show."""
    assert alone(empty) == {"captures": 0, "sightings": 0, "gaps": 0, "clocks": 0}
    assert reconciled.captures(empty) == []
    assert view(empty) is None


def test_a_page_of_gaps_is_what_stands_there_among_all(sample: Sample) -> None:
    """Whatever they are narrowed to, and past the end."""
    exhibit = next(reconciled.gaps(sample.case, Wanted()))["exhibit"]
    for wanted in (Wanted(), Wanted(reasons=("unexplained",)), Wanted(exhibits=(exhibit,), traced=True)):
        every = list(reconciled.gaps(sample.case, wanted))
        for first in range(0, len(every) + 7, 7):
            page = reconciled.gaps_page(sample.case, wanted, first=first, many=7)
            assert page == every[first : first + 7]
