"""Gaps and clocks: what phones lack and why, and where a clock was moved; with the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from upstander.actions import Power
from upstander.evidence.contents import conversations, exhibits
from upstander.evidence.reconciled import FINDINGS, REASONS, Wanted, clocks, gaps_by_reason, gaps_counted, gaps_page
from upstander.evidence.worded import REASONS as IN_WORDS
from upstander.evidence.worded import clock, traces
from upstander.stages.pictures import captures_picture
from upstander.stages.transcripts import transcript
from upstander.web.at import at

__all__ = ["listed", "picture"]

#: Gaps a page.
_PAGE = 50

#: A picture is shown and never run: its own rules, stricter than a page's. It styles its own shapes.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

_BASES = {"server_stamp": "the server's stamp on the same rows", "other_captures": "the same messages on other phones"}
_SCOPES = {"own": "what its owner sent", "all": "everything in it"}


@require_safe
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """Counts by reason, the gaps one by one, the clocks stretch by stretch."""
    here = at(request, reference, Power.READ)
    asked = request.GET.get("reason", "findings")
    reason = asked if asked in (*REASONS, "all") else "findings"
    exhibit = request.GET.get("exhibit", "")
    held = {row["reference"]: row["exhibit"] for row in exhibits(here.folder)}
    every = gaps_counted(here.folder, Wanted())
    there = transcript(here.folder) if request.GET.get("conversation") else None
    within = there.conversation(request.GET["conversation"][:200]) if there is not None else None
    traced = request.GET.get("traced") == "yes"
    reasons = {"findings": FINDINGS, "all": None}.get(reason, (reason,))
    wanted = Wanted(reasons=reasons, exhibits=(held[exhibit],) if exhibit in held else None)
    wanted = replace(wanted, conversations=(within.conversation,) if within is not None else None, traced=traced)
    total = sum(
        row.traced if traced else row.gaps
        for row in (every if within is None else gaps_counted(here.folder, wanted))
        if (reasons is None or row.reason in reasons) and (wanted.exhibits is None or row.exhibit in wanted.exhibits)
    )
    page = Paginator(range(total), _PAGE).get_page(request.GET.get("page"))
    first = (page.number - 1) * _PAGE
    rows = [
        {**row, "words": IN_WORDS[row["reason"]], "shown_by": traces(row["traces"])}
        for row in gaps_page(here.folder, wanted, first=first, many=_PAGE)
    ]
    shown = {
        "at": here,
        "counted": every,
        "by_reason": [(name, IN_WORDS[name], count) for name, count in gaps_by_reason(every).items()],
        "words": IN_WORDS,
        "findings": FINDINGS,
        "reason": reason,
        "exhibit": exhibit if exhibit in held else "",
        "references": list(held),
        "within": within,
        "traced": traced,
        "query": urlencode(
            [
                ("reason", reason),
                ("exhibit", exhibit if exhibit in held else ""),
                *([("conversation", within.conversation)] if within is not None else []),
                *([("traced", "yes")] if traced else []),
            ]
        ),
        "page": page,
        "rows": rows,
        "clocks": _clocks(
            clocks(here.folder), {row["conversation"]: row["title"] for row in conversations(here.folder)}
        ),
        "picture": captures_picture(here.folder),
    }
    return render(request, "gaps.html", shown)


@require_safe
def picture(request: HttpRequest, reference: str) -> HttpResponse:
    """The picture of the captures."""
    here = at(request, reference, Power.READ)
    made = captures_picture(here.folder)
    if made is None:
        raise Http404
    answer = HttpResponse(made.path.read_bytes(), content_type="image/svg+xml")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def _clocks(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """A group a clock: whose, of what, measured against what, and its stretches."""
    found = []
    for _, group in groupby(rows, key=lambda row: (row["exhibit"], row["capture"], row["scope"])):
        stretches = list(group)
        first = stretches[0]
        found.append(
            {
                "exhibit": first["exhibit"],
                "reference": first["reference"] or first["exhibit"][:12],
                "custodian": first["custodian"],
                "of": titles.get(first["capture"] or "") or "",
                "scope": _SCOPES[first["scope"]],
                "against": _BASES[first["basis"]],
                "moved": any(row["kind"] == "moved" for row in stretches),
                "stretches": [{**row, "words": clock(row)} for row in stretches],
            }
        )
    return found
