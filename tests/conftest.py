"""What every test may ask for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.reconciled_sample import write

import meridian
from meridian import Truth
from upstander.cli.sample import run
from upstander.storage import Case, Home
from upstander.storage.locks import PATIENCE, Patience

#: Real export files that nobody here wrote; they stay outside the project.
FIXTURES = Path(__file__).parents[1].parent / "shared" / "fixtures"


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of real exports; a test that needs it is skipped, by name, only where the folder is absent."""
    if not FIXTURES.is_dir():
        pytest.skip(f"real exports are absent: no folder {FIXTURES}")
    return FIXTURES


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody waits ten minutes for a lock in a test, here or in a command that it starts."""
    monkeypatch.setenv("UPSTANDER_WAIT", "0.3")
    before = PATIENCE.set(Patience(limit=0.3))
    yield
    PATIENCE.reset(before)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder for a document's scratch files."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@dataclass(frozen=True)
class Sample:
    """The sample operation's case, reconciled as its truth says, and that truth."""

    home: Path
    case: Case
    truth: Truth


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample operation, for tests that read and write nothing in it."""
    home = tmp_path_factory.mktemp("sample") / "home"
    truth = meridian.make(tmp_path_factory.mktemp("meridian"))
    now = dt.datetime(2018, 4, 1, tzinfo=dt.UTC)
    case, _ = run(Home(home), now=now, progress=lambda *_: None)
    write(case, truth)
    return Sample(home=home, case=case, truth=truth)
