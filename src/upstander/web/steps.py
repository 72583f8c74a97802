"""The addresses of the second step: a change is there with its entry in the ledger, or neither is."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from allauth.account.internal.stagekit import unstash_login
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from upstander.actions import Actor, change_sign_in
from upstander.register.models import Account, Head
from upstander.web.signing_in import need_unchanged

__all__ = ["CHANGING", "guarded"]

View: TypeAlias = Callable[..., HttpResponseBase]
Held: TypeAlias = dict[int, tuple[str, str]]

#: What adds a second step, takes one away, or makes codes anew.
CHANGING = frozenset(
    {
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_generate_recovery_codes",
    }
)

#: Where a sign-in that a password began goes on.
_GOING_ON = "mfa_authenticate"


def guarded(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern | URLResolver]:
    """The library's addresses, with what this site asks of them."""
    for known in patterns:
        if isinstance(known, URLResolver):
            yield URLResolver(known.pattern, list(guarded(known.url_patterns)))
        elif known.name in CHANGING:
            yield URLPattern(known.pattern, _whole(known.callback), known.default_args, known.name)
        elif known.name == _GOING_ON:
            yield URLPattern(known.pattern, _unchanged(known.callback), known.default_args, known.name)
        else:
            yield known


def _whole(view: View) -> View:
    """One transaction for what the view changes and the entries that say so.

    The library tells of a change once it is committed, and of some only to whoever asks for the right signal. So what
    the account has is looked at before and after, inside.
    """

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        account = request.user
        if request.method != "POST" or not isinstance(account, Account):
            return view(request, *args, **named)
        with transaction.atomic():
            # Held first, as every action holds it: two that wait for each other would wait for ever.
            Head.objects.select_for_update().get(pk=1)
            before = _held(account)
            response = view(request, *args, **named)
            for what in _changes(before, _held(account)):
                change_sign_in(Actor.of(account), timezone.now(), what=what)
        return response

    return answered


def _held(account: Account) -> Held:
    """Every second step of an account: its kind, and what pages call that, by its number."""
    found = Authenticator.objects.filter(user_id=account.pk).order_by("pk")
    return {one.pk: (one.type, str(one.get_type_display())) for one in found}


def _changes(before: Held, after: Held) -> Iterator[str]:
    came = {kind for number, kind in after.items() if number not in before}
    went = {kind for number, kind in before.items() if number not in after}
    # Codes that are made anew are others in the place of those before.
    yield from (f"{called} made anew" for _, called in sorted(went & came))
    yield from (f"{called} removed" for _, called in sorted(went - came, reverse=True))
    yield from (f"{called} added" for _, called in sorted(came - went, reverse=True))


def _unchanged(view: View) -> View:
    """Nobody goes on with a sign-in whose password is not the account's any more."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        begun = None if request.user.is_authenticated else unstash_login(request, peek=True)
        if begun is not None and begun.user is not None:
            need_unchanged(request, begun.user)
        return view(request, *args, **named)

    return answered
