"""The messages behind a number of a person's page: what they wrote, were there for, answered, or let pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from upstander.actions import Power
from upstander.evidence.transcript import Conversation
from upstander.people.listed import called, person_of
from upstander.stages.codes import code_of
from upstander.stages.conduct import DID, coded_of
from upstander.stages.transcripts import transcript
from upstander.web.at import At, at
from upstander.web.reason import kept_veiled, read, reason, shows_text, unasked
from upstander.web.sparing import texts
from upstander.web.told import Shown, shown

__all__ = ["SAYS", "messages"]

#: Messages a page.
_PAGE = 50

#: What each list has, after "messages that … applies to" and the person's name.
SAYS: Mapping[str, str] = MappingProxyType(
    {
        "own": "wrote",
        "present": "were there for, and others wrote",
        "replied": "answered",
        "reacted": "reacted to",
        "challenged": "challenged, as somebody confirmed",
        "unconfirmed": "answered or reacted to, and nobody has confirmed what that was",
        "nothing": "were there for, and neither answered nor reacted to",
        "active": "neither answered nor reacted to, and posted there within a week after",
        "left": "were there for, and left within a week after",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One message in its conversation."""

    of: Conversation
    shown: Shown


@require_safe
def messages(request: HttpRequest, reference: str) -> HttpResponse:
    """The list."""
    here = at(request, reference, Power.SETTLE)
    if reason(request, here) is None:
        return unasked(request, here)
    person, code, did = (request.GET.get(name, "")[:2_000] for name in ("person", "code", "did"))
    person = person_of(here.folder, person) or person
    label = called(here.folder, person)
    if did not in DID or label is None:
        raise Http404
    found = next(iter(coded_of(here.folder, person, code=code)), None)
    ids: Sequence[str] = getattr(found, did) if found is not None else ()
    page = Paginator(ids, _PAGE).get_page(request.GET.get("page"))
    text = shows_text(request, here)
    rows = _rows(here, list(page.object_list), text=text)
    seen = sum(texts(row.shown.line) for row in rows if not row.shown.veiled) if text else 0
    what: dict[str, Any] = {"code": code, "did": did, "messages": len(rows), "page": page.number}
    read(request, here, f"messages of person {label}", shown=seen, person=person, **what)
    context: dict[str, Any] = {
        "person": person,
        "label": label,
        "code": code,
        "about": code_of(here.folder, code),
        "did": did,
    }
    context |= {"says": SAYS[did], "total": len(ids), "page": page, "rows": rows, "text": text}
    return render(request, "conduct.html", {"at": here, **context})


def _rows(here: At, ids: Sequence[str], *, text: bool) -> list[Row]:
    there = transcript(here.folder)
    made = []
    for message in ids:
        place = there.find(message)
        if place is not None:
            of, at_place = place
            lines = there.lines(of, at_place, at_place + 1)
            veiled = kept_veiled(here, lines) if text else frozenset()
            made += [Row(of, row) for row in shown(of, lines, at_place, veiled=veiled)]
    return made
