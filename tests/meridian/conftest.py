"""One sample operation for all tests of it."""

import json
from pathlib import Path
from typing import Any

import pytest

import meridian


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The operation's folder; nobody writes into it."""
    out = tmp_path_factory.mktemp("meridian")
    meridian.make(out)
    return out


@pytest.fixture(scope="session")
def truth(made: Path) -> dict[str, Any]:
    """The answer sheet, as a stranger would read it."""
    document: dict[str, Any] = json.loads((made / "truth.json").read_text(encoding="utf-8"))
    return document
