"""What is one's own: password, second step, and how pages are shown."""

from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import choose_care
from upstander.errors import NotAllowed
from upstander.model.signs import UNSAFE
from upstander.register.exposure import paused, seen
from upstander.register.models import Account, Care, Exposure
from upstander.review.codebook.shelf import codebook, shipped
from upstander.web.at import actor, now
from upstander.web.sparing import unscripted

__all__ = ["no_scripts", "opened", "own", "pause"]

#: A picture of one dot that nobody sees.
_DOT = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


class Choosing(forms.Form):
    """What spares a reader."""

    veiled = forms.BooleanField(
        label="Hide text from evidence until I ask for it",
        required=False,
        help_text="On each page one key shows it: t.",
    )
    grey = forms.BooleanField(label="Show pictures without colour", required=False)
    always_veiled = forms.MultipleChoiceField(
        label="Themes that stay hidden even then",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Messages that anybody coded so, or the first ranking flags so, are shown when you ask for each.",
    )
    others = forms.CharField(
        label="Codes of other codebooks that stay hidden",
        required=False,
        max_length=2_000,
        help_text="Their ids with commas between.",
    )
    pause_after = forms.IntegerField(
        label="Offer me a pause after so many messages a day",
        required=False,
        min_value=1,
        max_value=999_999,
        help_text="Empty for never. It is a question and no lock: you go on when you want to.",
    )
    keys = forms.BooleanField(label="Let single keys do things", required=False)
    theme = forms.ChoiceField(
        label="Colours",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "As my system has it"), ("light", "Light"), ("dark", "Dark")],
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        themes: Any = self.fields["always_veiled"]
        themes.choices = sorted(_themes().items(), key=lambda row: row[1])


def own(request: HttpRequest) -> HttpResponse:
    """One's own page."""
    who = actor(request)
    care = Care.objects.filter(account=who.account).first() or Care(account=who.account)
    form = Choosing(request.POST or None, initial=_initial(care))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        others = [code.strip() for code in said.pop("others").split(",") if code.strip()]
        choose_care(who, now(), **{**said, "always_veiled": [*said["always_veiled"], *others]})
        messages.success(request, "Your choices hold from now on.")
        return redirect("own")
    week = Exposure.objects.filter(account=who.account).order_by("-day")[:14]
    return render(request, "own.html", {"form": form, "week": week})


@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Somebody was offered a pause and goes on: it is not offered again before as many more."""
    paused(_account(request), now())
    where = request.POST.get("next", "")
    inside = where.startswith("/") and not UNSAFE.search(where)
    return redirect(where if inside and url_has_allowed_host_and_scheme(where, allowed_hosts=None) else "cases")


@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """Somebody opened the text of one message by itself: it counts towards their pause as any other."""
    seen(_account(request), 1, now())
    return HttpResponse(status=204)


@require_safe
def no_scripts(request: HttpRequest) -> HttpResponse:
    """A browser asks for this picture where it runs no scripts: texts that are opened are counted otherwise then."""
    _account(request)
    unscripted(request)
    return HttpResponse(_DOT, content_type="image/gif")


def _account(request: HttpRequest) -> Account:
    account = actor(request).account
    if account is None:
        raise NotAllowed("Sign in first.")
    return account


@cache
def _themes() -> dict[str, str]:
    """The codes that say what was done, of the codebooks that travel with the package."""
    books = [codebook(name) for name in shipped()]
    return {code.id: code.title for book in books for code in book.codes.values() if code.axis == "behaviour"}


def _initial(care: Care) -> dict[str, Any]:
    told = {name: getattr(care, name) for name in ("veiled", "grey", "pause_after", "keys", "theme", "always_veiled")}
    return {**told, "others": ", ".join(code for code in care.always_veiled if code not in _themes())}
