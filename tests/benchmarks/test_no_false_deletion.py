"""Where nobody deleted anything, nothing is called deleted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.reconcile.exports import write
from benchmarks.reconcile.gaps import judge
from benchmarks.reconcile.operations import SEED, random_operation
from benchmarks.reconcile.running import reconcile
from benchmarks.reconcile.score import score
from benchmarks.reconcile.tables import fill, truth_of

from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Home

_NOW = datetime(2018, 12, 1, tzinfo=UTC)
#: Operations of one test: two hundred in all, so that workers share them.
_BLOCK = 20


@pytest.mark.parametrize("block", range(10))
def test_two_hundred_operations_without_deletions(block: int, tmp_path: Path) -> None:
    """Over 200 random operations in which nothing was deleted, no gap says `deleted_on_phone` and no pair is wrong."""
    home = Home(tmp_path)
    for number in range(block * _BLOCK, (block + 1) * _BLOCK):
        operation = random_operation(SEED * 1_000 + number)
        case = home.new(f"N{number}", title="made", now=_NOW)
        truths = fill(case, operation, now=_NOW)
        reconcile(case)
        got = judge(case, truths)
        assert got.false_deletions == 0, (number, got.false_places)
        assert ("held", "deleted_on_phone") not in got.reasons, number


@pytest.mark.parametrize("number", [3, 57, 101, 166])
def test_the_same_through_files(number: int, tmp_path: Path) -> None:
    """So it is for operations whose files are written, taken in and read, as an investigator's would be."""
    operation = random_operation(SEED * 1_000 + number)
    case = Home(tmp_path / "home").new("F", title="files", now=_NOW)
    truths = []
    for index, phone in enumerate(operation.phones):
        path = write(operation, index, tmp_path / str(index))
        handed = Handed(time_zone=phone.told, reference=f"MC/{index + 1}")
        received = ingest(case, [path], handed, now=_NOW, progress=lambda *_: None).intake.files
        truths.append(truth_of(operation, index, exhibit=received[0].exhibit))
    reconcile(case)
    assert score(case, truths).lacking == 0
    assert judge(case, truths).false_deletions == 0


def test_deletions_are_found_where_there_are_traces(tmp_path: Path) -> None:
    """The same operations with deletions have some called so: the property above does not hold by silence."""
    found = deleted = 0
    for number in range(6):
        operation = random_operation(SEED * 1_000 + number, deleted=0.05)
        case = Home(tmp_path).new(f"D{number}", title="made", now=_NOW)
        truths = fill(case, operation, now=_NOW)
        reconcile(case)
        got = judge(case, truths)
        found, deleted = found + got.deleted_found, deleted + got.deleted
    assert deleted > 20
    assert found > 0.5 * deleted
