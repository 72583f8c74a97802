"""What is one's own: password, second step, and how pages are shown."""

from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from upstander.actions import choose_care
from upstander.register.models import Care, Exposure
from upstander.web.at import actor, now

__all__ = ["own", "pause"]


class Choosing(forms.Form):
    """What spares a reader."""

    veiled = forms.BooleanField(
        label="Hide text from evidence until I ask for it",
        required=False,
        help_text="On each page one key shows it: t.",
    )
    grey = forms.BooleanField(label="Show pictures without colour", required=False)
    always_veiled = forms.CharField(
        label="Codes that stay hidden even then",
        required=False,
        max_length=2_000,
        help_text="Their ids with commas between, such as sexual-violence.",
    )
    pause_after = forms.IntegerField(
        label="Offer me a pause after so many messages a day",
        required=False,
        min_value=1,
        max_value=999_999,
        help_text="Empty for never. It stops nothing: it asks, once each time.",
    )
    keys = forms.BooleanField(label="Let single keys do things", required=False)
    theme = forms.ChoiceField(
        label="Colours",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "As my system has it"), ("light", "Light"), ("dark", "Dark")],
    )


def own(request: HttpRequest) -> HttpResponse:
    """One's own page."""
    who = actor(request)
    care = Care.objects.filter(account=who.account).first() or Care(account=who.account)
    form = Choosing(request.POST or None, initial=_initial(care))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        codes = [code.strip() for code in said["always_veiled"].split(",") if code.strip()]
        choose_care(who, now(), **{**said, "always_veiled": codes})
        messages.success(request, "Your choices hold from now on.")
        return redirect("own")
    today = Exposure.objects.filter(account=who.account, day=now().astimezone(UTC).date()).first()
    week = Exposure.objects.filter(account=who.account).order_by("-day")[:14]
    return render(request, "own.html", {"form": form, "today": today, "week": week})


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Somebody was offered a pause and goes on: it is not offered again before as many more."""
    who = actor(request)
    today = Exposure.objects.filter(account=who.account, day=now().astimezone(UTC).date()).first()
    if today is not None:
        today.paused_at = today.messages
        today.save()
    return redirect("cases")


def _initial(care: Care) -> dict[str, Any]:
    told = {name: getattr(care, name) for name in ("veiled", "grey", "pause_after", "keys", "theme")}
    return {**told, "always_veiled": ", ".join(care.always_veiled)}
