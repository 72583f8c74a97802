"""Accounts from the command line: nobody is locked out of a site for good."""

import sys

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.register.people import account, case
from tests.support.commands import Command

from upstander.cli import account as command
from upstander.register.models import Account, Entry, Role

pytestmark = pytest.mark.django_db

TYPED = "three green lamps burn"


def _signs_in(username: str, password: str) -> bool:
    answer = Client().post("/account/login/", {"login": username, "password": password})
    return answer.headers.get("Location") == "/cases/"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What somebody at a terminal types, one after the other."""
    said: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(command, "getpass", lambda _: said.pop(0))
    return said


def test_a_password_that_was_lost_is_given_again(upstander: Command) -> None:
    """Made up, printed once, in no entry; the ledger says that it was the command line."""
    account("ada")
    said = upstander("account", "password", "ADA", "--generate", "--by", "Ron")
    made_up = said.out.split()[-1]
    assert said.status == 0
    assert _signs_in("ada", made_up)
    entry = Entry.objects.get(verb="set_password")
    assert (entry.actor, entry.via) == ("Ron", "command line")
    assert made_up not in entry.detail


def test_a_password_is_asked_for_twice(upstander: Command, typed: list[str]) -> None:
    """It is on no command line; two that differ, or one that is easily guessed, make nothing."""
    for first, second, words in ((TYPED, "another", "not the same"), ("short", "short", "too short")):
        typed[:] = [first, second]
        said = upstander("account", "add", "bo", "--name", "Bo Example")
        assert said.status == 2
        assert words in said.err
    assert not Account.objects.exists()
    typed[:] = [TYPED, TYPED]
    said = upstander("account", "add", "bo", "--name", "Bo Example", "--number", "4471", "--administrator")
    assert said.status == 0
    assert TYPED not in said.out
    assert _signs_in("bo", TYPED)
    assert Account.objects.get().administrator


def test_a_site_without_an_administrator_is_given_one(upstander: Command) -> None:
    """Whoever has the machine makes one; that one sees no case."""
    account("ada")
    assert upstander("account", "add", "root", "--name", "Ron Example", "--administrator", "--generate").status == 0
    listed = {row["username"]: row for row in upstander("account", "list", "--json").json["accounts"]}
    assert listed["root"]["administrator"]
    assert not listed["ada"]["administrator"]
    assert "administrator" in upstander("account", "list").out


def test_a_second_step_that_was_lost_is_removed(upstander: Command) -> None:
    """The password alone is a way in afterwards, and the ledger has it; once more is refused in one sentence."""
    ada = account("ada")
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    assert "a second step" in upstander("account", "second-step", "ada").out
    assert not _signs_in("ada", TYPED)
    assert upstander("account", "second-step", "ada", "--remove").status == 0
    assert _signs_in("ada", TYPED)
    ada.refresh_from_db()
    assert ada.sessions_end_before is not None
    assert Entry.objects.filter(verb="remove_second_step", about="ada").count() == 1
    again = upstander("account", "second-step", "ada", "--remove")
    assert (again.status, "no second step" in again.err) == (2, True)


def test_an_account_is_closed_and_who_is_not_there_is_said(upstander: Command) -> None:
    """In one sentence."""
    account("ada")
    case("MS-1", ada=Role.OWNER)
    closed = upstander("account", "close", "ada")
    assert closed.status == 0
    assert "Nobody can give a role in MS-1 any more: `upstander case admit MS-1" in " ".join(closed.err.split())
    assert not _signs_in("ada", TYPED)
    for words in (("close", "nobody"), ("password", "nobody"), ("second-step", "nobody")):
        said = upstander("account", *words)
        assert (said.status, "no account" in said.err) == (2, True)
