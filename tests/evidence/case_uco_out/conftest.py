"""The case that CASE is written from."""

from pathlib import Path

import pytest
from tests.support.made_case import NOW

from upstander.storage import Case, Home


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path / "home").new("MS-1", title="Meridian Street", now=NOW)
