"""Conversations: the list of them, and one read as it was."""

import re
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from upstander.actions import Power
from upstander.evidence.reconciled import is_reconciled
from upstander.evidence.transcript import Conversation, Transcript
from upstander.stages.transcripts import transcript
from upstander.web.at import at
from upstander.web.evidence import plain
from upstander.web.notes import notes
from upstander.web.reason import kept_veiled, read, reason, shows_text, unasked
from upstander.web.sparing import texts
from upstander.web.told import shown
from upstander.web.zones import begins

__all__ = ["conversation", "find", "listed", "number"]

#: Lines of a page of a conversation, and conversations of a page of the list.
LINES = 100
_LISTED = 50

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@require_safe
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """Every conversation, those that most phones show first."""
    here = at(request, reference, Power.READ)
    if not is_reconciled(here.folder):
        return render(
            request,
            "conversations.html",
            {"at": here, "rows": [], "total": 0, "named": "", "exhibit": "", "ready": False},
        )
    there = transcript(here.folder)
    named = plain(request.GET.get("named", ""))[:200]
    exhibit = plain(request.GET.get("exhibit", ""))[:200]
    total = there.counted(named, exhibit=exhibit)
    pages = max(1, -(-total // _LISTED))
    page = number(request.GET.get("page", ""), pages)
    rows = there.conversations(named=named, exhibit=exhibit, first=(page - 1) * _LISTED, limit=_LISTED)
    query = urlencode({name: said for name, said in (("named", named), ("exhibit", exhibit)) if said})
    found = {
        "rows": rows,
        "total": total,
        "named": named,
        "exhibit": exhibit,
        "page": page,
        "pages": pages,
        "query": query,
        "ready": True,
    }
    return render(request, "conversations.html", {"at": here, **found})


@require_safe
def conversation(request: HttpRequest, reference: str, conversation: str) -> HttpResponse:
    """One conversation, a page of it; by a date or a message, the page that has it."""
    here = at(request, reference, Power.READ)
    there = transcript(here.folder)
    of = there.conversation(conversation)
    if of is None:
        raise Http404
    if reason(request, here) is None:
        return unasked(request, here)
    place, problem = _asked(request, there, of)
    if place is not None:
        return HttpResponseRedirect(_page_of(reference, there, of, place))
    pages = max(1, -(-of.lines // LINES))
    page = number(request.GET.get("page", ""), pages)
    first = (page - 1) * LINES
    lines = there.lines(of, first, first + LINES)
    text = shows_text(request, here)
    veiled = kept_veiled(here, lines) if text else frozenset()
    if lines:
        told = {"from": lines[0].ordinal, "to": lines[-1].ordinal, "lines": len(lines)}
        seen = sum(texts(line) for line in lines if line.message not in veiled) if text else 0
        read(request, here, f"conversation {of.conversation}", shown=seen, **told)
    found = {"of": of, "rows": shown(of, lines, first, veiled=veiled), "page": page, "pages": pages, "problem": problem}
    more = {"text": text, "searchable": _search(reference) is not None, "first": first}
    told_before = notes(here, lines)
    return render(request, "conversation.html", {"at": here, **found, **more, "notes": told_before})


@require_safe
def find(request: HttpRequest, reference: str, conversation: str) -> HttpResponse:
    """Lead to the search, narrowed to one conversation."""
    here = at(request, reference, Power.READ)
    of = transcript(here.folder).conversation(conversation)
    where = _search(reference)
    if of is None or where is None:
        raise Http404
    asked = " ".join(request.GET.get("q", "")[:1000].split())
    query = f"conversation:{of.conversation}" + (f" ({asked})" if asked else "")
    return HttpResponseRedirect(f"{where}?{urlencode({'q': query})}")


def number(asked: str, last: int) -> int:
    """A page's number: the first where none is asked for or what is asked for is no number; never beyond the last."""
    if not (asked.isascii() and asked.isdigit()):
        return 1
    return min(max(1, int(asked[:9])), last)


def _asked(request: HttpRequest, there: Transcript, of: Conversation) -> tuple[int | None, str]:
    """The place that a date or a message asks for; and what is wrong with what was asked."""
    message, asked = request.GET.get("message", "")[:200], request.GET.get("date", "").strip()
    if message:
        found = there.find(message)
        if found is None or found[0].conversation != of.conversation:
            raise Http404
        return found[1], ""
    if not asked:
        return None, ""
    try:
        if not _DATE.fullmatch(asked):
            raise ValueError(asked)
        day = begins(date.fromisoformat(asked))
    except ValueError:
        return None, "Give the day as year, month and day, such as 2017-03-16."
    if not of.lines or of.first_at is None:
        return None, "No message of this conversation has a time."
    return there.place_at(of, day), ""


def _page_of(reference: str, there: Transcript, of: Conversation, place: int) -> str:
    line = there.lines(of, place, place + 1)[0]
    where = reverse("conversation", kwargs={"reference": reference, "conversation": of.conversation})
    return f"{where}?page={place // LINES + 1}#m-{line.message}"


def _search(reference: str) -> str | None:
    """Where the search is, where the desk has one."""
    try:
        return reverse("search", kwargs={"reference": reference})
    except NoReverseMatch:
        return None
