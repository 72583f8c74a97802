"""Signing in: passwords, how often they may be wrong, and when a session began."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

__all__ = ["Adapter", "Passwords"]


class Passwords(AuthenticationBackend):
    """Accounts by user name and password; no permissions of Django's own."""

    def has_perm(self, *args: Any, **named: Any) -> bool:  # noqa: ARG002 - what others' code asks
        """Powers are asked for by actions."""
        return False


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by the administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False


@receiver(user_logged_in)
def _began(request: HttpRequest, **named: Any) -> None:  # noqa: ARG001
    request.session["began"] = timezone.now().timestamp()
