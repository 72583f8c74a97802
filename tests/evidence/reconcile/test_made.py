"""Made operations: how exactly captures are put together, and that nothing is called deleted that was not."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.reconcile.gaps import judge
from benchmarks.reconcile.held import DELETED, HELD
from benchmarks.reconcile.knobs import Moved, Phone, Shape, Timer
from benchmarks.reconcile.layouts import PAIRS
from benchmarks.reconcile.made import make
from benchmarks.reconcile.offsets import hold
from benchmarks.reconcile.operations import SEED, random_operation
from benchmarks.reconcile.running import reconcile
from benchmarks.reconcile.score import score
from benchmarks.reconcile.store import Store
from benchmarks.reconcile.sweep import cell
from benchmarks.reconcile.tables import CaptureTruth, fill
from tests.support.sample_truth import table

from upstander.storage import Case, Home

NOW = datetime(2018, 12, 1, tzinfo=UTC)

#: Random operations that run in one test, so that several workers share two hundred of them.
CHUNK = 20


def _reconciled(folder: Path, shape: Shape, *phones: Phone, seed: int = 1) -> tuple[Case, list[CaptureTruth]]:
    case = Home(folder).new("M-1", title="made", now=NOW)
    truths = fill(case, make(shape, phones, seed=seed), now=NOW)
    reconcile(case)
    return case, truths


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(("deleted", "distinct"), [(0.0, 0.3), (0.05, 0.3), (0.1, 0.1)])
def test_bars_are_held(tmp_path: Path, pair: str, deleted: float, distinct: float) -> None:
    """No pair is wrong in a thousand, and of what has no twin 99 in a hundred are found; with keys, all is exact."""
    got = cell(tmp_path, pair, deleted, distinct, messages=1_500, seeds=[5])
    assert got.precision >= 0.999
    assert got.recall_apart >= 0.99
    assert got.recall >= 0.95
    assert got.joined == got.joined_true == 1
    assert got.false_deletions == 0
    if pair == "keyed/keyed":
        assert (got.precision, got.recall) == (1.0, 1.0)


@pytest.mark.parametrize("chunk", range(3))
def test_no_wrong_deletion_among_right_ones(tmp_path: Path, chunk: int) -> None:
    """With one message in twenty deleted on every phone, no gap calls one deleted that was not."""
    for number in range(1_000 + chunk * CHUNK, 1_000 + (chunk + 1) * CHUNK):
        case = Home(tmp_path / str(number)).new("M-1", title="made", now=NOW)
        truths = fill(case, random_operation(SEED * 1_000 + number, deleted=0.05), now=NOW)
        reconcile(case)
        gaps = judge(case, truths)
        assert gaps.false_deletions == 0, (number, gaps.false_places)


@pytest.mark.parametrize("timer", [None, Timer(0.7, 7 * 86_400)], ids=["", "timer"])
def test_every_deletion_is_found_with_its_trace(tmp_path: Path, timer: Timer | None) -> None:
    """Where databases hold what another lacks, each deletion there is found, with a hole; unused rows are all named."""
    shape = Shape(messages=1_200, timer=timer)
    phones = Phone("store", 0, deleted=0.06), Phone("store", 1, deleted=0.06, linked=0.3), Phone("store", 2)
    case, truths = _reconciled(tmp_path, shape, *phones)
    gaps = [row for row in table(case, "gaps") if row["reason"] == "deleted_on_phone"]
    judged = judge(case, truths)
    assert judged.false_deletions == 0
    assert judged.deleted > 80
    given = {said for true, said in judged.reasons if true == "deleted_on_phone"}
    # Where a timer ran, it may have taken what the owner deleted before its time came.
    assert given == {"deleted_on_phone"} | ({"disappearing_timer"} if timer else set())
    assert judged.missed_deletions <= (3 if timer else 0)
    for truth in truths:
        store = Store(truth.operation, truth.index, truth.holds)
        unused = np.searchsorted(store.received, np.flatnonzero(truth.holds.reason == DELETED)) + 2
        mine = [row for row in gaps if row["exhibit"] == truth.exhibit]
        assert all("hole" in str(row["traces"]).split(",") for row in mine)
        named = {str(row["row"]) for row in mine}
        assert len(named) == len(mine) <= len(unused)
        if timer is None:
            assert named == {f"message:{row}" for row in unused.tolist()}


def test_what_only_one_phone_had_leaves_its_row(tmp_path: Path) -> None:
    """What no other capture shows leaves its unused number in one row; it takes a reference to call it so."""
    case, (truth,) = _reconciled(tmp_path, Shape(messages=400), Phone("store", 0, deleted=0.05))
    store = Store(truth.operation, truth.index, truth.holds)
    unused = set((np.searchsorted(store.received, np.flatnonzero(truth.holds.reason == DELETED)) + 2).tolist())
    named: set[int] = set()
    for row in table(case, "gaps"):
        assert row["message"] is None
        if "hole" in str(row["traces"]):
            assert (row["reason"] == "deleted_on_phone") == ("reaction_to_missing" in str(row["traces"]))
            first, _, last = str(row["row"]).removeprefix("message:").partition("-")
            named |= set(range(int(first), int(last or first) + 1))
    assert named == unused


def test_clocks_are_found(tmp_path: Path) -> None:
    """Offsets of zones, of both clock changes, of fast clocks and of one that was moved, each to within a second."""
    phones = (
        Phone("store", 0, moved=(Moved(0.4, 0.5, 165_534_700),)),
        Phone("store", 1, fast_ms=-150_000),
        Phone("ios", 2, zone="Asia/Dubai", read_as="Europe/London"),
        Phone("android", 3, zone="Europe/Madrid", fast_ms=240_000),
    )
    case, truths = _reconciled(tmp_path, Shape(messages=2_500, people=6), *phones)
    found = hold(case, truths)
    assert len(found) == 3 + 1 + 3 + 1
    assert all(each.error_ms is not None and each.error_ms <= 1_000 for each in found), found
    exhibits = {truth.exhibit: truth.reference for truth in truths}
    kinds: dict[str, list[str]] = {}
    for row in table(case, "clocks"):
        kinds.setdefault(exhibits[str(row["exhibit"])], []).append(str(row["kind"]))
    assert kinds["MC/1"] == ["right", "moved", "right"]
    assert kinds["MC/2"] == kinds["MC/4"] == ["fast_or_slow"]
    # Dubai keeps no summer time: read as London, it is four hours ahead in winter and three in summer.
    assert set(kinds["MC/3"]) == {"zone", "daylight_saving"}
    assert len(kinds["MC/3"]) == 3


def test_two_groups_of_the_same_people_stay_two(tmp_path: Path) -> None:
    """Captures of two operations with the same stock of words are two conversations."""
    case = Home(tmp_path).new("M-1", title="made", now=NOW)
    truths = []
    for seed in (1, 2):
        made = make(Shape(messages=600), [Phone("android", 0, contacts=1), Phone("ios", 1, contacts=2)], seed=seed)
        parts = case.tables / "case"
        truths += fill(case, made, now=NOW)
        assert parts.is_dir()
    reconcile(case)
    got = score(case, truths)
    assert (got.captures.true, got.captures.found, got.captures.right) == (2, 2, 2)
    assert got.merged_wrongly == 0


def test_history_before_joining_is_no_gap_of_the_owner(tmp_path: Path) -> None:
    """What was said before an owner joined and after they left is said to be so, and nothing of it is unexplained."""
    phones = Phone("store", 0), Phone("store", 1, joined=0.3), Phone("store", 2, left=0.7)
    case, truths = _reconciled(tmp_path, Shape(messages=800), *phones)
    reasons = pl.DataFrame(table(case, "gaps")).group_by("exhibit", "reason").len().rows()
    exhibits = {truth.exhibit: truth.reference for truth in truths}
    assert {(exhibits[exhibit], reason) for exhibit, reason, _ in reasons} == {
        ("MC/2", "before_join"), ("MC/3", "after_leave"),
    }  # fmt: skip
    for truth in truths:
        authored = truth.operation.authored
        lacking = int((authored & (truth.holds.reason != HELD)).sum())
        assert sum(count for exhibit, _, count in reasons if exhibit == truth.exhibit) == lacking
