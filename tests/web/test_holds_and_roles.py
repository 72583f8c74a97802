"""What is held for whom where their role ends just then: nothing, and nothing is kept from others by it."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account
from tests.web.cases import registered
from tests.web.reviewers import CODE, ROOT, browser_of, given, registered_role

from upstander.actions import SYSTEM, close_account, giving, state_standing, withdraw_role
from upstander.cli.sample import REFERENCE
from upstander.register.models import Account, Hold, HoldEnd, Role, Standing, StandingKind
from upstander.register.models import Case as Registered
from upstander.register.site import Site
from upstander.storage import Case

pytestmark = pytest.mark.django_db

THEN = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

ENDS: dict[str, Callable[[Registered, Account], object]] = {
    "withdrawn": lambda where, who: withdraw_role(SYSTEM, THEN, case=where, account=who),
    "closed": lambda _, who: close_account(SYSTEM, THEN, account=who),
    "named": lambda where, who: state_standing(SYSTEM, THEN, case=where, kind=StandingKind.SUBJECT, name=who.full_name),
}


@pytest.fixture
def reader(operation: Case, tmp_path: Path, settings: LazySettings, ada: Account) -> Client:
    """Ada, an owner of the sample operation; Ben reviews it."""
    folder = tmp_path / "cases"
    shutil.copytree(operation.path.parent, folder)
    settings.SITE = Site(home=folder)
    registered(REFERENCE, ada=Role.OWNER)
    account("ben")
    registered_role("ben")
    return browser_of(ada)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("where", ["upstander.web.places.reviewing.passed_by", "upstander.actions.giving._ranked"])
def test_nothing_is_held_for_whoever_loses_their_role_as_they_ask(
    reader: Client, monkeypatch: pytest.MonkeyPatch, end: str, where: str
) -> None:
    """Between the page's own question and the giving, or between the giving's and the hold."""
    ben, case = Account.objects.get(username="ben"), Registered.objects.get()
    browser = browser_of(ben)
    # Beginning to read for a code is an action, which asks for itself.
    given(reader)
    real = getattr(giving, where.rpartition(".")[2])

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(where, real)
        ENDS[end](case, ben)
        return real(*args)

    monkeypatch.setattr(where, meanwhile)
    assert browser.get(f"{ROOT}/{CODE}/").status_code in (403, 404)
    assert not Hold.objects.filter(account=ben).exists()


def test_what_somebody_without_the_power_has_in_hand_goes_to_others(reader: Client) -> None:
    """However it came into their hands: who may code is asked, not whether their account is open."""
    ben = Account.objects.get(username="ben")
    first = Hold.objects.get(pk=given(browser_of(ben)))
    Standing.objects.create(
        case=Registered.objects.get(), kind=StandingKind.SUBJECT, name=ben.full_name, stated_at=THEN
    )
    assert Hold.objects.get(pk=given(reader)).message == first.message
    first.refresh_from_db()
    assert first.end == HoldEnd.LAPSED
