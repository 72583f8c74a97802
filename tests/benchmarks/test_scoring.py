"""The scoring tells right from wrong: the truth scores one, and each kind of mistake is counted where it was made."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from benchmarks.reconcile.gaps import judge
from benchmarks.reconcile.held import DELETED, HELD
from benchmarks.reconcile.knobs import Moved, Phone, Shape, Timer
from benchmarks.reconcile.made import make
from benchmarks.reconcile.offsets import hold, stretches
from benchmarks.reconcile.perfect import reconcile_by_truth
from benchmarks.reconcile.score import frame_of, score, wrong_merges
from benchmarks.reconcile.store import Store
from benchmarks.reconcile.tables import CaptureTruth, fill

from upstander.model import batch
from upstander.storage import Case, Home, PartWriter

_NOW = datetime(2018, 12, 1, tzinfo=UTC)
_PHONES = (
    Phone("android", 0, deleted=0.05, permuted=0.2, contacts=1),
    Phone("ios", 1, zone="Europe/Madrid", read_as="", fast_ms=-40_000, contacts=2),
    Phone("store", 2, deleted=0.05, moved=(Moved(0.4, 0.5, 3_600_000),)),
)


@pytest.fixture
def made(tmp_path: Path) -> tuple[Case, list[CaptureTruth]]:
    """A case of three captures, not reconciled."""
    case = Home(tmp_path).new("S", title="made", now=_NOW)
    operation = make(Shape(messages=800, timer=Timer(0.9, 86_400)), _PHONES, seed=3)
    return case, fill(case, operation, now=_NOW)


def test_the_truth_scores_one(made: tuple[Case, list[CaptureTruth]]) -> None:
    """Sightings that are the truth have precision and recall 1, and as many pairs as can be counted one by one."""
    case, truths = made
    reconcile_by_truth(case, truths)
    got = score(case, truths)
    assert (got.messages.precision, got.messages.recall, got.captures.precision, got.captures.recall) == (1, 1, 1, 1)
    assert (got.lacking, got.surplus, got.merged_wrongly) == (0, 0, 0)
    holds = [set(truth.number[truth.operation.authored[truth.number]].tolist()) for truth in truths]
    assert got.messages.true == sum(len(one & other) for one, other in zip(holds, [*holds[1:], holds[0]], strict=True))
    assert wrong_merges(case, truths) == []


def test_one_wrong_merge_costs_its_pairs(made: tuple[Case, list[CaptureTruth]]) -> None:
    """Two messages merged into one are found, with the places of their sightings, and cost precision alone."""
    case, truths = made
    whole = {number for number in truths[0].number.tolist() if all((t.number == number).any() for t in truths)}
    one, other = sorted(n for n in whole if truths[0].operation.authored[n])[10:200:150]

    def mistaken(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(number=pl.when(pl.col("number") == other).then(one).otherwise("number"))

    reconcile_by_truth(case, truths, mistaken=mistaken)
    got = score(case, truths)
    # Six sightings have fifteen pairs, of which two times three are right.
    assert got.messages.found - got.messages.right == 9
    assert got.messages.recall == 1
    assert got.merged_wrongly == 1
    (listed,) = wrong_merges(case, truths)
    sightings = listed["sightings"]
    assert isinstance(sightings, list)
    assert {entry["number"] for entry in sightings} == {one, other}
    assert {(entry["capture"], entry["place"]) for entry in sightings} == {
        (truth.reference, int(truth.place[row]))
        for truth in truths
        for row, number in enumerate(truth.number.tolist())
        if number in (one, other)
    }


def test_a_split_costs_recall(made: tuple[Case, list[CaptureTruth]]) -> None:
    """A capture whose sightings all stand alone costs every pair that it is in, and no precision."""
    case, truths = made

    def mistaken(frame: pl.DataFrame) -> pl.DataFrame:
        alone = pl.col("number") + 1_000_000
        return frame.with_columns(number=pl.when(pl.col("capture") == 1).then(alone).otherwise("number"))

    reconcile_by_truth(case, truths, mistaken=mistaken)
    got = score(case, truths).messages
    assert got.precision == 1
    frame = frame_of(truths).filter(~pl.col("event"), pl.col("capture") != 1)
    assert got.right == int((frame.group_by("number").len()["len"] == 2).sum())
    assert got.right < got.true


def test_exchanged_twins_are_counted_apart(made: tuple[Case, list[CaptureTruth]]) -> None:
    """Twins that are exchanged are wrong pairs, and said to be such as nothing tells apart."""
    case, truths = made
    frame = frame_of(truths).filter(pl.col("twin"), ~pl.col("event"), pl.col("capture") == 1)
    pairs = frame.group_by("alike", maintain_order=True).agg("number").filter(pl.col("number").list.len() == 2)
    one, other = pairs["number"][0].to_list()

    def mistaken(frame: pl.DataFrame) -> pl.DataFrame:
        exchanged = pl.when(pl.col("number") == one).then(other).when(pl.col("number") == other).then(one)
        here = pl.col("capture") == 1
        return frame.with_columns(number=pl.when(here).then(exchanged.otherwise("number")).otherwise("number"))

    reconcile_by_truth(case, truths, mistaken=mistaken)
    got = score(case, truths).messages
    assert got.found - got.right == got.interchangeable > 0
    assert got.precision < 1 == got.precision_apart


def test_gaps_are_judged(made: tuple[Case, list[CaptureTruth]]) -> None:
    """A true deletion is found, one that was not is called false with its place, and reasons are counted in pairs."""
    case, truths = made
    reconcile_by_truth(case, truths)
    text, store = truths[0], truths[2]
    whole = {number: sighting for sighting, number in frame_of(truths).select("sighting", "number").iter_rows()}
    deleted = next(n for n in (store.holds.reason == DELETED).nonzero()[0].tolist() if n in whole)
    there = next(n for n in (store.holds.reason == HELD).nonzero()[0].tolist()[5:] if store.operation.authored[n])
    hole = Store(store.operation, 2, store.holds).received.tolist().index(
        (store.holds.reason == DELETED).nonzero()[0].tolist()[-1]
    ) + 2  # fmt: skip
    cut = next(n for n in (text.holds.reason == DELETED).nonzero()[0].tolist() if n in whole)
    rows = [
        {
            "exhibit": store.exhibit,
            "capture": store.conversation,
            "message": whole[deleted],
            "reason": "deleted_on_phone",
        },
        {
            "exhibit": store.exhibit,
            "capture": store.conversation,
            "message": whole[there],
            "reason": "deleted_on_phone",
        },
        {"exhibit": store.exhibit, "capture": None, "row": f"message:{hole}", "reason": "deleted_on_phone"},
        {"exhibit": text.exhibit, "capture": text.conversation, "message": whole[cut], "reason": "unexplained"},
    ]
    _write_gaps(case, rows)
    got = judge(case, truths)
    assert got.false_deletions == 1
    assert "held" in got.false_places[0]
    assert got.deleted == int((store.holds.reason == DELETED).sum())
    assert got.deleted_found == 2
    assert got.reasons["held", "deleted_on_phone"] == 1
    assert got.reasons["deleted_on_phone", "deleted_on_phone"] == 1
    assert got.reasons["deleted_on_phone", "unexplained"] == 1
    assert got.reasons["deleted_on_phone", "no gap"] > 10
    assert 0 < got.right < 1


def _write_gaps(case: Case, rows: list[dict[str, str | None]]) -> None:
    common = {"held_by": 1, "detail": "made"}
    columns = {name: [row.get(name) for row in rows] for name in ("exhibit", "capture", "message", "row", "reason")}
    made = batch("gaps", columns | {name: [value] * len(rows) for name, value in common.items()}, rows=len(rows))
    with case.writing():
        writer = PartWriter(case, "gaps-made")
        writer.write("gaps", made)
        writer.finish(made_from="made", about={})


def test_true_stretches_of_clocks(made: tuple[Case, list[CaptureTruth]]) -> None:
    """A phone abroad is off by its zone and an hour more in summer, a moved clock by what it was moved."""
    _, truths = made
    home, abroad, moved = ([each.offset_ms for each in stretches(truth)] for truth in truths)
    assert home == [0]
    assert abroad == [3_600_000 - 40_000, 7_200_000 - 40_000, 3_600_000 - 40_000]
    assert moved == [0, 3_600_000, 0]


def test_clocks_are_held_against_the_truth(made: tuple[Case, list[CaptureTruth]]) -> None:
    """A clock that is found is compared with the stretch that it overlaps; stretches without one are said so."""
    case, truths = made
    store = truths[2]
    (_, move, _) = stretches(store)
    row = {
        "exhibit": store.exhibit, "scope": "own", "ordinal": 0, "since": move.since_ms, "until": move.until_ms,
        "offset_ms": 3_600_500, "spread_ms": 500, "pairs": 9, "messages": 9, "basis": "server_stamp", "kind": "moved",
        "detail": "made",
    }  # fmt: skip
    with case.writing():
        writer = PartWriter(case, "clocks-made")
        writer.write("clocks", batch("clocks", {name: [value] for name, value in row.items()}, rows=1))
        writer.finish(made_from="made", about={})
    got = hold(case, truths)
    assert [each.error_ms for each in got if each.reference == store.reference][1] == 500
    assert all(each.found_ms is None for each in got if each.reference != store.reference)
