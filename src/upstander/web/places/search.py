"""Search: what is asked, hits in their context, what they divide by, and searches that are kept."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import replace_url

from upstander.actions import Power, drop_search, save_search
from upstander.actions.searches_of import in_hand
from upstander.errors import BadDecision, NotIndexed, Refused, SearchTimeout, UsageError
from upstander.review.search import Found
from upstander.review.search.tokens import LANGUAGES
from upstander.stages.kept_index import kept_index
from upstander.stages.searches import Wanted, all_remembered, answer
from upstander.web.at import At, at, now
from upstander.web.facets import FIELDS, said_as
from upstander.web.narrowing import FACETS, LAST, SORTS, Asked
from upstander.web.notes import coders, notes_of, themes_of
from upstander.web.reason import among, kept_back, read, reason, shows_text, unasked
from upstander.web.without_options import for_the_desk

__all__ = ["drop", "keep", "search"]

#: Hits a page.
_PAGE = 25
#: Messages around each hit that its details show.
_AROUND = 2
#: Seconds that a page waits for an answer.
_WITHIN = 5.0


class Keeping(forms.Form):
    """A search to keep."""

    name = forms.CharField(label="Keep this search as", max_length=100)
    q = forms.CharField(max_length=8_000, widget=forms.HiddenInput)
    stem = forms.ChoiceField(
        required=False, choices=[("", ""), *((language, language) for language in sorted(LANGUAGES))]
    )


@dataclass(frozen=True, slots=True)
class Facet:
    """What hits divide by."""

    title: str
    #: Value, hits, and the address narrowed to it.
    rows: tuple[tuple[str, int, str], ...]


@require_safe
def search(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask, and see; what is typed is answered as it is typed, where the browser can."""
    here = at(request, reference, Power.READ)
    if reason(request, here) is None:
        return unasked(request, here)
    asked = Asked.of(request.GET)
    typed = getattr(request, "htmx", None)
    context: dict[str, Any] = {
        "at": here,
        "asked": asked,
        "sorts": SORTS,
        "languages": dict(sorted(LANGUAGES.items(), key=lambda row: row[1])),
    }
    context |= {"fields": FIELDS, "said_as": said_as(here.folder)}
    context |= {"text": shows_text(request, here), "may_keep": here.may("code"), "problem": asked.problem}
    if asked.query and asked.problem:
        _entered(request, here, asked, unanswered=asked.problem)
    elif asked.query:
        context |= _answered(request, here, asked, text=context["text"])
    if typed:
        context["whole"] = f"{request.path}?{asked.address}"
        return replace_url(render(request, "parts/found.html", context), context["whole"])
    try:
        context["saved"] = all_remembered(here.folder)
        context["droppable"] = in_hand(here.actor, here.case, context["saved"]) if here.may("code") else ()
    except BadDecision as problem:
        context["problem"] = _sentence(problem)
    return render(request, "search.html", context)


@require_POST
def keep(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a search under a name."""
    here = at(request, reference, Power.CODE)
    form = Keeping(request.POST)
    where = reverse("search", kwargs={"reference": reference})
    if not form.is_valid():
        messages.error(request, "A search is kept under a name of up to 100 characters; give one.")
        return redirect(f"{where}?{urlencode({'q': request.POST.get('q', '')[:2_000]})}")
    said = form.cleaned_data
    told = {"name": said["name"], "query": said["q"], "stem": said["stem"] or None}
    try:
        save_search(here.actor, now(), case=here.case, folder=here.folder, **told)
        messages.success(request, f"Kept as {said['name']}: everybody in the case finds it here.")
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(f"{where}?{urlencode({'q': said['q'], 'stem': said['stem']})}")


@require_POST
def drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep a search no longer."""
    here = at(request, reference, Power.CODE)
    name = request.POST.get("name", "")[:200]
    drop_search(here.actor, now(), case=here.case, folder=here.folder, name=name)
    messages.success(request, f"{name} is kept no longer.")
    return redirect(reverse("search", kwargs={"reference": reference}))


def _answered(request: HttpRequest, here: At, asked: Asked, *, text: bool) -> dict[str, Any]:
    """What a page shows of the answer, or why there is none: what somebody looked for is entered either way."""
    try:
        found = _found(here, asked)
    except (UsageError, SearchTimeout, NotIndexed) as problem:
        said = _sentence(problem)
        if isinstance(problem, NotIndexed):
            said = "The text index is being made; search again in a moment."
        _entered(request, here, asked, unanswered=said)
        return {"problem": said}
    veiled, noted = _spared(here, found, text=text)
    rows = {row["message"]: row["text"] for hit in found.hits for row in (*hit.before, hit.row, *hit.after)}
    shown = sum(bool(words) and message not in veiled for message, words in rows.items()) if text else 0
    _entered(request, here, asked, hits=found.count, page=asked.page, messages=len(found.hits), shown=shown)
    last = min(LAST, max(1, -(-found.count // _PAGE)))
    return {"found": found, "facets": _facets(found, asked), "last": last, "veiled": veiled, "notes": noted}


def _entered(request: HttpRequest, here: At, asked: Asked, *, shown: int = 0, **told: Any) -> None:
    """Enter a search with all of its words: what an entry is about holds no more than their beginning."""
    read(request, here, f"search {asked.query}", shown=shown, query=asked.query, **told)


def _found(here: At, asked: Asked) -> Found:
    wanted = Wanted(
        query=asked.query,
        sort=asked.sort,
        limit=_PAGE,
        offset=(asked.page - 1) * _PAGE,
        context=_AROUND,
        facets=True,
        stem=asked.stem or None,
        within=_WITHIN,
        by=coders(here),
        older=True,
        everywhere=False,
    )
    return answer(here.folder, wanted, progress=lambda *_: None, there=kept_index(here.folder))


def _spared(here: At, found: Found, *, text: bool) -> tuple[frozenset[str], list[tuple[str, int]]]:
    """Hits and what stands around them that stay veiled, and which themes are among the hits."""
    if not found.hits:
        return frozenset(), []
    noted = notes_of(here, {hit.row["message"] for hit in found.hits})
    if not text or not kept_back(here):
        return frozenset(), noted
    shown = {row["message"] for hit in found.hits for row in (*hit.before, hit.row, *hit.after)}
    return among(here, themes_of(here, shown)), noted


def _facets(found: Found, asked: Asked) -> list[Facet]:
    made = []
    narrowed = set(asked.narrowed)
    for name, rows in found.facets.items():
        title, field = FACETS.get(name, (name, name))
        told = tuple(
            (value, count, asked.with_also(field, value))
            for value, count in rows
            if value != "(none)" and (field, value) not in narrowed
        )
        if len(told) > 1 or (told and name in ("code", "flagged", "deleted")):
            made.append(Facet(title, told))
    return made


def _sentence(problem: Exception) -> str:
    said = for_the_desk(str(problem))
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."
