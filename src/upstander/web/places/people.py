"""Persons: who they are, what joins their handles, what they did; pairs to confirm, refuse, and take back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, decide_alias
from upstander.actions.decide_alias import tokens
from upstander.errors import Overtaken, Refused, UsageError
from upstander.evidence.reconciled import is_reconciled
from upstander.people.decided import Pair, pairs_standing
from upstander.people.decided import pairs as pairs_now
from upstander.people.listed import called, person_of, persons
from upstander.people.worded import BOUNDS, JOINS
from upstander.stages.codes import code_of
from upstander.stages.conduct import coded_of
from upstander.stages.handles import handles, known_as
from upstander.stages.persons import person as shown
from upstander.stages.transcripts import transcript
from upstander.web.at import At, at, now
from upstander.web.faults import overtaken
from upstander.web.places.stances import STANCES
from upstander.web.reason import read, reason, unasked

__all__ = ["decide", "listed", "one", "pairs"]

#: Persons, or pairs, a page.
_PAGE = 50
#: Conversations of a person that are listed before one asks for all.
_PLACES = 100

#: Standings of a pair, in the order of the page, and what each is called.
STANDINGS: Mapping[str, str] = MappingProxyType(
    {
        "proposed": "Waiting for you",
        "blocked": "Stopped by a refusal",
        "confirmed": "Confirmed",
        "refused": "Refused",
        "applied": "Joined by proof",
    }
)


class Deciding(forms.Form):
    """A word on a pair."""

    a = forms.CharField(max_length=2_000)
    b = forms.CharField(max_length=2_000)
    word = forms.ChoiceField(choices=[("confirmed", ""), ("refused", ""), ("undecided", "")])
    seen = forms.CharField(max_length=64, required=False)
    back = forms.ChoiceField(choices=[(standing, "") for standing in STANDINGS], required=False)


@require_safe
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """Every person of the case."""
    here = at(request, reference, Power.READ)
    asked = request.GET.get("name", "").strip()[:200]
    everybody = persons(here.folder)
    there = {name: request.GET.get(name, "")[:200] for name in ("conversation", "exhibit")}
    rows = [row for row in everybody if (not asked or asked.casefold() in _names(row)) and _is_in(row, there)]
    waiting = pairs_standing(here.folder, "proposed")
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    known = known_as(here.folder, [row["participants"] for row in page.object_list])
    bearers = Counter(row["label"] for row in everybody)
    told = [(row, names, bearers[row["label"]] > 1) for row, names in zip(page.object_list, known, strict=True)]
    context: dict[str, Any] = {"page": page, "rows": told, "asked": asked, "waiting": waiting, "joins": JOINS}
    if there["conversation"] and is_reconciled(here.folder):
        context["within"] = transcript(here.folder).conversation(there["conversation"])
    context |= {"there": there, "query": urlencode({"name": asked, **there})}
    return render(request, "people.html", {"at": here, **context})


@require_safe
def one(request: HttpRequest, reference: str, person: str) -> HttpResponse:
    """One person: handles, where they were, what their responses did, and what they did about what was coded."""
    here = at(request, reference, Power.READ)
    if reason(request, here) is None:
        return unasked(request, here)
    try:
        told = shown(here.folder, person)
    except UsageError as problem:
        whose = person_of(here.folder, person)
        if whose is None:
            raise Http404 from problem
        # The id of somebody who was found to be one with another: whoever kept the address comes to who they are.
        query = request.META.get("QUERY_STRING", "")
        where = reverse("person", kwargs={"reference": reference, "person": whose})
        return redirect(f"{where}?{query}" if query else where)
    read(request, here, f"person {told.label}", person=person)
    theirs = _of(pairs_now(here.folder), told.participants)
    found = Counter(pair.standing for pair in theirs)
    paired = [(standing, found[standing]) for standing in STANDINGS if found[standing]]
    everywhere = request.GET.get("places") == "all"
    # What others coded is not told to whoever may read the same messages a second time.
    coded = coded_of(here.folder, person) if Power.SETTLE in here.powers else None
    places = told.places if everywhere else told.places[:_PLACES]
    context: dict[str, Any] = {"person": told, "pairs": paired, "places": places, "coded": coded, "stances": STANCES}
    context["more"] = len(told.places) - len(places)
    context |= {"known": known_as(here.folder, [told.participants])[0], "joins": JOINS, "bounds": BOUNDS}
    context |= {"standings": STANDINGS, "since": sum(bool(pair.since) for pair in theirs)}
    context["titles"] = {row.code: code_of(here.folder, row.code) for row in coded or []}
    return render(request, "person.html", {"at": here, **context})


@require_safe
def pairs(request: HttpRequest, reference: str) -> HttpResponse:
    """Pairs that may be one person, with the reasons."""
    here = at(request, reference, Power.READ)
    standing = request.GET.get("standing", "proposed")
    if standing not in STANDINGS:
        standing = "proposed"
    everything = pairs_now(here.folder)
    whose = request.GET.get("person", "")[:2_000]
    if whose:
        whose = person_of(here.folder, whose) or whose
        entry = next((row for row in persons(here.folder) if row["person"] == whose), None)
        everything = _of(everything, entry["participants"] if entry is not None else ())
    rows = [pair for pair in everything if pair.standing == standing]
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    known = handles(here.folder, {pair.row[side] for pair in page.object_list for side in ("a", "b")})
    context: dict[str, Any] = {"at": here, "page": page, "standing": standing, "standings": STANDINGS}
    context["known"] = known
    context["waiting"] = Counter(pair.standing for pair in everything)
    context |= {"person": whose, "called": called(here.folder, whose) if whose else None}
    context["seen"] = tokens(here.folder)
    return render(request, "pairs.html", context)


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm, refuse or take back."""
    here = at(request, reference, Power.IDENTIFY)
    form = Deciding(request.POST)
    if not form.is_valid():
        raise Refused("That pair was not understood; go back and choose it again.")
    said = form.cleaned_data
    confirmed = {"confirmed": True, "refused": False, "undecided": None}[said["word"]]
    if _there(here, said["a"], said["b"]) is None:
        raise Refused("That pair is not one of this case; go back and choose it again.")
    pair = {"a": said["a"], "b": said["b"], "seen": said["seen"]}
    try:
        decide_alias(here.actor, now(), case=here.case, folder=here.folder, confirmed=confirmed, **pair)
    except Overtaken as problem:
        return overtaken(request, problem, _where(here, said["a"], said["b"]), "Look at the pair again")
    told = {"confirmed": "They are one person", "refused": "They are two people", "undecided": "Taken back"}
    messages.success(
        request,
        f"{told[said['word']]}. It counts once the tables of people are made again; until then it can be changed.",
    )
    where = reverse("pairs", kwargs={"reference": reference})
    return redirect(f"{where}?standing={said['back'] or 'proposed'}")


def _there(here: At, a: str, b: str) -> Pair | None:
    """The pair of those handles as it stands by now; None where it is none of the case."""
    both = sorted((a, b))
    return next((pair for pair in pairs_now(here.folder) if [pair.row["a"], pair.row["b"]] == both), None)


def _where(here: At, a: str, b: str) -> str:
    """Where the pair is shown as it stands by now: among those of one of its handles."""
    pair = _there(here, a, b)
    asked = {"standing": "proposed" if pair is None else pair.standing, "person": a}
    return f"{reverse('pairs', kwargs={'reference': here.case.reference})}?{urlencode(asked)}"


def _of(everything: list[Pair], participants: Iterable[dict[str, Any]]) -> list[Pair]:
    """The pairs that have one of the participants in them."""
    handles = {f"{entry['capture']}/{entry['handle']}" for entry in participants}
    return [pair for pair in everything if pair.row["a"] in handles or pair.row["b"] in handles]


def _is_in(row: dict[str, Any], there: Mapping[str, str]) -> bool:
    """Whether one handle of theirs is in that conversation, and on that exhibit; where none is asked for, it is."""
    asked = {name: value for name, value in there.items() if value}
    return any(asked.items() <= entry.items() for entry in row["participants"])


def _names(row: dict[str, Any]) -> str:
    told = [row["label"], *(entry.get(name) or "" for entry in row["participants"] for name in ("name", "number"))]
    return "\n".join(told).casefold()
