"""The cases that somebody has access to, and opening one."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from upstander.actions import Power, open_case
from upstander.errors import CaseExists, UsageError
from upstander.register.models import Grant, Role
from upstander.web.at import actor, home, now

__all__ = ["listed", "new"]


class Opening(forms.Form):
    """A new case."""

    reference = forms.CharField(
        label="Reference", max_length=100, help_text="Letters, digits, dots, hyphens and underscores, such as HOTTON-2."
    )
    title = forms.CharField(label="Title", max_length=300)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The cases in which they have a role."""
    who = actor(request)
    grants = Grant.objects.filter(account=who.account, withdrawn_at=None).select_related("case")
    shown = [
        {"case": grant.case, "role": Role(grant.role).label} for grant in grants if Power.SEE in who.powers(grant.case)
    ]
    return render(request, "cases.html", {"cases": shown, "may_open": Power.OPEN in who.powers()})


def new(request: HttpRequest) -> HttpResponse:
    """Open a case."""
    who = actor(request)
    who.need(Power.OPEN)
    form = Opening(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = open_case(who, now(), home=home(), **form.cleaned_data)
        except CaseExists:
            # Whose case it is, and where it lies, is for those who have access to it.
            form.add_error("reference", "That reference cannot be given: choose another.")
        except UsageError as problem:
            form.add_error("reference", str(problem))
        else:
            return redirect("case", reference=case.reference)
    return render(request, "case_new.html", {"form": form})
