"""Accounts, for whoever runs the site."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, close_account, make_account
from upstander.errors import Refused
from upstander.register.models import Account
from upstander.web.at import actor, now

__all__ = ["close", "listed", "new"]


class Making(forms.Form):
    """A new account."""

    full_name = forms.CharField(label="Full name", max_length=200)
    number = forms.CharField(label="Collar, warrant or staff number", max_length=40, required=False)
    username = forms.CharField(label="User name", max_length=64)
    password = forms.CharField(
        label="First password",
        strip=False,
        max_length=1024,
        help_text="At least 12 characters. Tell them in person; they can change it.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    administrator = forms.BooleanField(
        label="They run the site", required=False, help_text="Such an account can never see a case."
    )


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every account."""
    actor(request).need(Power.RUN)
    return render(request, "accounts.html", {"accounts": Account.objects.all()})


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
    close_account(who, now(), account=account)
    messages.success(request, f"The account of {account} is closed.")
    return redirect("accounts")
