"""What reviewers decided differently, and settling it."""

from collections.abc import Collection

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, settle_disagreement
from upstander.actions.settle_disagreement import stood
from upstander.errors import BadCode, Refused, SaidAlready, UsageError
from upstander.stages.given import disagreements, read_twice
from upstander.stages.reading import found
from upstander.stages.resident import resident
from upstander.stages.sighted import named_by
from upstander.web.at import at, now
from upstander.web.places.reviewing import code_of
from upstander.web.reason import kept_veiled, read, reason, shows_text, unasked
from upstander.web.sparing import texts
from upstander.web.told import shown
from upstander.web.without_options import for_the_desk

__all__ = ["listed", "one", "settle"]

_PAGE, _CONTEXT = 50, 5


class Settling(forms.Form):
    """A word on a disagreement."""

    applies = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    seen = forms.CharField(max_length=40)
    #: The form stands beside the words of the message, and nowhere else.
    words = forms.ChoiceField(choices=[("shown", "")])
    note = forms.CharField(max_length=2_000, required=False)


@require_safe
def listed(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The disagreements of a code: those that are open first."""
    here = at(request, reference, Power.SETTLE)
    which = code_of(here, code)
    there = resident(here.folder, which.id)
    page = {"at": here, "code": which, "mode": "disagreements"}
    if there is None:
        return render(request, "review_opening.html", page)
    settled, twice = request.GET.get("settled") == "yes", request.GET.get("show") == "twice"
    with there.lock:
        open_, done, both = disagreements(there), disagreements(there, settled=True), read_twice(there)
    rows = Paginator(both if twice else done if settled else open_, _PAGE).get_page(request.GET.get("page"))
    page |= {"page": rows, "settled": settled, "open": len(open_), "done": len(done)}
    page |= {"twice": twice, "both": len(both)}
    return render(request, "review_disagreements.html", page)


@require_safe
def one(request: HttpRequest, reference: str, code: str, message: str) -> HttpResponse:
    """One message that was decided differently, in its place, with who said what."""
    here = at(request, reference, Power.SETTLE)
    which = code_of(here, code)
    place, there = found(here.folder, message), resident(here.folder, which.id)
    if place is None:
        raise Http404
    if reason(request, here) is None:
        return unasked(request, here)
    page: dict[str, object] = {"at": here, "code": which, "mode": "disagreements"}
    if there is None:
        return render(request, "review_opening.html", page)
    told, of, at_place = place
    first = max(0, at_place - _CONTEXT)
    lines = told.lines(of, first, at_place + _CONTEXT + 1)
    line = lines[at_place - first]
    with there.lock:
        readings = [reading for reading in there.about(line.message) if reading.disputed]
    if not readings:
        raise Http404
    asked = request.GET.get("reveal") == "yes"
    veiled = kept_veiled(here, lines, reading=which.id)
    text = asked or (shows_text(request, here) and line.message not in veiled)
    if text:
        veiled -= {line.message}
        seen = sum(texts(each) for each in lines if each.message not in veiled)
        what = {"code": which.id, "conversation": of.conversation, "from": lines[0].ordinal, "to": lines[-1].ordinal}
        read(request, here, f"message {line.message}", shown=seen, **what)
    page |= {
        "reading": readings[-1],
        "line": line,
        "of": of,
        "rows": shown(of, lines, first, veiled=veiled),
        "text": text,
    }
    page |= {"seen": stood(here.folder, named_by(of, line), which.id)}
    return render(request, "review_disagreement.html", page)


@require_POST
def settle(request: HttpRequest, reference: str, code: str, message: str) -> HttpResponse:
    """Settle it."""
    here = at(request, reference, Power.SETTLE)
    which = code_of(here, code)
    place, form = found(here.folder, message), Settling(request.POST)
    if place is None or not form.is_valid():
        raise Refused("Nothing was written: the form was not understood. Look at the message again.")
    told, of, at_place = place
    named = named_by(of, told.lines(of, at_place, at_place + 1)[0])
    said = form.cleaned_data
    try:
        made = settle_disagreement(
            here.actor, now(), case=here.case, folder=here.folder, of=named, code=which.id,
            applies=said["applies"] == "yes", seen=said["seen"], note=said["note"] or None,
        )  # fmt: skip
    except SaidAlready as problem:
        messages.info(request, str(problem))
    except (BadCode, Refused, UsageError) as problem:
        messages.error(request, f"Nothing was written. {for_the_desk(str(problem))}")
    else:
        waits = _waits(made.waits_for)
        messages.success(request, f"Written down; what each reader said stays as it is.{waits}")
    return redirect(reverse("review_disagreements", kwargs={"reference": reference, "code": which.id}))


def _waits(names: Collection[str]) -> str:
    """What is still to come, where whoever settled is one of the readers."""
    if not names:
        return ""
    others = " and ".join(names)
    return (
        f" It is settled once {others} {'says' if len(names) == 1 else 'say'} the same, or by the word of somebody who"
        " may settle and has not read it."
    )
