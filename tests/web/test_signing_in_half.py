"""A sign-in that waits for its second step ends with what it was begun with."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.utils import timezone
from tests.register.people import account

from upstander.actions import SYSTEM, remove_second_step, set_password
from upstander.register.models import Account

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "three green lamps burn", "four blue doors open"
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - of invented people


def _code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))


@pytest.fixture
def half_in(ada: Account) -> Client:
    """A browser that has given the password, and is asked for a code."""
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    browser = Client()
    answer = browser.post("/account/login/", {"login": "ada", "password": PASSWORD})
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    return browser


def _by_the_owner(ada: Account) -> None:
    browser = Client()
    browser.force_login(ada, backend="upstander.web.signing_in.Passwords")
    form = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert browser.post("/account/password/change/", form).status_code == 302


def _by_the_administrator(ada: Account) -> None:
    set_password(SYSTEM, timezone.now(), account=Account.objects.get(pk=ada.pk), password=OTHER)


def _closed(ada: Account) -> None:
    root = Client()
    root.force_login(account("root", administrator=True), backend="upstander.web.signing_in.Passwords")
    assert root.post("/accounts/ada/close/").status_code == 302


@pytest.mark.parametrize("change", [_by_the_owner, _by_the_administrator, _closed])
def test_half_a_sign_in_does_not_outlive_the_password(
    ada: Account, half_in: Client, change: Callable[[Account], None]
) -> None:
    """Whoever has the old password and a code is asked for the password again: the right code is not even looked at."""
    assert half_in.get("/account/2fa/authenticate/").status_code == 200
    change(ada)
    answer = half_in.post("/account/2fa/authenticate/", {"code": _code()})
    assert answer.status_code == 409
    assert "sign in again" in answer.content.decode()
    assert half_in.get("/cases/").status_code == 302
    assert half_in.get("/account/2fa/authenticate/").headers["Location"] == "/account/login/"
    if change is not _closed:
        again = half_in.post("/account/login/", {"login": "ada", "password": OTHER})
        assert again.headers["Location"] == "/account/2fa/authenticate/"
        assert half_in.post("/account/2fa/authenticate/", {"code": _code()}).headers["Location"] == "/cases/"


def test_half_a_sign_in_goes_on_where_nothing_was_changed(ada: Account, half_in: Client) -> None:
    """A wrong code between does not end it."""
    assert half_in.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert half_in.post("/account/2fa/authenticate/", {"code": _code()}).headers["Location"] == "/cases/"
    assert "begun" not in half_in.session


def test_a_second_step_that_was_taken_away_meanwhile_ends_it_too(ada: Account, half_in: Client) -> None:
    """As it ends sessions."""
    remove_second_step(SYSTEM, timezone.now(), account=Account.objects.get(pk=ada.pk))
    assert half_in.post("/account/2fa/authenticate/", {"code": _code()}).status_code == 409
    assert half_in.get("/cases/").status_code == 302
