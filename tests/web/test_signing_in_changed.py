"""A change of how somebody signs in is there with its entry in the ledger, or neither is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import OperationalError
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web.conftest import Signed

from upstander.actions.action import action
from upstander.register.models import Account, Entry
from upstander.web.steps import CHANGING

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "three green lamps burn", "four blue doors open"
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - of invented people
TOTP, KEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES

Committing = Callable[..., AbstractContextManager[object]]

#: What each address is sent, with what the account has before, and the entries that it makes.
CHANGES = {
    "mfa_activate_totp": (set(), {TOTP, CODES}, ["Recovery codes added", "TOTP Authenticator added"]),
    "mfa_deactivate_totp": ({TOTP, CODES}, set(), ["Recovery codes removed", "TOTP Authenticator removed"]),
    "mfa_add_webauthn": (set(), {KEY, CODES}, ["Recovery codes added", "WebAuthn added"]),
    "mfa_remove_webauthn": ({KEY, TOTP}, {TOTP}, ["WebAuthn removed"]),
    "mfa_generate_recovery_codes": ({TOTP, CODES}, {TOTP, CODES}, ["Recovery codes made anew"]),
}


def _code() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))


def _send(browser: Client, name: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Do what somebody does on that page; a key is taken for what it says it is."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.get_totp_secret", lambda regenerate=False: SECRET)
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.parse_registration_response", lambda told: told)
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.complete_registration", lambda told: told)
    key = Authenticator.objects.filter(type=KEY).values_list("pk", flat=True).first()
    where, form = {
        "mfa_activate_totp": ("totp/activate/", {"code": _code()}),
        "mfa_deactivate_totp": ("totp/deactivate/", {}),
        "mfa_add_webauthn": ("webauthn/add/", {"name": "on my ring", "credential": '{"id": "x"}'}),
        "mfa_remove_webauthn": (f"webauthn/keys/{key}/remove/", {}),
        "mfa_generate_recovery_codes": ("recovery-codes/generate/", {}),
    }[name]
    return browser.post(f"/account/2fa/{where}", form).status_code


def _signed_in_with(held: set[str]) -> Client:
    """Signed in, the password given again a moment ago; and what they have then."""
    browser = Client(raise_request_exception=False)
    assert browser.post("/account/login/", {"login": "ada", "password": PASSWORD}).status_code == 302
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    ada = Account.objects.get(username="ada")
    for kind in sorted(held - {CODES}):
        Authenticator.objects.create(user=ada, type=kind, data={"secret": SECRET, "name": "a key"})
    if CODES in held:
        RecoveryCodes.activate(ada)
    return browser


def _had() -> list[tuple[int, str, str]]:
    return [(one.pk, one.type, str(one.data)) for one in Authenticator.objects.order_by("pk")]


def _entered() -> list[str]:
    return sorted(Entry.objects.filter(verb="change_sign_in").values_list("about", flat=True))


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_every_change_of_a_second_step_has_its_entry_once(
    ada: Account, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Committing, name: str
) -> None:
    """Recovery codes that are made anew, too; what the library tells after the commit adds none."""
    before, after, entries = CHANGES[name]
    browser = _signed_in_with(before)
    had = _had()
    with django_capture_on_commit_callbacks(execute=True):
        assert _send(browser, name, monkeypatch) == 302
    assert {kind for _, kind, _ in _had()} == after
    assert _had() != had
    assert _entered() == entries


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_change_whose_entry_cannot_be_written_is_none(
    ada: Account, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Committing, name: str
) -> None:
    """The page says that an action happens whole or not at all, and that holds."""
    browser = _signed_in_with(CHANGES[name][0])
    had = _had()

    def away(*args: object, **named: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(sys.modules[action.__module__], "_enter", away)
    with django_capture_on_commit_callbacks(execute=True):
        assert _send(browser, name, monkeypatch) == 503
    assert _had() == had
    assert _entered() == []


def test_a_change_that_waited_for_the_password_has_its_entry(ada: Account, signed_in: Signed) -> None:
    """The library keeps what was sent, and does it once the password was given again."""
    browser = signed_in(ada)
    Authenticator.objects.create(user=ada, type=TOTP, data={"secret": SECRET})
    where = "/account/2fa/recovery-codes/generate/"
    assert browser.post(where).headers["Location"].startswith("/account/reauthenticate/")
    assert browser.post(f"/account/reauthenticate/?next={where}", {"password": PASSWORD}).status_code == 302
    assert {kind for _, kind, _ in _had()} == {TOTP, CODES}
    assert _entered() == ["Recovery codes added"]


def test_a_password_whose_entry_cannot_be_written_stays(ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """One's own."""
    browser = _signed_in_with(set())

    def away(*args: object, **named: object) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(sys.modules[action.__module__], "_enter", away)
    form = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert browser.post("/account/password/change/", form).status_code == 503
    assert Account.objects.get(pk=ada.pk).check_password(PASSWORD)
    assert browser.get("/cases/").status_code == 200


def test_a_form_that_changes_nothing_has_no_entry(ada: Account) -> None:
    """A wrong code; and it is counted."""
    browser = _signed_in_with(set())
    for _ in range(9):
        answer = browser.post("/account/2fa/totp/activate/", {"code": "000000"})
        assert answer.status_code == 200
    assert "too many requests" in answer.content.decode()
    assert (_had(), _entered()) == ([], [])


def test_no_other_address_of_the_library_changes_a_second_step() -> None:
    """A newer one may have more of them: each is looked at before it is here."""

    def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for known in patterns:
            if isinstance(known, URLResolver):
                yield from names(known.url_patterns)
            elif known.name and known.name.startswith("mfa_"):
                yield known.name

    look = {"index", "list_webauthn", "view_recovery_codes", "download_recovery_codes"}
    prove = {"authenticate", "reauthenticate", "reauthenticate_webauthn", "login_webauthn"}
    assert set(names(get_resolver().url_patterns)) - CHANGING == {f"mfa_{name}" for name in look | prove} | {
        # It names a key otherwise.
        "mfa_edit_webauthn"
    }
    assert set(CHANGES) == CHANGING
