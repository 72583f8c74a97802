"""Deciding while the machine dies, and two people deciding on one pair at once: nothing lost, nothing half done."""

import json
import subprocess
import sys
from typing import Any

import pytest
from tests.support.desks import environment


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program says of both."""
    variables = {**environment(tmp_path_factory.mktemp("deciding") / "home")}
    variables["DJANGO_SETTINGS_MODULE"] = "upstander.web.settings"
    program = "import django; django.setup(); from tests.support import deciding; deciding.main()"
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_whoever_is_killed_while_they_decide_has_decided_or_has_not(told: dict[str, Any]) -> None:
    """At every moment of it: entry and decision are both there or neither, in the file once; the chain is whole."""
    killed = told["killed"]
    assert killed["lost"] == []
    assert killed["moments"] > 20
    # Those that were killed after the register had it, and the one that lived.
    assert 1 < killed["kept"] == killed["entries"] < killed["moments"]


def test_two_who_decide_on_one_pair_at_once_are_one_after_the_other(told: dict[str, Any]) -> None:
    """One decides, the other is told that somebody was first: one entry and one line for each pair."""
    together = told["together"]
    assert together["ended"] == [[0, 3]] * 8
    assert together["kept"] == 8
    assert together["same"]
