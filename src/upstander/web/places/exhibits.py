"""Exhibits: what was received and by whom, handing in, and how far it has come."""

from collections.abc import Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import (
    Power,
    Sent,
    Statement,
    hand_in,
    inbox_of,
    offered,
    resume_hand_in,
    sentence,
    stop_hand_in,
)
from upstander.actions.admit_exhibits import admitted_by
from upstander.errors import OutputError, Refused, UsageError
from upstander.evidence.contents import exhibits_named, warnings, warnings_by_kind
from upstander.evidence.worded import capital
from upstander.model import warning_kinds
from upstander.register.models import Entry, HandIn, HandInState
from upstander.stages.custody import Receipt, exhibits_held
from upstander.stages.custody import exhibit as described
from upstander.web.arriving import Arrived, problem_of
from upstander.web.at import At, at, now, site
from upstander.web.places.handing_in import REFERENCE, HandingIn
from upstander.web.reason import read, reason, unasked
from upstander.web.without_options import for_the_desk

__all__ = ["listed", "new", "one", "progress", "step", "warned"]

#: Exhibits, and warnings, a page; and entries of the ledger about one exhibit.
_PAGE, _WARNINGS, _ENTRIES = 100, 50, 200


@require_safe
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """Every exhibit, and the hand-ins that are not exhibits yet."""
    here = at(request, reference, Power.READ)
    page = Paginator(exhibits_held(here.folder), _PAGE).get_page(request.GET.get("page"))
    kinds = _kinds(warnings_by_kind(here.folder))
    return render(request, "exhibits.html", {"at": here, "page": page, "kinds": kinds, **_hand_ins(here)})


@require_safe
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """How far the hand-ins have come: a part of the page, which asks for it again and again."""
    here = at(request, reference, Power.READ)
    told = _hand_ins(here)
    answer = render(request, "parts/hand_ins.html", {"at": here, **told})
    if not told["moving"]:
        # All is done: the page has other exhibits now.
        answer.headers["HX-Refresh"] = "true"
    return answer


def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand in files, or what lies in the server's inbox."""
    here = at(request, reference, Power.TAKE_IN)
    inbox = site().inbox
    form = HandingIn(request.POST or None, request.FILES or None, offers=offered(inbox_of(here.case, inbox)))
    if request.method == "POST":
        fits, problem = form.is_valid(), problem_of(request)
        if problem is not None:
            form.errors.clear()
            form.add_error("exhibits", problem)
        elif fits:
            said = form.cleaned_data
            try:
                made = hand_in(
                    here.actor,
                    now(),
                    case=here.case,
                    folder=here.folder,
                    statement=Statement(**{name: said[name] for name in Statement.__dataclass_fields__}),
                    files=[_sent(file) for file in said["exhibits"]],
                    key=_sent(said["key"]) if said["key"] else None,
                    offer=said.get("folder", ""),
                    inbox=inbox,
                )
            except (Refused, OutputError) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"{capital(made.title)} is handed in. It is being taken in now.")
                return redirect("exhibits", reference=reference)
        if problem is None:
            form.ask_again()
    shown = {"at": here, "form": form, "gib": site().upload_gib, "inbox": inbox is not None}
    return render(request, "hand_in.html", shown, status=507 if problem_of(request) else 200)


@require_POST
def step(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Stop a hand-in, or go on with it."""
    here = at(request, reference, Power.TAKE_IN)
    row = HandIn.objects.filter(case=here.case, number=number).first()
    if row is None:
        raise Http404
    if request.POST.get("step") == "stop":
        stop_hand_in(here.actor, now(), case=here.case, hand_in=row)
        messages.success(request, f"{row.title} stops. What was read of it stays, and it can go on.")
    else:
        said = request.POST.get("reference")
        if said and not REFERENCE.fullmatch(said):
            raise Refused("A reference has no spaces, commas or semicolons, and 100 characters at most.")
        resume_hand_in(here.actor, now(), case=here.case, hand_in=row, reference=said)
        messages.success(request, f"{row.title} goes on.")
    return redirect("exhibits", reference=reference)


@require_safe
def one(request: HttpRequest, reference: str, exhibit: str) -> HttpResponse:
    """One exhibit: what it is, its custody, and everybody who read it."""
    here = at(request, reference, Power.READ)
    try:
        told = described(here.folder, exhibit)
    except UsageError as problem:
        raise Http404 from problem
    about = Q(about__in=[told.row["reference"], exhibit]) | Q(detail__contains=exhibit)
    found = Entry.objects.filter(about, case=here.case.reference).order_by("-sequence")
    entries = [{"entry": entry, "says": sentence(entry)} for entry in found[:_ENTRIES]]
    shown = {
        "at": here,
        "exhibit": told,
        "receipts": _received(here, told.receipts),
        "kinds": _kinds(told.warnings),
        "entries": entries,
    }
    return render(request, "exhibit.html", shown)


@require_safe
def warned(request: HttpRequest, reference: str) -> HttpResponse:
    """Warnings of one kind, of one exhibit, or all. They may quote what people wrote: looking is entered."""
    here = at(request, reference, Power.READ)
    if reason(request, here) is None:
        return unasked(request, here)
    kind, asked = request.GET.get("kind", ""), request.GET.get("exhibit", "")
    kind = kind if kind in warning_kinds() else ""
    try:
        chosen = exhibits_named(here.folder, asked) if asked else None
    except UsageError as problem:
        raise Http404 from problem
    counted = warnings_by_kind(here.folder, exhibits=chosen)
    total = counted.get(kind, 0) if kind else sum(counted.values())
    page = Paginator(range(total), _WARNINGS).get_page(request.GET.get("page"))
    first = (page.number - 1) * _WARNINGS
    found = warnings(here.folder, kind=kind or None, exhibits=chosen)
    rows = list(islice(found, first, first + _WARNINGS))
    about = f"warnings{f' of kind {kind}' if kind else ''}{f' about {asked}' if asked else ''}"
    read(request, here, about)
    shown = {"at": here, "rows": rows, "page": page, "kinds": _kinds(counted), "kind": kind, "exhibit": asked}
    return render(request, "warnings.html", shown)


def _received(here: At, receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    """Every time that the bytes were received, and by whom.

    Who hands in the same again, saying the same, makes no other record of an intake: their hand-in says when.
    """
    typed = admitted_by(here.case)
    ids = [receipt.intake.id for receipt in receipts]
    handed = HandIn.objects.filter(case=here.case, intake__in=ids).select_related("handed_by").order_by("number")
    found = []
    for receipt in receipts:
        rows = [row for row in handed if row.intake == receipt.intake.id]
        first = next((row for row in rows if row.handed_at.replace(microsecond=0) == receipt.at), None)
        by = first.handed_by if first else None
        found.append({"receipt": receipt, "at": receipt.at, "by": by, "typed": typed.get(receipt.intake.id)})
        again = (row for row in rows if row != first)
        found += [{"receipt": receipt, "at": row.handed_at, "by": row.handed_by, "again": row} for row in again]
    return sorted(found, key=itemgetter("at"))


def _sent(file: Arrived) -> Sent:
    return Sent(name=file.name or "", path=file.path, bytes=file.size or 0, sha256=file.digest)


def _kinds(counted: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Kinds of warnings with their meaning and number, the most frequent first."""
    known = warning_kinds()
    return [(kind, known.get(kind, ""), count) for kind, count in counted.items()]


def _hand_ins(here: At) -> dict[str, object]:
    # What is done is an exhibit by now; what is not is shown however many came after it.
    left = HandIn.objects.filter(case=here.case).exclude(state=HandInState.DONE)
    rows = list(left.select_related("handed_by"))
    return {"hand_ins": rows, "moving": any(row.open for row in rows), "for_the_desk": for_the_desk}
