"""Review: every code and how far it has come."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from upstander.actions import Power
from upstander.evidence.reconciled import is_reconciled
from upstander.review.codebook import Code
from upstander.stages.resident import State, open_already
from upstander.stages.tally import Count, book, tally, worded
from upstander.web.at import at

__all__ = ["listed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One code, as the page has it."""

    code: Code
    count: Count
    #: None while a large case is being looked through.
    left: int | None
    #: How far its queue has come with an estimate of recall; None where it is not open here.
    state: State | None


@require_safe
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """Every code of the codebook in use."""
    here = at(request, reference, Power.READ)
    codes = book(here.folder)
    total = worded(here.folder) if is_reconciled(here.folder) else 0
    counts = tally(here.folder, codes)
    ordered = [code for axis in codes.axes for code in codes.on(axis.name)]
    rows = [
        Row(code, counts[code.id], _left(total, counts[code.id]), open_already(here.folder, code.id))
        for code in ordered
    ]
    begun = [row for row in rows if row.count.read]
    others = [row for row in rows if not row.count.read]
    return render(request, "review.html", {"at": here, "book": codes, "begun": begun, "others": others, "total": total})


def _left(total: int | None, count: Count) -> int | None:
    return None if total is None else max(0, total - count.read)
