"""The ledger as sentences; filtered, and as a file."""

import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from upstander.actions import ACTIONS, Power, sentence
from upstander.register.models import Entry
from upstander.web.at import actor, at

__all__ = ["case", "exported", "site"]

#: Entries a page.
_PAGE = 50


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """The whole ledger, for whoever runs the site."""
    actor(request).need(Power.AUDIT_SITE)
    return _page(request, Entry.objects.all(), {})


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The ledger of a case."""
    here = at(request, reference, Power.AUDIT)
    return _page(request, Entry.objects.filter(case=here.case.reference), {"at": here})


@require_safe
def exported(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """The ledger of a case as JSON lines, with every digest, for whoever checks it elsewhere."""
    here = at(request, reference, Power.AUDIT)

    def rows() -> Iterator[str]:
        for entry in Entry.objects.filter(case=here.case.reference).order_by("sequence").iterator():
            yield json.dumps(line(entry), ensure_ascii=False) + "\n"

    answer = StreamingHttpResponse(rows(), content_type="application/jsonl; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ledger-{here.case.reference}.jsonl"'
    return answer


def line(entry: Entry) -> dict[str, object]:
    """An entry as a program reads it."""
    fields = ("sequence", "actor", "via", "verb", "case", "about", "before", "digest")
    told: dict[str, object] = {name: getattr(entry, name) for name in fields}
    return told | {
        "at": entry.at.isoformat(timespec="microseconds"),
        "account": entry.account_id,
        "detail": entry.detail,
    }


def _page(request: HttpRequest, entries: QuerySet[Entry], more: dict[str, object]) -> HttpResponse:
    verb, by = request.GET.get("verb", ""), request.GET.get("by", "").strip()
    chosen = entries.order_by("-sequence")
    if verb in ACTIONS:
        chosen = chosen.filter(verb=verb)
    if by:
        chosen = chosen.filter(actor__icontains=by[:200])
    pages = Paginator(chosen, _PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = [{"entry": entry, "says": sentence(entry)} for entry in page.object_list]
    verbs = [(name, known.help.rstrip(".")) for name, known in sorted(ACTIONS.items())]
    shown = {"rows": rows, "page": page, "verbs": verbs, "verb": verb, "by": by, **more}
    return render(request, "ledger.html", shown)
