"""What is over and left lying goes, about once an hour; what is not, stays."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from tests.support.chats import chat
from tests.worker.conftest import NOW, Hand

from upstander.register.models import Case
from upstander.register.site import Site
from upstander.storage import Case as Folder
from upstander.storage import Home
from upstander.worker.loop import work
from upstander.worker.tidying import sweep

pytestmark = pytest.mark.django_db


def _session(key: str, hours: float) -> None:
    Session.objects.create(session_key=key, session_data="x", expire_date=timezone.now() + timedelta(hours=hours))


def _old(path: Path, hours: float) -> Path:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_leftovers_of_an_inbox_go_and_what_waits_stays(site: Site, hand: Hand, folder: Folder) -> None:
    """What no hand-in is of is removed when it is old; what is new may be just arriving."""
    made = hand(("a.json", chat(5)))
    old, new = folder.inbox / "7-left", folder.inbox / "8-new"
    for place in (old, new):
        place.mkdir()
    os.utime(old, (0, 0))
    os.utime(folder.inbox / Path(made.files[0]["at"]).parts[0], (0, 0))
    sweep(site)
    assert not old.exists()
    assert new.exists()
    assert (folder.inbox / made.files[0]["at"]).is_file()


def test_an_inbox_that_cannot_be_read_keeps_no_other_from_being_tidied(
    site: Site, case: Case, folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, and the next case's is looked at."""
    other = Home(site.home).new("MS-2", title="x", now=NOW)
    left = []
    for of in (folder, other):
        of.inbox.mkdir(exist_ok=True)
        left.append(of.inbox / "7-left")
        left[-1].mkdir()
        _old(left[-1], 2)
    real = Path.iterdir

    def listed(path: Path) -> object:
        if path == folder.inbox:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", listed)
    sweep(site)
    assert [place.exists() for place in left] == [True, False]
    assert "MS-1: its inbox was not tidied" in capsys.readouterr().err


def test_a_worker_that_begins_removes_what_has_ended(site: Site, case: Case, folder: Folder) -> None:
    """Sessions that have ended, what was arriving six hours ago, what was left in an inbox an hour ago."""
    _session("over", -0.1)
    _session("open", 2)
    site.arriving.mkdir(parents=True)
    folder.inbox.mkdir(exist_ok=True)
    there = {name: site.arriving / name for name in ("arrived", "arriving")}
    for path in there.values():
        path.write_bytes(b"x")
    _old(there["arrived"], 6.1)
    _old(there["arriving"], 5.9)
    (folder.inbox / "7-left").mkdir()
    _old(folder.inbox / "7-left", 1.1)
    work(site, threading.Event(), once=True)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert [path.name for path in site.arriving.iterdir()] == ["arriving"]
    assert list(folder.inbox.iterdir()) == []


def test_a_site_that_never_served_has_nothing_arriving(site: Site, case: Case) -> None:
    """A worker on a machine of its own may begin first."""
    shutil.rmtree(site.arriving, ignore_errors=True)
    assert work(site, threading.Event(), once=True) == 0


class _Over(threading.Event):
    """Ten minutes pass with each look, for so many looks."""

    def __init__(self, passes: Callable[[], None], looks: int) -> None:
        super().__init__()
        self._passes = passes
        self._looks = looks

    def wait(self, timeout: float | None = None) -> bool:
        self._passes()
        self._looks -= 1
        if not self._looks:
            self.set()
        return self.is_set()


def test_a_worker_that_goes_on_tidies_every_hour(site: Site, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and each time an hour has gone by; a machine that was just started counts from nought."""
    clock, tidied = [3.0], []

    def passes() -> None:
        clock[0] += 600

    monkeypatch.setattr("upstander.worker.loop.time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr("upstander.worker.loop.tidy", lambda of: tidied.append((of, clock[0])))
    work(site, _Over(passes, 14))
    assert tidied == [(site, 3.0), (site, 3603.0), (site, 7203.0)]
