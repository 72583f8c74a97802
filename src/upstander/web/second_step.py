"""The forms of the second step: whoever is wrong too often after a right password is locked out, and it is entered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError

from upstander.register.models import Account
from upstander.web.signing_in import locked

__all__ = ["Code", "CodeAgain", "Key", "KeyAgain"]


@contextmanager
def _entered(account: Account) -> Iterator[None]:
    try:
        yield
    except ValidationError as problem:
        if problem.code == "too_many_login_attempts":
            client = get_adapter().get_client_ip(context.request)
            locked(account.username, client, "too many wrong codes after a right password")
        raise


class Code(AuthenticateForm):  # type: ignore[misc]
    """The code of an app, or a recovery code."""

    def clean_code(self) -> str:
        """The code, where it is right."""
        with _entered(self.user):
            return str(super().clean_code())


class CodeAgain(ReauthenticateForm):  # type: ignore[misc]
    """The same of somebody who is signed in."""

    def clean_code(self) -> str:
        """The code, where it is right."""
        with _entered(self.user):
            return str(super().clean_code())


class Key(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """What a key signed."""

    def clean_credential(self) -> Any:
        """The key, where it signed what it was asked to."""
        with _entered(self.user):
            return super().clean_credential()


class KeyAgain(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The same of somebody who is signed in."""

    def clean_credential(self) -> Any:
        """The key, where it signed what it was asked to."""
        with _entered(self.user):
            return super().clean_credential()
