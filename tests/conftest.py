"""What every test may ask for."""

from pathlib import Path

import pytest

#: Real export files that nobody here wrote; they stay outside the project.
FIXTURES = Path(__file__).parents[1].parent / "shared" / "fixtures"


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The folder of real exports; a test that needs it is skipped, by name, only where the folder is absent."""
    if not FIXTURES.is_dir():
        pytest.skip(f"real exports are absent: no folder {FIXTURES}")
    return FIXTURES


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder for a document's scratch files."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder
