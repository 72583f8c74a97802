"""Who has access to a case, and who never may."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, give_role, state_standing, withdraw_role, withdraw_standing
from upstander.errors import Refused
from upstander.register.kinship import BARRED, alike, barred, is_alike
from upstander.register.models import Account, Grant, Role, Standing, StandingKind
from upstander.web.at import At, at, now
from upstander.web.choosing import Told

__all__ = ["access", "give", "stand", "unstand", "withdraw"]


#: What whoever has the role may do, beside `upstander.actions.powers`.
_MAY: Mapping[str, str] = MappingProxyType(
    {
        Role.OWNER: "Everything that an investigator does, and gives and withdraws roles.",
        Role.INVESTIGATOR: "Hands in exhibits, reads, codes, settles, says who is who, and reads the ledger.",
        Role.REVIEWER: "Reads and codes, and is not told what others coded.",
        Role.DECISION_MAKER: "Reads, settles what reviewers disagree on, says what responses did; reads the ledger.",
        Role.AUDITOR: "Sees how much there is, and the ledger with its names and searches; reads no message.",
    }
)


_ALIKE = (
    "{account} may be {name}, who is named as a subject or supervisor: the names are alike, and only {what} them apart."
    " If {wrong}, withdraw the role now."
)
_RUNS = (
    "{account} runs this site. Its ledger shows them nothing of this case from now on, but whoever has the machine has"
    " its files: have somebody else run it."
)


class Giving(forms.Form):
    """A role for somebody."""

    username = forms.CharField(
        label="User name", max_length=64, help_text="As they sign in with it. Whoever runs the site makes accounts."
    )
    role = Told(label="Role", choices=Role.choices, hints=_MAY)


class Naming(forms.Form):
    """What somebody is to the case."""

    kind = forms.ChoiceField(
        label="They are",
        choices=StandingKind.choices,
        widget=forms.RadioSelect,
        help_text=(
            "Subjects and their supervisors can never be given access to this case; access that one of them has ends"
            " when they are named."
        ),
    )
    name = forms.CharField(label="Full name", max_length=200)
    number = forms.CharField(
        label="Collar, warrant or staff number",
        max_length=40,
        required=False,
        help_text="Tells them from others of a name like theirs. Without it, whoever may be them is shut out.",
    )
    username = forms.CharField(
        label="User name of their account",
        max_length=64,
        required=False,
        help_text=(
            "Where they have one here, and you know it for certain: others of a name like theirs are then not shut out,"
            " nor is one of the same name who has a number."
        ),
    )


class Withdrawing(forms.Form):
    """That something was stated wrongly."""

    reason = forms.CharField(
        label="Why is it wrong?",
        max_length=500,
        help_text="It stands in the ledger. Roles that they lost by it are not given back: an owner gives them anew.",
        widget=forms.Textarea({"rows": 3}),
    )


@require_safe
def access(request: HttpRequest, reference: str) -> HttpResponse:
    """Roles and standings."""
    return _page(request, at(request, reference), {})


def give(request: HttpRequest, reference: str) -> HttpResponse:
    """Give a role."""
    here = at(request, reference, Power.GRANT)
    form = Giving(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = _account(form.cleaned_data["username"])
            give_role(here.actor, now(), case=here.case, account=account, role=Role(form.cleaned_data["role"]))
        except Refused as problem:
            form.add_error("username", str(problem))
        else:
            messages.success(request, f"{account} now has the role {Role(form.cleaned_data['role']).label.lower()}.")
            for standing in alike(here.case, account):
                messages.warning(request, _pointed_out(standing, account))
            return redirect("access", reference=reference)
    return render(
        request, "form.html", {"at": here, "form": form, "title": "Give somebody a role", "submit": "Give it"}
    )


@require_POST
def withdraw(request: HttpRequest, reference: str, username: str) -> HttpResponse:
    """Withdraw a role."""
    here = at(request, reference, Power.GRANT)
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Http404
    withdraw_role(here.actor, now(), case=here.case, account=account)
    messages.success(request, f"{account} has no access to this case any more.")
    return redirect("access", reference=reference)


def stand(request: HttpRequest, reference: str) -> HttpResponse:
    """Name a subject, supervisor, complainant or witness."""
    here = at(request, reference, Power.NAME)
    form = Naming(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            account = _account(said["username"]) if said["username"].strip() else None
            stated = state_standing(
                here.actor,
                now(),
                case=here.case,
                kind=StandingKind(said["kind"]),
                name=said["name"],
                number=said["number"],
                account=account,
            )
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{said['name']} is named as {StandingKind(said['kind']).label.lower()}.")
            for known in _like(stated):
                messages.warning(request, _pointed_out(stated, known))
            for known in Account.objects.filter(administrator=True, is_active=True):
                if barred(here.case, known) is not None:
                    messages.warning(request, _RUNS.format(account=known))
            return redirect("access", reference=reference)
    title = "Name somebody in this case"
    return render(request, "form.html", {"at": here, "form": form, "title": title, "submit": "Name them"})


def unstand(request: HttpRequest, reference: str, standing: int) -> HttpResponse:
    """Withdraw that somebody is named."""
    here = at(request, reference, Power.NAME)
    stated = Standing.objects.filter(case=here.case, pk=standing).select_related("account").first()
    if stated is None:
        raise Http404
    form = Withdrawing(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_standing(here.actor, now(), case=here.case, standing=stated, reason=form.cleaned_data["reason"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{stated.name} is not named any more as {_kind(stated).lower()}.")
            return redirect("access", reference=reference)
    title = f"Withdraw that {stated.name} is named as {_kind(stated).lower()}"
    return render(request, "form.html", {"at": here, "form": form, "title": title, "submit": "Withdraw it"})


def _kind(standing: Standing) -> str:
    return StandingKind(standing.kind).label


def _like(stated: Standing) -> list[Account]:
    """Whoever has a role in the case, and a name like that of one who is shut out of it by what was just stated."""
    if stated.kind not in BARRED:
        return []
    holders = Account.objects.filter(grants__case=stated.case, grants__withdrawn_at=None).distinct()
    return [account for account in holders if is_alike(stated, account)]


def _pointed_out(standing: Standing, account: Account) -> str:
    what, wrong = "the numbers tell", "a number was mistyped"
    if standing.account is not None:
        what, wrong = "the account that was said to be theirs tells", "they are one person"
    return _ALIKE.format(account=account, name=standing.name, what=what, wrong=wrong)


def _account(username: str) -> Account:
    """The account of that user name. Raises `Refused`."""
    account = Account.objects.filter(username=username.strip().lower()).first()
    if account is None:
        raise Refused("There is no account of that user name; the administrator makes them.")
    return account


def _page(request: HttpRequest, here: At, more: dict[str, Any]) -> HttpResponse:
    grants = [
        {"account": grant.account, "role": Role(grant.role).label, "grant": grant}
        for grant in Grant.objects.filter(case=here.case, withdrawn_at=None).select_related("account", "given_by")
    ]
    standings = [
        {"standing": standing, "kind": _kind(standing)}
        for standing in Standing.objects.filter(case=here.case, withdrawn_at=None).select_related(
            "account", "stated_by"
        )
    ]
    # An auditor sees who acted, not whom the case is about.
    shown = standings if Power.READ in here.powers else []
    return render(request, "access.html", {"at": here, "grants": grants, "standings": shown, **more})
