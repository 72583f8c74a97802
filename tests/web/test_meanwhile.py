"""What was changed between the asking and the doing: an account that is closed or has another password meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest
from django.test import Client
from tests.register.people import account, case

from upstander.actions import SYSTEM, Actor, change_number, close_account, give_role, remove_second_step, set_password
from upstander.errors import NotAllowed, Refused
from upstander.register.models import Account, Entry, Grant, Role
from upstander.web.signing_in import Adapter

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD, OTHER = "three green lamps burn", "four blue doors open wide"


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Closes an account as soon as a page has been asked for by it, before anything is done."""

    def closes(username: str) -> None:
        def meanwhile(request: HttpRequest) -> Actor:
            known = Account.objects.get(username=username)
            assert isinstance(request.user, Account)
            who = Actor.of(request.user)
            if known.is_active:
                close_account(SYSTEM, NOW, account=known)
            return who

        monkeypatch.setattr("upstander.web.at.actor", meanwhile)

    return closes


def test_whoever_is_closed_meanwhile_does_nothing(
    ada: Account, signed_in: Browser, closing: Callable[[str], None], home: object
) -> None:
    """Their page was asked for before, and their role still stands: what they would do is refused."""
    account("root", administrator=True)
    account("friend")
    browser = signed_in(ada)
    browser.post("/cases/new/", {"reference": "MS-1", "title": "x"})
    closing("ada")
    answer = browser.post("/cases/MS-1/access/give/", {"username": "friend", "role": Role.INVESTIGATOR})
    assert answer.status_code in (403, 404)
    assert not Grant.objects.filter(account__username="friend").exists()
    assert Entry.objects.order_by("sequence").last().verb == "close_account"  # type: ignore[union-attr]


def test_an_account_that_was_read_before_it_was_closed_acts_no_more() -> None:
    """Whoever holds the older row."""
    owner, friend = account("ada"), account("friend")
    where = case("MS-1", ada=Role.OWNER)
    before = Actor.of(Account.objects.get(pk=owner.pk))
    close_account(SYSTEM, NOW, account=owner)
    with pytest.raises(NotAllowed):
        give_role(before, NOW, case=where, account=friend, role=Role.REVIEWER)


def test_no_older_row_is_written_back() -> None:
    """Whatever is done to an account leaves everything else of it as it is now, and not as it was read."""
    ines = account("ines")
    stale = Account.objects.get(pk=ines.pk)
    close_account(SYSTEM, NOW, account=ines)
    set_password(SYSTEM, NOW, account=stale, password=OTHER)
    assert not Account.objects.get(pk=ines.pk).is_active
    older = Account.objects.get(pk=ines.pk)
    set_password(SYSTEM, NOW, account=stale, password=PASSWORD)
    change_number(SYSTEM, NOW, account=older, number="4471")
    now = Account.objects.get(pk=ines.pk)
    assert now.check_password(PASSWORD)
    assert (now.number, now.is_active) == ("4471", False)
    with pytest.raises(Refused, match="no second step"):
        remove_second_step(SYSTEM, NOW, account=older)


@pytest.mark.parametrize("meanwhile", ["closed", "another password"])
def test_a_password_is_changed_in_the_place_of_the_one_that_was_given_and_no_other(meanwhile: str) -> None:
    """An account that was closed stays closed; a password that somebody set stands. Neither leaves an entry."""
    ines = account("ines")
    before = Account.objects.get(pk=ines.pk)
    if meanwhile == "closed":
        close_account(SYSTEM, NOW, account=ines)
    else:
        set_password(Actor.typing("Root"), NOW, account=ines, password=OTHER)
    count = Entry.objects.count()
    with pytest.raises((Refused, NotAllowed)):
        Adapter().set_password(before, "five red kites turn")
    now = Account.objects.get(pk=ines.pk)
    assert now.is_active is (meanwhile != "closed")
    assert now.check_password(PASSWORD if meanwhile == "closed" else OTHER)
    assert (now.password_ends is None) is (meanwhile == "closed")
    assert Entry.objects.count() == count
