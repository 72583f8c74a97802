"""Accounts, for whoever runs the site."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, change_number, close_account, make_account, remove_second_step, set_password
from upstander.errors import Refused
from upstander.register.models import Account
from upstander.web.at import actor, now
from upstander.web.drawing import plural

__all__ = ["close", "listed", "new", "number", "password", "second_step"]


_GIVEN = (
    "At least 12 characters. Tell them in person: it is for a week, and the first thing they do is to choose their own."
)

_LEFT = (
    "Nobody can give a role in {cases} any more: whoever has the machine gives them another owner"
    " (upstander case admit REF --owner USER)."
)


class Making(forms.Form):
    """A new account."""

    full_name = forms.CharField(
        label="Full name", max_length=200, help_text="What they decide stands under it. No two accounts have the same."
    )
    number = forms.CharField(label="Collar, warrant or staff number", max_length=40, required=False)
    username = forms.CharField(label="User name", max_length=64)
    password = forms.CharField(
        label="First password",
        strip=False,
        max_length=1024,
        help_text=_GIVEN,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    administrator = forms.BooleanField(
        label="They run the site", required=False, help_text="Such an account can never see a case."
    )


class Giving(forms.Form):
    """Another password."""

    password = forms.CharField(
        label="Another password",
        strip=False,
        max_length=1024,
        help_text=f"{_GIVEN} All sessions of theirs end.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class Numbering(forms.Form):
    """Another number."""

    number = forms.CharField(
        label="Collar, warrant or staff number",
        max_length=40,
        required=False,
        help_text=(
            "It tells people of one name apart, and shuts out of a case whoever is named in it, by whatever name: a"
            " role that they have there ends."
        ),
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every account."""
    actor(request).need(Power.RUN)
    stepped = set(Authenticator.objects.values_list("user_id", flat=True))
    return render(request, "accounts.html", {"accounts": Account.objects.all(), "stepped": stepped})


def new(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    who = actor(request)
    who.need(Power.RUN)
    form = Making(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = make_account(who, now(), **form.cleaned_data)
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{account} can sign in as {account.username}.")
            return redirect("accounts")
    return render(request, "form.html", {"form": form, "title": "Make an account", "submit": "Make it"})


@require_POST
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account."""
    who = actor(request)
    who.need(Power.RUN)
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Http404
    left = close_account(who, now(), account=account)
    messages.success(request, f"The account of {account} is closed.")
    # Which cases those are is for whoever has the machine.
    if left:
        messages.warning(request, _LEFT.format(cases=plural(len(left), "case")))
    return redirect("accounts")


@require_POST
def second_step(request: HttpRequest, username: str) -> HttpResponse:
    """Remove an account's second step: for somebody who lost their phone or key."""
    who = actor(request)
    who.need(Power.RUN)
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Http404
    remove_second_step(who, now(), account=account)
    messages.success(request, f"{account} signs in with the password alone; their sessions have ended.")
    return redirect("accounts")


def password(request: HttpRequest, username: str) -> HttpResponse:
    """Give an account another password: for somebody who lost theirs."""
    who = actor(request)
    who.need(Power.RUN)
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Http404
    if account.pk == request.user.pk:
        # One's own is changed with the one before it.
        return redirect("account_change_password")
    form = Giving(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_password(who, now(), account=account, password=form.cleaned_data["password"])
        except Refused as problem:
            form.add_error("password", str(problem))
        else:
            messages.success(request, f"{account} can sign in with the other password; their sessions have ended.")
            return redirect("accounts")
    return render(request, "form.html", {"form": form, "title": f"Another password for {account}", "submit": "Give it"})


def number(request: HttpRequest, username: str) -> HttpResponse:
    """Correct an account's number."""
    who = actor(request)
    who.need(Power.RUN)
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Http404
    title = f"The number of {account}"
    form = Numbering(request.POST or None, initial={"number": account.number})
    if request.method == "POST" and form.is_valid():
        try:
            change_number(who, now(), account=account, number=form.cleaned_data["number"])
        except Refused as problem:
            form.add_error("number", str(problem))
        else:
            messages.success(request, f"The number of {account} is {account.number or 'taken away'}.")
            return redirect("accounts")
    return render(request, "form.html", {"form": form, "title": title, "submit": "Change it"})
