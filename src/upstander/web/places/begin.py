"""The first page: makes the first account."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from upstander.actions import SYSTEM, admit_case, begin_site
from upstander.actions.admit_case import without_owner
from upstander.errors import Refused
from upstander.register.models import Account
from upstander.web.at import home, now
from upstander.web.choosing import Told
from upstander.web.drawing import plural
from upstander.web.signing_in import BACKEND

__all__ = ["begin"]


class First(forms.Form):
    """Who is first."""

    full_name = forms.CharField(label="Your name", max_length=200, help_text="As it will stand in the ledger.")
    number = forms.CharField(
        label="Collar, warrant or staff number",
        max_length=40,
        required=False,
        help_text="Tells you from others of your name.",
    )
    username = forms.CharField(
        label="User name",
        max_length=64,
        help_text="Small letters and digits.",
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1024,
        help_text="At least 12 characters; three words will do.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    runs = Told(
        label="What will you do here?",
        hints={
            "works": (
                "You open cases and read them. Nobody then runs the site from the desk: other accounts, and a password"
                " that is lost, are made on the command line of this machine (upstander account)."
            ),
            "runs": (
                "You make accounts, and give another password where one is lost; this account can never be given"
                " access to a case. Choose it for a team; for your own cases make yourself a second account."
            ),
        },
        choices=[
            ("works", "I work on cases"),
            ("runs", "I run this site for others, and will see no case"),
        ],
    )
    take = forms.BooleanField(
        label="Make me the owner of the cases that are here already", required=False, initial=True
    )

    def __init__(self, *args: Any, waiting: int, **named: Any) -> None:
        super().__init__(*args, **named)
        if waiting:
            self.fields["take"].help_text = f"{plural(waiting, 'case')} made on the command line of this machine."
        else:
            del self.fields["take"]


def begin(request: HttpRequest) -> HttpResponse:
    """Make the first account, and sign it in."""
    if Account.objects.exists():
        raise Http404
    waiting = without_owner()
    form = First(request.POST or None, waiting=len(waiting))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            account = begin_site(
                now(),
                username=said["username"],
                full_name=said["full_name"],
                number=said["number"],
                password=said["password"],
                administrator=said["runs"] == "runs",
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            if said.get("take") and not account.administrator:
                for reference in waiting:
                    admit_case(SYSTEM, now(), folder=home().open(reference), owner=account)
            login(request, account, backend=BACKEND)
            return redirect("cases")
    return render(request, "begin.html", {"form": form})
