"""A password that somebody else chose: for a week, and for nothing but the choice of one's own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.register.people import account

from upstander.actions import SYSTEM, Actor, make_account, set_password
from upstander.register.models import Account, Entry

pytestmark = pytest.mark.django_db

GIVEN = "three green lamps burn"
OWN = "four blue doors open wide"


def _browser(password: str) -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": "ines", "password": password})
    return browser


def _given() -> Account:
    made: Account = make_account(
        Actor.of(account("root", administrator=True)),
        timezone.now(),
        username="ines",
        full_name="Ines Example",
        password=GIVEN,
    )
    return made


def _chosen(browser: Client, password: str) -> int:
    fields = {"oldpassword": GIVEN, "password1": password, "password2": password}
    return browser.post("/account/password/change/", fields).status_code


@pytest.mark.parametrize("path", ["/", "/cases/", "/ledger/", "/accounts/", "/settings/", "/own/", "/account/2fa/"])
def test_a_password_that_somebody_else_chose_opens_nothing_but_the_choice_of_another(path: str) -> None:
    """Every page leads to it; the one that was given is not taken, and one of their own is."""
    _given()
    browser = _browser(GIVEN)
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/password/change/")
    page = browser.get("/account/password/change/").content.decode()
    assert "could read in your name" in page
    assert "At least 12 characters" in page
    assert "&lt;" not in page
    assert _chosen(browser, GIVEN) == 200
    assert browser.get("/cases/").status_code == 302
    assert _chosen(browser, OWN) == 302
    assert browser.get("/cases/").status_code == 200
    assert "could read in your name" not in browser.get("/account/password/change/").content.decode()
    assert Account.objects.get(username="ines").password_ends is None
    assert [entry.verb for entry in Entry.objects.order_by("sequence")][-1] == "change_sign_in"
    assert _browser(OWN).get("/cases/").status_code == 200


def test_a_password_that_was_given_ends() -> None:
    """After a week it opens nothing, and says whom to ask; another can be given."""
    ines = _given()
    assert ines.password_ends is not None
    assert timedelta(days=6, hours=23) < ines.password_ends - timezone.now() <= timedelta(days=7)
    Account.objects.filter(pk=ines.pk).update(password_ends=timezone.now() - timedelta(minutes=1))
    browser = _browser(GIVEN)
    answer = browser.get("/cases/")
    assert answer.status_code == 403
    assert "Ask whoever runs this site" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    set_password(Actor.typing("Root"), timezone.now(), account=ines, password=OWN)
    assert _browser(OWN).get("/cases/").headers["Location"] == "/account/password/change/"


def test_whose_password_is_their_own() -> None:
    """The demo's, which is told to whoever opened it; one's own that one sets oneself."""
    made = make_account(SYSTEM, timezone.now(), username="demo", full_name="Demo Example", password=GIVEN)
    assert made.password_ends is None
    root = account("root", administrator=True)
    set_password(Actor.of(root), timezone.now(), account=root, password=OWN)
    assert root.password_ends is None


def test_the_list_says_who_has_yet_to_choose() -> None:
    """So that whoever runs the site knows which passwords they still know."""
    _given()
    root = Client()
    root.force_login(Account.objects.get(username="root"))
    assert "has yet to choose a password" in root.get("/accounts/").content.decode()
