"""A browser for each test, and desks for the tests of a module: each worker of the tests has its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.support.chromium import chromium
from tests.support.desks import environment, open_desk

import meridian
from meridian import Truth

#: Much of what is asked of a browser has no time of its own to end in. A page that hangs hangs again; a browser that
#: stopped answering, as happens on a machine that does other things, is started once more, and the summary says so.
PATIENTLY = [pytest.mark.timeout(300), pytest.mark.flaky(reruns=1, only_rerun=["from pytest-timeout"])]

#: A machine that does other things is slow, and nothing here is about how slow. What a click leads to is waited for,
#: too: a click is over before the page that it leads to is there.
expect.set_options(timeout=30_000)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium; a test that needs it fails with a sentence where it is absent."""
    with chromium() as started:
        yield started


@dataclass(frozen=True)
class Shown:
    """A desk that is open, as it is after some days of work."""

    address: str
    #: What stands for the ids in a page's address.
    ids: dict[str, Any]
    #: By user name: the session in which they are signed in.
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The desk whose every page is looked at. Nothing is taken in there."""
    home = tmp_path_factory.mktemp("shown") / "home"
    home.mkdir()
    command = [sys.executable, "-m", "tests.support.shown_desk", "--troubled"]
    settings = environment(home, DJANGO_SETTINGS_MODULE="upstander.web.settings")
    ran = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=Path(__file__).parents[2])
    assert ran.returncode == 0, ran.stderr
    ids = json.loads(ran.stdout)
    with open_desk(home, "--no-worker") as opened:
        yield Shown(opened.address.rstrip("/"), ids, ids.pop("sessions"))


@dataclass(frozen=True)
class Phones:
    """Six phones as they are handed in, and what is true of them."""

    folder: Path
    truth: Truth


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Phones:
    """The exhibits of the sample operation."""
    folder = tmp_path_factory.mktemp("phones")
    return Phones(folder / "exhibits", meridian.make(folder))
