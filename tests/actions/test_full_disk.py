"""A disk that takes no more, at each place where something is kept: a sentence, nothing lost, nothing half done."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from tests.register.people import account, case

from upstander.actions import SYSTEM, Actor, Sent, Statement, decide_alias, hand_in, open_case
from upstander.actions.back_up import back_up
from upstander.actions.projecting import project
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import BadDecision, CaseExists, OutputError
from upstander.register.models import Case, Decision, Entry, Grant, HandIn, Role
from upstander.register.site import Site
from upstander.storage import Home

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

Committing = Callable[..., AbstractContextManager[list[Any]]]


def _full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_decision_that_is_committed_stands_though_its_file_cannot_be_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Committing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever made it is told so; the next is refused before it is made; with room again both are there once."""
    who, folder = account("ines"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    where = case("MS-1", ines=Role.INVESTIGATOR)

    def decide(pair: str) -> None:
        decide_alias(Actor.of(who), NOW, case=where, folder=folder, a=pair, b="c/x", confirmed=True)

    with monkeypatch.context() as patched:
        patched.setattr("upstander.storage.decisions._write", _full)
        with django_capture_on_commit_callbacks(execute=True):
            decide("c/1")
        assert "No space left" in caplog.text
        with pytest.raises(BadDecision, match="No space left"):
            decide("c/2")
    assert Decision.objects.count() == Entry.objects.count() == 1
    assert (folder.decisions / "aliases.jsonl").read_bytes() == b""
    with django_capture_on_commit_callbacks(execute=True):
        decide("c/2")
    project(where, folder)
    rows = [json.loads(line) for line in (folder.decisions / "aliases.jsonl").read_text().splitlines()]
    assert [(row["a"], row["ledger"]) for row in rows] == [("c/1", 1), ("c/2", 2)]
    assert verify_ledger()[0] == 2


def test_a_hand_in_that_finds_no_room_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence with what to do; no hand-in, no entry, nothing in the inbox; what was sent is where it was."""
    who, folder = account("ines"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    where = case("MS-1", ines=Role.INVESTIGATOR)
    sent = tmp_path / "sent"
    sent.write_bytes(b"{}")
    file = Sent("a.json", sent, 2, hashlib.sha256(b"{}").hexdigest())
    statement = Statement(custodian="PC Ash")
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(OutputError, match="is full: nothing was handed in"):
        hand_in(Actor.of(who), NOW, case=where, folder=folder, statement=statement, files=[file])
    assert not HandIn.objects.exists()
    assert not Entry.objects.exists()
    assert list(folder.inbox.iterdir()) == []
    assert sent.read_bytes() == b"{}"


def test_a_backup_that_finds_no_room_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file of that name and no half of one; the site is as it was."""
    home = tmp_path / "home"
    Home(home).new("MS-1", title="x", now=NOW)
    monkeypatch.setattr("upstander.actions.back_up._write", _full)
    with pytest.raises(OutputError, match=r"cannot be written.*No space left"):
        back_up(SYSTEM, NOW, site=Site(home=home), path=tmp_path / "site.tar", told=lambda *_: None)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert verify_ledger()[0] == 1


def _register_full(*_: object, **__: object) -> Any:
    raise OperationalError("database or disk is full")


@pytest.mark.parametrize(
    "where",
    [
        "upstander.register.models.Case.objects.create",
        "upstander.register.models.Grant.objects.create",
        "upstander.register.models.Entry.save",
        "upstander.register.models.Head.save",
        "django.db.backends.base.base.BaseDatabaseWrapper.savepoint_commit",
    ],
)
def test_a_case_whose_opening_fails_leaves_its_reference_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Whatever of it the register takes no more, the end of the transaction included: no folder stays."""
    who, home = account("ines"), Home(tmp_path)
    with monkeypatch.context() as patched:

        def full_once(*_: object, **__: object) -> Any:
            # What cleans up after it finds the register at work again.
            patched.undo()
            _register_full()

        patched.setattr(where, full_once)
        with pytest.raises(OperationalError):
            open_case(Actor.of(who), NOW, home=home, reference="R-1", title="x")
    assert list(tmp_path.iterdir()) == []
    assert not Case.objects.exists()
    open_case(Actor.of(who), NOW, home=home, reference="R-1", title="x")
    assert home.open("R-1").cover.title == "x"
    assert Grant.objects.get().role == Role.OWNER


@pytest.mark.parametrize("where", ["upstander.storage.case.write_json", "upstander.storage.case.sync_folder"])
def test_a_case_that_finds_no_room_leaves_its_reference_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Nor a place in the register."""
    who = account("ines")
    monkeypatch.setattr(where, _full)
    with pytest.raises(OSError, match="No space left"):
        open_case(Actor.of(who), NOW, home=Home(tmp_path), reference="R-1", title="x")
    assert list(tmp_path.iterdir()) == []
    assert not Case.objects.exists()


def test_nothing_else_is_taken_away_with_a_case_whose_opening_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what was there before, not another's case, and nothing where somebody took evidence in meanwhile."""
    who, home = account("ines"), Home(tmp_path)
    (tmp_path / "R-1" / "exhibits").mkdir(parents=True)
    other = home.new("R-2", title="another's", now=NOW)

    def full_after(*_: object, **__: object) -> Any:
        bytes_ = tmp_path / "R-3" / "exhibits" / "bytes"
        if bytes_.parent.exists():
            bytes_.mkdir()
        _register_full()

    monkeypatch.setattr(Entry, "save", full_after)
    for reference, problem in (("R-1", OperationalError), ("R-2", CaseExists), ("R-3", OperationalError)):
        with pytest.raises(problem):
            open_case(Actor.of(who), NOW, home=home, reference=reference, title="x")
    assert list((tmp_path / "R-1").rglob("*")) == [tmp_path / "R-1" / "exhibits"]
    assert other.cover.title == "another's"
    assert home.open("R-3").cover.title == "x"


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ("database or disk is full", 507, "The disk is full"),
        ("the connection is closed", 503, "The register cannot be reached"),
    ],
)
def test_a_register_that_takes_nothing_is_a_page(
    said: str, status: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what is the matter and that nothing was done by half; nothing of the program's inside."""
    browser = Client(raise_request_exception=False)
    browser.force_login(account("ines"), backend="upstander.web.signing_in.Passwords")

    def away(*_: object, **__: object) -> None:
        raise OperationalError(said)

    monkeypatch.setattr("upstander.web.places.cases.open_case", away)
    answer = browser.post("/cases/new/", {"reference": "MS-1", "title": "x"})
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert said not in answer.content.decode()
    assert not Entry.objects.filter(verb="open_case").exists()
