"""A case at a glance: what came in, what was found, and what needs a human."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from upstander.actions import Power
from upstander.evidence.worded import REASONS, clock
from upstander.model import warning_kinds
from upstander.register.models import HandIn, HandInState
from upstander.stages.codes import code_of
from upstander.stages.overview import LOOK_FIRST
from upstander.stages.overview import overview as glance
from upstander.stages.pictures import captures_picture
from upstander.web.at import At, at

__all__ = ["overview"]


@require_safe
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """The case at a glance: whoever may not read it sees how much there is, and not what."""
    here = at(request, reference)
    told = glance(here.folder)
    found = told.found
    reads = Power.READ in here.powers
    hand_ins = HandIn.objects.filter(case=here.case)
    shown = {
        "at": here,
        "told": told,
        "found": found,
        "gaps": [(name, REASONS[name], count) for name, count in found.gaps.items()],
        "coded": _coded(here, told.relevant) if Power.SETTLE in here.powers else None,
        "moved": [{**row, "words": clock(row)} for row in found.moved],
        "first": [(kind, warning_kinds()[kind], found.warnings[kind]) for kind in LOOK_FIRST if kind in found.warnings],
        "open": sum(row.open for row in hand_ins),
        "halted": hand_ins.filter(state__in=(HandInState.STOPPED, HandInState.FAILED)).count(),
        "picture": captures_picture(here.folder) if reads and found.together is not None else None,
        "links": {
            name: _link(name, here) for name in ("conversations", "people", "pairs", "review", "search", "stances")
        },
    }
    return render(request, "overview.html", shown)


def _coded(here: At, relevant: Mapping[str, tuple[int, int]]) -> list[tuple[str, str, int, int]]:
    """Every code that somebody read for: id, title, messages that it applies to, and those that reviewers differ on."""
    known = {code: code_of(here.folder, code) for code in relevant}
    return [(code, about.title if about else code, *relevant[code]) for code, about in known.items()]


def _link(name: str, here: At) -> str | None:
    """Where a place is, if this desk has it."""
    try:
        return reverse(name, kwargs={"reference": here.case.reference})
    except NoReverseMatch:
        return None
