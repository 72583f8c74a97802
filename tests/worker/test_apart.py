"""One case that cannot be brought up to date keeps no other from it, and is said once for each of its states."""

import os
import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from tests.support.chats import chat
from tests.worker.conftest import NOW, Hand

from upstander.actions import Actor, open_case
from upstander.evidence.standing import Standing, standing
from upstander.register.models import Account, HandIn
from upstander.register.site import Site
from upstander.storage import Case as Folder
from upstander.storage import Home
from upstander.worker.apart import Apart
from upstander.worker.keeping import Keeping
from upstander.worker.lease import Watch, claim, named
from upstander.worker.loop import work
from upstander.worker.taking import take

pytestmark = pytest.mark.django_db


def _left_alone(folder: Folder) -> None:
    os.utime(folder.tables, (2_000, 2_000))


@pytest.fixture
def due(hand: Hand, site: Site, folder: Folder) -> Folder:
    """MS-1, whose phones are still to be compared; cases that sort before it are in trouble."""
    hand(("a.json", chat(5)), reference="AB/1")
    hand(("b.json", chat(6)), reference="AB/1")
    for _ in range(2):
        taken = claim(named(), timezone.now())
        assert taken is not None
        take(taken, site, Watch(taken))
    assert standing(folder) is Standing.ABSENT
    assert not HandIn.objects.filter(state__in=("waiting", "running")).exists()
    _left_alone(folder)
    return folder


def _before(site: Site, ines: Account, reference: str) -> Folder:
    """A case that is looked at before MS-1."""
    open_case(Actor.of(ines), NOW, home=Home(site.home), reference=reference, title="x")
    folder = Home(site.home).open(reference)
    (folder.tables / "AB-1").mkdir(parents=True)
    (folder.tables / "AB-1" / "part.json").write_text('{"made": ')
    _left_alone(folder)
    return folder


def test_a_case_whose_folder_was_moved_away_is_said_and_the_next_is_made(
    site: Site, ines: Account, due: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once; and once more where it had come back and went again."""
    gone = _before(site, ines, "MS-0")
    keeping = Keeping(site, lambda: False)
    away = site.home.parent / "elsewhere"
    gone.path.rename(away)
    assert keeping.look() == ["MS-1"]
    assert standing(due) is Standing.CURRENT
    assert keeping.look() == []
    assert capsys.readouterr().err.count("MS-0: there is no case MS-0") == 1
    (away / "tables" / "AB-1" / "part.json").unlink()
    away.rename(gone.path)
    keeping.look()
    assert capsys.readouterr().err == ""
    gone.path.rename(away)
    keeping.look()
    assert capsys.readouterr().err.count("MS-0: there is no case MS-0") == 1


def test_a_case_with_a_broken_record_is_said_and_the_next_is_made(
    site: Site, ines: Account, due: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    """The worker goes on; what was not made is said once, with where it failed, until the case is another."""
    broken = _before(site, ines, "MS-0")
    assert work(site, threading.Event(), once=True) == 0
    assert standing(due) is Standing.CURRENT
    capsys.readouterr()
    keeping = Keeping(site, lambda: False)
    for _ in range(3):
        assert keeping.look() == []
    said = capsys.readouterr().err
    assert said.count("MS-0: what responses do was not weighed: JSONDecodeError") == 1
    assert said.count("MS-0: what its exhibits show together was not made: JSONDecodeError") == 1
    assert said.count("Traceback") == 2
    assert broken.tables.is_dir()


def test_what_failed_is_tried_again_later(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The same state after ten minutes, another after one; neither is said again while it is the same."""
    clock = [0.0]
    monkeypatch.setattr("upstander.worker.apart.time", SimpleNamespace(monotonic=lambda: clock[0]))
    apart = Apart("it was not done")

    def fails(state: float) -> None:
        with apart.kept("MS-1", state):
            raise OSError(28, "No space left on device")

    assert not apart.rests("MS-1", 7.0)
    fails(7.0)
    assert apart.rests("MS-1", 7.0)
    assert apart.rests("MS-1", 8.0)
    assert not apart.rests("MS-2", 7.0)
    clock[0] = 61.0
    assert apart.rests("MS-1", 7.0)
    assert not apart.rests("MS-1", 8.0)
    clock[0] = 601.0
    assert not apart.rests("MS-1", 7.0)
    fails(7.0)
    assert capsys.readouterr().err.count("MS-1: it was not done: OSError: [Errno 28]") == 1
    fails(8.0)
    assert capsys.readouterr().err.count("MS-1: it was not done: OSError: [Errno 28]") == 1


def test_a_register_that_is_away_is_no_cases_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    """The worker says it, and waits for it."""
    apart = Apart("it was not done")
    with pytest.raises(OperationalError), apart.kept("MS-1", 1.0):
        raise OperationalError("the connection is closed")
    assert not apart.rests("MS-1", 1.0)
    assert capsys.readouterr().err == ""
