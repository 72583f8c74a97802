"""Sessions that end: by time, by word, and when what they stood on is gone."""

import datetime as dt
from collections.abc import Iterator
from importlib import import_module
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.register.people import account, case
from tests.web.conftest import Signed

from upstander.actions import SYSTEM, Actor, sentence, state_standing, withdraw_role
from upstander.register.models import Account, Entry, Role, StandingKind
from upstander.storage import Home

pytestmark = pytest.mark.django_db

PASSWORD = "three green lamps burn"  # noqa: S105 - of invented people
OTHER = "four blue doors open"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dt.timedelta]]:
    """How much later it is than it is: set its one entry."""
    # What is imported meanwhile would keep this clock.
    import_module("upstander.web.urls")
    later, now = [dt.timedelta()], timezone.now
    with patch("django.utils.timezone.now", lambda: now() + later[0]):
        yield later


def _in(browser: Client) -> bool:
    return browser.get("/cases/").status_code == 200


def _signed_in(username: str, password: str = PASSWORD) -> Client:
    browser = Client()
    assert browser.post("/account/login/", {"login": username, "password": password}).headers["Location"] == "/cases/"
    return browser


def test_signing_in_makes_a_new_session_and_signing_out_ends_it(ada: Account) -> None:
    """What was known before is no session afterwards; one that was copied is none after signing out."""
    browser = Client()
    browser.get("/account/login/")
    before = {cookie.value for cookie in browser.cookies.values()}
    browser.post("/account/login/", {"login": "ada", "password": PASSWORD})
    copied = browser.cookies["sessionid"].value
    assert copied not in before
    assert len(copied) >= 32
    thief = Client()
    thief.cookies["sessionid"] = copied
    assert _in(thief)
    assert browser.post("/account/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not _in(thief)
    assert not Session.objects.filter(session_key=copied).exists()


def test_a_session_without_a_page_ends_and_one_that_is_busy_ends_after_twelve_hours(
    ada: Account, at: list[dt.timedelta], settings: LazySettings
) -> None:
    """By the setting where nothing is asked for; and at the latest after a day's work, whatever asks."""
    idle, busy = _signed_in("ada"), _signed_in("ada")
    for minutes in range(60, 12 * 60, 60):
        at[0] = dt.timedelta(minutes=minutes)
        assert _in(busy)
    at[0] = dt.timedelta(hours=12, minutes=1)
    assert not _in(busy)
    at[0] = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)
    assert not _in(idle)


def test_a_session_is_written_once_a_minute_and_lasts_from_then_on(
    ada: Account, at: list[dt.timedelta], settings: LazySettings
) -> None:
    """Pages within a minute write nothing; a page after it lets the session last as long again."""
    browser = _signed_in("ada")
    session = Session.objects.get()
    at[0] = dt.timedelta(minutes=90)
    assert _in(browser)
    kept = Session.objects.get(pk=session.pk)
    assert kept.expire_date > session.expire_date + dt.timedelta(minutes=88)
    with CaptureQueriesContext(connection) as asked:
        assert _in(browser)
    assert not [query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "INSERT", "BEGIN"))]
    at[0] = dt.timedelta(minutes=90, seconds=settings.SESSION_COOKIE_AGE - 61)
    assert _in(browser)
    at[0] += dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert not _in(browser)


def test_another_password_ends_every_other_session(ada: Account, signed_in: Signed) -> None:
    """Changed by oneself, with the old one, the session that did it goes on; given by the administrator, none does."""
    mine, other = _signed_in("ada"), _signed_in("ada")
    form = {"oldpassword": "wrong wrong wrong", "password1": OTHER, "password2": OTHER}
    assert mine.post("/account/password/change/", form).status_code == 200
    assert _in(other)
    assert mine.post("/account/password/change/", {**form, "oldpassword": PASSWORD}).status_code == 302
    assert _in(mine)
    assert not _in(other)
    root = signed_in(account("root", administrator=True))
    said = {"password": "five red kites turn"}
    assert root.post("/accounts/ada/password/", {"password": "ada example ada"}).status_code == 200
    assert _in(mine)
    assert root.post("/accounts/ada/password/", said).headers["Location"] == "/accounts/"
    assert not _in(mine)
    again = _signed_in("ada", said["password"])
    assert again.get("/cases/").headers["Location"] == "/account/password/change/"
    told = [entry.verb for entry in Entry.objects.all() if entry.verb not in ("sign_in",)]
    assert told == ["change_sign_in", "set_password"]


def test_whoever_changes_how_they_sign_in_gives_their_password_again(ada: Account, signed_in: Signed) -> None:
    """A session that is some minutes old adds no second step and takes none away, unless it proves itself first."""
    browser = signed_in(ada)
    for page in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = browser.get(f"/account/2fa/{page}")
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith(("/account/reauthenticate/", "/account/2fa/")), page
    assert browser.get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")
    assert browser.post("/account/2fa/totp/activate/", {"code": "123456"}).status_code == 302
    assert browser.post("/account/reauthenticate/", {"password": "wrong wrong wrong"}).status_code == 200
    assert browser.post("/account/reauthenticate/?next=/own/", {"password": PASSWORD}).status_code == 302
    shown = browser.get("/account/2fa/totp/activate/")
    assert shown.status_code == 200


def test_a_second_step_is_asked_for_and_a_code_works_once(ada: Account) -> None:
    """The password alone is no way in; the code of a moment opens one session and no second."""
    secret = "JBSWY3DPEHPK3PXP"  # noqa: S105 - of invented people
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": secret})
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    found = []
    for _ in range(2):
        browser = Client()
        answer = browser.post("/account/login/", {"login": "ada", "password": PASSWORD})
        assert answer.headers["Location"] == "/account/2fa/authenticate/"
        assert not _in(browser)
        found.append((browser.post("/account/2fa/authenticate/", {"code": code}).status_code, _in(browser)))
    assert found == [(302, True), (200, False)]


def test_what_is_taken_away_is_gone_at_the_next_page(home: object, ada: Account, signed_in: Signed) -> None:
    """A role withdrawn, a name that is said to be a subject's, an account closed: no page, no form, no entry."""
    bo, cy = account("bo"), account("cy")
    Home(home).new("MS-1", title="x", now=bo.made_at)  # type: ignore[arg-type]
    where = case("MS-1", ada=Role.OWNER, bo=Role.INVESTIGATOR, cy=Role.INVESTIGATOR)
    browsers = {who: signed_in(who) for who in (bo, cy)}
    for browser in browsers.values():
        assert browser.get("/cases/MS-1/standings/new/").status_code == 200
    withdraw_role(Actor.of(ada), timezone.now(), case=where, account=bo)
    kind = StandingKind.SUPERVISOR
    state_standing(Actor.of(ada), timezone.now(), case=where, kind=kind, name=cy.full_name)
    before = Entry.objects.count()
    for browser in browsers.values():
        assert browser.get("/cases/MS-1/").status_code == 404
        form = {"kind": "witness", "name": "Wim Example"}
        assert browser.post("/cases/MS-1/standings/new/", form).status_code == 404
        assert b"MS-1" not in browser.get("/cases/").content
    assert Entry.objects.count() == before


def test_a_lock_ends_after_a_quarter_of_an_hour_and_locks_no_session_that_is_open(ada: Account) -> None:
    """Somebody who guesses at a name keeps out nobody who works."""
    working = _signed_in("ada")
    with patch("time.time") as clock:
        clock.return_value = began = timezone.now().timestamp()
        for _ in range(9):
            answer = Client().post("/account/login/", {"login": "ada", "password": "wrong wrong wrong"})
        assert "Too many wrong passwords" in answer.content.decode()
        assert _in(working)
        clock.return_value = began + 901
        answer = Client().post("/account/login/", {"login": "ada", "password": PASSWORD})
        assert answer.headers["Location"] == "/cases/"


def test_a_forged_session_or_none_is_nobody(ada: Account) -> None:
    """Any word in the cookie's place."""
    for value in ("", "0" * 32, "' OR 1=1 --", "x" * 5_000, "../../etc/passwd"):
        browser = Client()
        browser.cookies["sessionid"] = value
        assert not _in(browser)
    assert SYSTEM.account is None


def test_whoever_lost_their_phone_is_let_in_by_the_administrator(ada: Account, signed_in: Signed) -> None:
    """The button is there for an account that has a second step; its sessions end, and the ledger has it."""
    session = _signed_in("ada")
    root = signed_in(account("root", administrator=True))
    assert "Remove second step" not in root.get("/accounts/").content.decode()
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=ada, type=kind, data={"secret": "JBSWY3DPEHPK3PXP"})
    assert "Remove second step" in root.get("/accounts/").content.decode()
    assert root.post("/accounts/ada/second-step/").status_code == 302
    assert not Authenticator.objects.exists()
    assert not _in(session)
    assert _in(_signed_in("ada"))
    assert Entry.objects.filter(verb="remove_second_step", about="ada").count() == 1
    assert root.post("/accounts/ada/second-step/").status_code == 409


def test_too_many_wrong_codes_after_a_right_password_are_in_the_ledger(ada: Account) -> None:
    """Somebody has the password: that is entered, once, and even the right code is refused then."""
    secret = "JBSWY3DPEHPK3PXP"  # noqa: S105 - of invented people
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": secret})
    browser = Client()
    browser.post("/account/login/", {"login": "ada", "password": PASSWORD})
    for number in range(8):
        browser.post("/account/2fa/authenticate/", {"code": f"00000{number}x"})
    assert not Entry.objects.filter(verb="lock_out").exists()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    for _ in range(2):
        answer = browser.post("/account/2fa/authenticate/", {"code": code})
        assert "Too many wrong passwords" in answer.content.decode()
    assert not _in(browser)
    entry = Entry.objects.get(verb="lock_out")
    assert sentence(entry) == (
        "locked ada out for a quarter of an hour, at 127.0.0.1: too many wrong codes after a right password"
    )
