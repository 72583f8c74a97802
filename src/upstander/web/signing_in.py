"""Signing in: passwords, how often they may be wrong, and when a session began."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import LoginForm
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from upstander.actions import SYSTEM, Actor, lock_out, sign_in
from upstander.register.models import Account, Entry

__all__ = ["BACKEND", "Adapter", "Passwords", "SigningIn"]

#: How long an account stays locked.
_LOCKED = timedelta(minutes=15)


class Passwords(AuthenticationBackend):
    """Accounts by user name and password; no permissions of Django's own."""

    def has_perm(self, *args: Any, **named: Any) -> bool:  # noqa: ARG002 - what others' code asks
        """Powers are asked for by actions."""
        return False


#: What Django calls it. Whoever signs somebody in takes it from here: what enters that in the ledger is here too.
BACKEND = f"{Passwords.__module__}.{Passwords.__qualname__}"


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by the administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse whoever was wrong too often, whether there is such an account or not; the ledger has it once."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = str(credentials.get("username") or "").strip().lower()[:64]
            since = timezone.now() - _LOCKED
            if not Entry.objects.filter(verb="lock_out", about=name, at__gte=since).exists():
                lock_out(SYSTEM, timezone.now(), username=name)
            raise


class SigningIn(LoginForm):
    """The form, in the words of the other pages; nobody has an e-mail address that a new password could be sent to."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["login"].label = "User name"
        self.fields["password"].help_text = ""


@receiver(user_logged_in)
def _began(request: HttpRequest, user: Account, **named: Any) -> None:  # noqa: ARG001
    now = timezone.now()
    request.session["began"] = now.timestamp()
    sign_in(Actor.of(user), now)
