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

from upstander.actions import Power, save_search
from upstander.errors import NotIndexed, SearchTimeout, UsageError
from upstander.review.search import Found
from upstander.review.search.tokens import LANGUAGES
from upstander.stages.kept_index import kept_index
from upstander.stages.searches import Wanted, all_remembered, answer
from upstander.web.at import At, at, now
from upstander.web.reason import read, reason, shows_text, unasked

__all__ = ["keep", "search"]

#: Hits a page, and how far one can turn the pages.
_PAGE = 25
_LAST = 400
#: Messages around each hit that its details show.
_AROUND = 2
#: Seconds that a page waits for an answer.
_WITHIN = 5.0

_SORTS = [("relevance", "Best first"), ("oldest", "Oldest first"), ("newest", "Newest first")]
#: What a facet is called, and the field that narrows by it.
_FACETS = {
    "conversation": ("Conversation", "conversation"),
    "author": ("Author", "author"),
    "custodian": ("Custodian", "custodian"),
    "month": ("Month", "at"),
    "kind": ("Kind", "kind"),
    "code": ("Code", "code"),
}


class Keeping(forms.Form):
    """A search to keep."""

    name = forms.CharField(label="Keep this search as", max_length=100)
    q = forms.CharField(max_length=2_000, widget=forms.HiddenInput)
    stem = forms.ChoiceField(
        required=False, choices=[("", ""), *((language, language) for language in sorted(LANGUAGES))]
    )


@dataclass(frozen=True, slots=True)
class Facet:
    """What hits divide by."""

    title: str
    #: Value, hits, and the query narrowed to it.
    rows: tuple[tuple[str, int, str], ...]


@require_safe
def search(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask, and see."""
    here = at(request, reference, Power.READ)
    if reason(request, here) is None:
        return unasked(request, here)
    asked = _asked(request)
    context: dict[str, Any] = {"at": here, "asked": asked, "sorts": _SORTS, "languages": sorted(LANGUAGES)}
    context |= {"saved": all_remembered(here.folder), "text": shows_text(request, here), "may_keep": here.may("code")}
    if not asked["q"]:
        return render(request, "search.html", context)
    try:
        found = _found(here, asked)
    except (UsageError, SearchTimeout) as problem:
        return render(request, "search.html", {**context, "problem": _sentence(problem)})
    except NotIndexed:
        waiting = "The text index is being made; search again in a moment."
        return render(request, "search.html", {**context, "problem": waiting})
    shown = len(found.hits) if context["text"] else 0
    read(
        request,
        here,
        f"search {asked['q']}",
        hits=found.count,
        page=asked["page"],
        messages=len(found.hits),
        shown=shown,
    )
    last = min(_LAST, max(1, -(-found.count // _PAGE)))
    return render(
        request,
        "search.html",
        {
            **context,
            "found": found,
            "facets": _facets(found, asked["q"]),
            "last": last,
            "query": urlencode({name: asked[name] for name in ("q", "sort", "stem")}),
            "keeping": Keeping(initial={"q": asked["q"], "stem": asked["stem"]}),
        },
    )


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
    save_search(here.actor, now(), case=here.case, folder=here.folder, **told)
    messages.success(request, f"Kept as {said['name']}: everybody in the case finds it here.")
    return redirect(f"{where}?{urlencode({'q': said['q'], 'stem': said['stem']})}")


def _asked(request: HttpRequest) -> dict[str, Any]:
    given = request.GET
    page = given.get("page", "")
    sort = given.get("sort", "")
    stem = given.get("stem", "")
    return {
        "q": " ".join(given.get("q", "")[:2_000].split()),
        "sort": sort if sort in dict(_SORTS) else "relevance",
        "stem": stem if stem in LANGUAGES else "",
        "page": min(max(1, int(page)), _LAST) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    }


def _found(here: At, asked: dict[str, Any]) -> Found:
    wanted = Wanted(
        query=asked["q"],
        sort=asked["sort"],
        limit=_PAGE,
        offset=(asked["page"] - 1) * _PAGE,
        context=_AROUND,
        facets=True,
        stem=asked["stem"] or None,
        within=_WITHIN,
    )
    return answer(here.folder, wanted, progress=lambda *_: None, there=kept_index(here.folder))


def _facets(found: Found, query: str) -> list[Facet]:
    made = []
    for name, rows in found.facets.items():
        title, field = _FACETS.get(name, (name, name))
        told = tuple((value, count, _narrowed(query, field, value)) for value, count in rows if value != "(none)")
        if len(told) > 1 or name == "code":
            made.append(Facet(title, told))
    return [facet for facet in made if facet.rows]


def _narrowed(query: str, field: str, value: str) -> str:
    """The query and one more condition; a value with a quote in it is asked for without."""
    if field == "at":
        return f"({query}) AND at:{value}"
    plain = value.replace('"', " ")
    return f'({query}) AND {field}:"{plain}"'


def _sentence(problem: Exception) -> str:
    said = str(problem)
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."
