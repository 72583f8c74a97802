"""kill -9 while somebody codes, at every moment of it: the coding is there whole or not at all, and they can go on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.desks import environment


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program says of it."""
    home = tmp_path_factory.mktemp("coding") / "home"
    home.mkdir()
    variables = {**environment(home), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    program = "import django; django.setup(); from tests.support import coding; coding.main()"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300, cwd=root)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_whoever_is_killed_while_they_code_has_coded_or_has_not(told: dict[str, Any]) -> None:
    """Both codings with their entries and the hold's end, or none of it; in the file once, in the ledger's order."""
    assert told["wrong"] == []
    assert told["same"]
    # Those that were killed after the register had it, and the one that lived.
    assert told["kept"] == list(range(told["tried"] - len(told["kept"]), told["tried"]))
    assert 1 < len(told["kept"]) < told["tried"]
    assert told["tried"] > 40


def test_whoever_comes_back_has_the_message_still_and_goes_on(told: dict[str, Any]) -> None:
    """The form that was on its way is written when it is sent again, or said to be written already: never twice."""
    assert told["counted"] == {
        "has their own": told["back"],
        "written": told["back"],
        "said before": len(told["kept"]),
    }


def test_what_nobody_comes_back_to_is_released(told: dict[str, Any]) -> None:
    """It is theirs for half an hour and goes to others then; whoever comes later still is told so."""
    assert told["kept from others"]
    assert told["given to others"]
    assert told["too late"] == ["refused", "refused"]
