"""The sample operation, put together: its truth is recovered, message by message, gap by gap, clock by clock."""

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

import pytest
from tests.support.sample_truth import Beside, beside, table

import meridian
from upstander.cli.sample import run
from upstander.storage import Home

#: Reasons of the truth that the gaps table calls otherwise.
REASONS = {
    "disappeared": "disappearing_timer",
    "truncated_export": "export_cut_short",
    "filtered_export": "filtered_at_export",
    "capture_ended": "after_capture",
}
OF_EACH = ("MS/1", "MS/2", "MS/3", "MS/4", "MS/5", "MS/6")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Beside:
    """The sample's case as `upstander demo` makes it, with the truth laid beside it."""
    truth = meridian.make(tmp_path_factory.mktemp("meridian"))
    home = Home(tmp_path_factory.mktemp("together"))
    case, _ = run(home, now=dt.datetime(2018, 4, 1, tzinfo=dt.UTC), progress=lambda *_: None)
    return beside(case, truth)


@pytest.fixture(scope="module")
def sightings(together: Beside) -> list[dict[str, Any]]:
    """Rows of the sightings table."""
    return table(together.case, "sightings")


@pytest.fixture(scope="module")
def gaps(together: Beside, sightings: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Gaps of messages that some exhibit holds, by capture and message of the truth."""
    true = {row["message"]: together.messages.get(row["sighting"]) for row in sightings}
    rows = [row for row in table(together.case, "gaps") if row["message"] is not None]
    found = {(row["capture"], str(true[row["message"]])): row for row in rows}
    assert len(found) == len(rows)
    return found


def _groups(pairs: list[tuple[str, str]]) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for name, member in pairs:
        groups[name].add(member)
    return {frozenset(members) for members in groups.values()}


@pytest.mark.parametrize("kind", ["messages", "events"])
def test_sightings_stand_together_as_in_truth(together: Beside, sightings: list[dict[str, Any]], kind: str) -> None:
    """All sightings of a message (of a system event) are one message, and no message has those of two."""
    truth: dict[str, str] = getattr(together, kind)
    expected = _groups([(name, sighting) for sighting, name in truth.items()])
    found = _groups([(row["message"], row["sighting"]) for row in sightings if row["sighting"] in truth])
    assert found == expected
    assert sum(len(group) > 1 for group in found) > (6_500 if kind == "messages" else 30)


def test_every_row_is_sighted_once(together: Beside, sightings: list[dict[str, Any]]) -> None:
    """Every row of every exhibit is one sighting, in exactly one message; one sighting of each leads it."""
    rows = [row["message"] for row in table(together.case, "messages")]
    assert Counter(row["sighting"] for row in sightings) == Counter(rows)
    leads = Counter(row["message"] for row in sightings if row["lead"])
    assert set(leads.values()) == {1}
    assert leads.keys() == {row["message"] for row in sightings}


def test_messages_are_dated_and_ordered_by_the_truth(together: Beside, sightings: list[dict[str, Any]]) -> None:
    """A message's time is the true one to within its precision and five seconds of delivery, moved clock or not."""
    leeway = {"minute": 60_000, "second": 1000, "millisecond": 0}
    for row in sightings:
        message = together.messages.get(row["sighting"])
        if message is not None:
            off = row["at"].timestamp() * 1000 - together.said[message].sent_ms
            assert abs(off) <= 5_000 + leeway[row["at_precision"]], (row, message)


def test_captures_stand_together_as_in_truth(together: Beside) -> None:
    """Captures of one conversation are one conversation; the text exports joined it by bodies, nothing is proposed."""
    rows = table(together.case, "captures")
    assert {row["standing"] for row in rows} == {"applied"}
    found = _groups([(row["conversation"], row["capture"]) for row in rows])
    expected = _groups([(conversation, capture) for (_, conversation), capture in together.captures.items()])
    assert found == expected
    basis = {together.names[row["capture"]]: row["basis"] for row in rows}
    assert basis["MS/5", "g2"] == basis["MS/4", "g1"] == "shared_bodies"
    assert {name for name, why in basis.items() if why == "alone"} == {
        ("MS/1", "d1"), ("MS/3", "d3"), ("MS/3", "d4"), ("MS/6", "m1"), ("MS/6", "d6"),
    }  # fmt: skip


@pytest.mark.parametrize("reference", OF_EACH)
def test_every_absence_has_its_reason(
    together: Beside, gaps: dict[tuple[str, str], dict[str, Any]], reference: str
) -> None:
    """Every message that the exhibit lacks and another holds is one gap, with the true reason; and there are no more.

    What was said after an exhibit was taken is `after_leave` where its owner had left by then: both are true of it.
    """
    made, held = together.exhibit(reference), together.held
    spells = [spell for spell in together.truth.memberships if spell.person == made.owner]
    expected, found = {}, {}
    for absence in made.absences:
        if absence.message not in held:
            continue
        at = together.said[absence.message].sent_ms
        mine = [spell for spell in spells if spell.conversation == absence.conversation]
        there = any(spell.since_ms <= at and (spell.until_ms is None or at < spell.until_ms) for spell in mine)
        reason = REASONS.get(absence.reason, absence.reason)
        left = reason == "after_capture" and not there
        capture = together.captures[reference, absence.conversation]
        expected[capture, absence.message] = "after_leave" if left else reason
    for (capture, message), row in gaps.items():
        if together.names[capture][0] == reference:
            found[capture, message] = row["reason"]
            assert row["held_by"] == held[message]
    assert found == expected


@pytest.mark.parametrize("reference", OF_EACH)
def test_every_deletion_has_its_traces(
    together: Beside, gaps: dict[tuple[str, str], dict[str, Any]], reference: str
) -> None:
    """A message deleted on a phone and held by another is called deleted with exactly the traces that the truth has."""
    deleted = [
        absence
        for absence in together.exhibit(reference).absences
        if absence.reason == "deleted_on_phone" and absence.message in together.held
    ]
    for absence in deleted:
        row = gaps[together.captures[reference, absence.conversation], absence.message]
        assert set(row["traces"].split(",")) == set(absence.traces), (absence, row)
    assert len(deleted) == {"MS/1": 20, "MS/2": 5, "MS/3": 2}.get(reference, 0)


def _alone(together: Beside) -> list[dict[str, Any]]:
    """Gaps of traces alone, with the truth's reference."""
    exhibits = {together.digest(reference): reference for reference in OF_EACH}
    rows = [row for row in table(together.case, "gaps") if row["message"] is None]
    return [{**row, "reference": exhibits[row["exhibit"]]} for row in rows]


def test_what_no_exhibit_holds_leaves_its_row_number(together: Beside) -> None:
    """Every message deleted from the only phones that had it leaves one row of traces that names the unused number.

    None is called deleted: a status update and a message whose time was over leave receipts too.
    """
    expected = Counter(
        (made.reference, "orphan_receipt" in absence.traces)
        for made in together.truth.exhibits
        for absence in made.absences
        if absence.traces and absence.message not in together.held
    )
    holes = [row for row in _alone(together) if "hole" in row["traces"].split(",")]
    assert Counter((row["reference"], "orphan_receipt" in row["traces"]) for row in holes) == expected
    assert all(row["row"].partition(":")[0] in ("message", "ZWAMESSAGE") for row in holes)
    assert {row["reason"] for row in holes} == {"unexplained"}


def test_what_refers_to_nothing_held_is_said_once(together: Beside) -> None:
    """The one quote of a message that no exhibit holds stands alone; what refers to a known message does not."""
    rows = [row for row in _alone(together) if "hole" not in row["traces"]]
    quoted = {
        together.said[absence.message].key
        for made in together.truth.exhibits
        for absence in made.absences
        if "quote_of_missing" in absence.traces and absence.message not in together.held
    }
    assert [(row["reference"], row["traces"], row["target_key"]) for row in rows] == [
        ("MS/1", "quote_of_missing", key) for key in quoted
    ]


def test_nothing_else_is_called_deleted(together: Beside, gaps: dict[tuple[str, str], dict[str, Any]]) -> None:
    """No gap calls a message deleted on a phone that was not; what the timer took is never called deleted."""
    true = {
        (together.captures[made.reference, absence.conversation], absence.message)
        for made in together.truth.exhibits
        for absence in made.absences
        if absence.reason == "deleted_on_phone"
    }
    called = {place for place, row in gaps.items() if row["reason"] == "deleted_on_phone"}
    assert called == true & gaps.keys()
    assert {row["reason"] for row in gaps.values()} & {"unexplained", "two_readings"} == set()


def _clock(together: Beside, reference: str) -> list[dict[str, Any]]:
    rows = [row for row in table(together.case, "clocks") if row["exhibit"] == together.digest(reference)]
    return sorted(rows, key=lambda row: (row["scope"], row["ordinal"]))


def test_the_moved_clock_is_found(together: Beside) -> None:
    """MS/2's clock: its size to within a second, its stretch within the true one, and the messages that it touches."""
    before, moved, after = _clock(together, "MS/2")
    (step,) = together.exhibit("MS/2").clock
    assert step.until_ms is not None
    assert abs(moved["offset_ms"] - step.offset_ms) <= 1000
    assert abs(moved["offset_ms"] - step.offset_ms) <= moved["spread_ms"] + 1000
    assert step.since_ms <= moved["since"].timestamp() * 1000
    assert moved["until"].timestamp() * 1000 <= step.until_ms
    own = [
        together.said[sighting.message].sent_ms
        for sighting in together.exhibit("MS/2").sightings
        if together.said[sighting.message].author == together.exhibit("MS/2").owner
    ]
    assert moved["messages"] == sum(step.since_ms <= at < step.until_ms for at in own)
    assert [row["kind"] for row in (before, moved, after)] == ["right", "moved", "right"]
    assert before["until"].timestamp() * 1000 < step.since_ms
    assert after["since"].timestamp() * 1000 >= step.until_ms


def test_a_clock_four_minutes_fast(together: Beside) -> None:
    """MS/5's clock was four minutes fast throughout, to within a second, and its zone was stated rightly."""
    (row,) = _clock(together, "MS/5")
    assert abs(row["offset_ms"] - 240_000) <= 1000
    assert (row["kind"], row["scope"]) == ("fast_or_slow", "all")


def test_no_other_clock_was_wrong(together: Beside) -> None:
    """The clocks of MS/1, MS/3 and MS/4 were right; of MS/6, which nothing shows beside it, nothing is said."""
    for reference in ("MS/1", "MS/3", "MS/4"):
        rows = _clock(together, reference)
        assert rows
        assert {row["kind"] for row in rows} == {"right"}
    assert _clock(together, "MS/6") == []
