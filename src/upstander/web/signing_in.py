"""Signing in: passwords, how often they may be wrong, and when a session began."""

import json
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.internal.stagekit import clear_login
from allauth.core.ratelimit import consume
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from upstander.actions import SYSTEM, Actor, change_sign_in, lock_out, sign_in
from upstander.errors import Refused
from upstander.register.models import Account, Entry

__all__ = [
    "BACKEND",
    "LONGEST",
    "Adapter",
    "ChangingPassword",
    "Passwords",
    "SigningIn",
    "keep_open",
    "locked",
    "need_unchanged",
    "stands",
]

#: How long an account stays locked.
_LOCKED = timedelta(minutes=15)

#: Where a session keeps what a sign-in began with that is not at its end.
_BEGUN = "begun"

#: How long a session lasts however busy it is: a page that asks for itself again and again keeps none open for ever.
LONGEST = timedelta(hours=12)


class Passwords(AuthenticationBackend):
    """Accounts by user name and password; no permissions of Django's own."""

    def has_perm(self, *args: Any, **named: Any) -> bool:  # noqa: ARG002 - what others' code asks
        """Powers are asked for by actions."""
        return False


#: What Django calls it. Whoever signs somebody in takes it from here: what enters that in the ledger is here too.
BACKEND = f"{Passwords.__module__}.{Passwords.__qualname__}"


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by the administrator."""

    #: What the library says otherwise, with what to do.
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "The user name or the password is not right.",
        "incorrect_password": "The password is not right.",
        "incorrect_code": "The code is not right: give the one that the app shows now.",
        "enter_current_password": "Give the password that you have now.",
        "too_many_login_attempts": "Too many wrong passwords were given for this name. Try again in a quarter of an"
        " hour.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of whoever comes, past the proxies that are ours; the last proxy's, where they do not say."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            return str(request.META["REMOTE_ADDR"])

    def pre_login(self, request: HttpRequest, user: Any, **named: Any) -> Any:
        """Note with which password the sign-in begins: a second step may come, and take a while."""
        request.session[_BEGUN] = [user.get_session_auth_hash(), timezone.now().timestamp()]
        return super().pre_login(request, user, **named)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign them in, where nothing was changed since it began: raises `Refused` otherwise."""
        need_unchanged(request, user)
        request.session.pop(_BEGUN, None)
        super().login(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Where whoever chose a password goes on."""
        return reverse("cases")

    def set_password(self, user: Any, password: str) -> None:
        """Change it in the place of the one that they gave, and of no other: raises `Refused` where it is changed.

        The library would write the whole row back as it was when the page was asked for, and open an account again
        that was closed meanwhile.
        """
        before, after = user.password, make_password(password)
        with transaction.atomic():
            change_sign_in(Actor.of(user), timezone.now(), what="another password", password=True)
            if not Account.objects.filter(pk=user.pk, is_active=True, password=before).update(password=after):
                raise Refused("Your account was changed meanwhile: sign in again.")
        user.password = after

    def clean_password(self, password: str, user: Any = None) -> str:
        """Refuse the one that was given them, too."""
        if user is not None and user.password_ends is not None and user.check_password(password):
            raise ValidationError("That is the password that you were given. Choose one that nobody else knows.")
        return str(super().clean_password(password, user))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse whoever was wrong too often, whether there is such an account or not; the ledger has it once.

        Wrong passwords are counted for a name at an address: whoever guesses locks it for themselves. Only many
        addresses together lock it for all.
        """
        name = _name(credentials)
        try:
            if not consume(request, action="login_failed_anywhere", key=name, dry_run=True):
                raise self.validation_error("too_many_login_attempts")
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            locked(name, self.get_client_ip(request), "too many wrong passwords")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count it for the name, wherever it came from."""
        consume(request, action="login_failed_anywhere", key=_name(credentials))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{_name(credentials)} at {self.get_client_ip(request)}"


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or "").strip().lower()[:64]


def locked(name: str, client: str, why: str) -> None:
    """Enter in the ledger that somebody is locked out, once while it lasts."""
    now = timezone.now()
    lately = Entry.objects.filter(verb="lock_out", about=name, at__gte=now - _LOCKED).values_list("detail", flat=True)
    said = {"client": client, "why": why}
    if not any(said.items() <= json.loads(detail).items() for detail in lately):
        lock_out(SYSTEM, now, username=name, **said)


class SigningIn(LoginForm):
    """The form, in the words of the other pages; nobody has an e-mail address that a new password could be sent to."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["login"].label = "User name"
        self.fields["password"].help_text = ""


class ChangingPassword(ChangePasswordForm):
    """The form, in the words of the other pages: what a password has to be as a sentence, and not as markup."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["oldpassword"].label = "Password that you have now"
        new = self.fields["password1"]
        new.label = "New password"
        new.help_text = "At least 12 characters, none of the most common passwords, and not like your own names."
        self.fields["password2"].label = "New password, once more"


@receiver(user_logged_in)
def _began(request: HttpRequest, user: Account, **named: Any) -> None:  # noqa: ARG001
    now = timezone.now()
    request.session["began"] = now.timestamp()
    sign_in(Actor.of(user), now)


def need_unchanged(request: HttpRequest, account: Account) -> None:
    """A sign-in that is not at its end goes on with the account as it was begun; raises `Refused` otherwise.

    Another password, or anything else that ends sessions, ends it too: whoever knew the old password has half of it.
    """
    password, at = request.session.get(_BEGUN) or ("", 0.0)
    until = account.sessions_end_before
    same = constant_time_compare(password, account.get_session_auth_hash())
    if not same or not account.is_active or (until is not None and at < until.timestamp()):
        clear_login(request)
        request.session.pop(_BEGUN, None)
        raise Refused("Your account was changed meanwhile: sign in again.")


def keep_open(request: HttpRequest) -> None:
    """Let the session last from now on: written once a minute, so that it ends a minute early rather than late."""
    minute = int(timezone.now().timestamp() // 60)
    if request.session.get("asked") != minute:
        request.session["asked"] = minute


def stands(request: HttpRequest) -> bool:
    """Whether the session still holds: the account is open, and nothing was taken away since it began."""
    account: Any = request.user
    began = request.session.get("began", 0.0)
    if not account.is_active or timezone.now().timestamp() - began > LONGEST.total_seconds():
        return False
    until = account.sessions_end_before
    return until is None or began >= until.timestamp()
