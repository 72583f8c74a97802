"""The ledger as sentences; filtered, and as a file."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from upstander.actions import ACTIONS, Power, sentence
from upstander.actions.deeds import deed
from upstander.actions.sentences import OF_THE_SITE, outline, plain
from upstander.model.signs import visible
from upstander.register.kinship import barred_from
from upstander.register.models import Account, Entry
from upstander.web.at import At, actor, at
from upstander.web.entries import spoken_names
from upstander.web.zones import in_utc

__all__ = ["case", "exported", "site", "site_exported"]

#: What a table takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: Deeds that whoever runs the site reads in full.
_PLAIN = tuple(sorted(name for name, known in ACTIONS.items() if known.power in OF_THE_SITE))

#: Entries a page.
_PAGE = 50

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are meant."""

    verb: str = ""
    by: str = ""
    #: What they are about, or say: a message's id, a user name, a word of the detail.
    about: str = ""
    since: str = ""
    until: str = ""
    #: A day that is none.
    problem: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        """What an address asks."""
        names = ("verb", "by", "about", "since", "until")
        # No entry has a NUL in it, and PostgreSQL cannot be asked for one.
        given = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in names}
        wrong = any(given[name] and _day(given[name]) is None for name in ("since", "until"))
        said = "Give the day as year, month and day, such as 2026-03-16." if wrong else ""
        known = given["verb"] if given["verb"] in ACTIONS else ""
        days = {name: given[name] if _day(given[name]) is not None else "" for name in ("since", "until")}
        return cls(known, given["by"], given["about"], **days, problem=said)

    @property
    def address(self) -> str:
        """It, as an address has it."""
        told = ((name, getattr(self, name)) for name in ("verb", "by", "about", "since", "until"))
        return urlencode([(name, value) for name, value in told if value])

    def among(self, entries: QuerySet[Entry], *, whole: bool = True) -> QuerySet[Entry]:
        """Those of the entries that are meant; what is not told `whole` is not found by what it says."""
        since, until = _day(self.since), _day(self.until)
        if self.verb:
            entries = entries.filter(verb=self.verb)
        if self.by:
            entries = entries.filter(actor__icontains=self.by)
        if self.about and not whole:
            entries = entries.filter(Q(case="") | Q(verb__in=_PLAIN))
        if self.about:
            entries = entries.filter(about__icontains=self.about) | entries.filter(detail__icontains=self.about)
        if since is not None:
            entries = entries.filter(at__gte=since)
        if until is not None:
            entries = entries.filter(at__lt=until + timedelta(days=1))
        return entries


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """The whole ledger, for whoever runs the site."""
    return _page(request, _of_site(request), _names(Account.objects.all()))


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The ledger of a case."""
    here = at(request, reference, Power.AUDIT)
    in_utc()
    names = _names(Account.objects.filter(grants__case=here.case).distinct())
    return _page(request, Entry.objects.filter(case=here.case.reference), names, here)


@require_safe
def exported(request: HttpRequest, reference: str, form: str) -> StreamingHttpResponse:
    """The entries of a case that are asked for, as a file."""
    here = at(request, reference, Power.AUDIT)
    entries = Entry.objects.filter(case=here.case.reference)
    return _file(request, entries, f"ledger-{here.case.reference}", form, whole=True)


@require_safe
def site_exported(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The entries of the whole site that are asked for, as a file."""
    return _file(request, _of_site(request), "ledger", form, whole=False)


def _of_site(request: HttpRequest) -> QuerySet[Entry]:
    """Every entry but those of cases that name the reader as subject or supervisor."""
    who = actor(request)
    who.need(Power.AUDIT_SITE)
    return Entry.objects.exclude(case__in=set() if who.account is None else barred_from(who.account))


def line(entry: Entry, *, whole: bool = True) -> dict[str, object]:
    """An entry as a program reads it; without what it is about and says where that is a case's own."""
    fields = ("sequence", "actor", "via", "verb", "case", "about", "before", "digest")
    told: dict[str, object] = {name: getattr(entry, name) for name in fields}
    told |= {
        "at": entry.at.isoformat(timespec="microseconds"),
        "account": entry.account_id,
        "detail": entry.detail,
    }
    return told if whole or plain(entry) else told | {"about": None, "detail": None}


def _page(request: HttpRequest, entries: QuerySet[Entry], names: list[str], here: At | None = None) -> HttpResponse:
    """A page of entries, the newest first: pages are found by numbers of entries, however many there are."""
    asked = Asked.of(request)
    chosen = asked.among(entries, whole=here is not None)
    before, after = (_number(request.GET.get(name, "")) for name in ("before", "after"))
    if after is not None:
        found = list(chosen.filter(sequence__gt=after).order_by("sequence")[: _PAGE + 1])
        newer, older = len(found) > _PAGE, True
        found = found[:_PAGE][::-1]
    else:
        if before is not None:
            chosen = chosen.filter(sequence__lt=before)
        found = list(chosen.order_by("-sequence")[: _PAGE + 1])
        newer, older = before is not None, len(found) > _PAGE
        found = found[:_PAGE]
    spoken = spoken_names(here, found)
    says = outline if here is None else sentence
    rows = [{"entry": entry, "says": says(entry), "names": spoken[entry.sequence]} for entry in found]
    verbs = sorted(((name, deed(name)) for name in ACTIONS), key=lambda row: row[1])
    shown = {"rows": rows, "verbs": verbs, "asked": asked, "newer": newer, "older": older, "query": asked.address}
    # The template asks whether it is of a case by whether there is one.
    of_a_case = {} if here is None else {"at": here}
    return render(request, "ledger.html", {**shown, "names": names, **of_a_case})


def _file(
    request: HttpRequest, entries: QuerySet[Entry], name: str, form: str, *, whole: bool
) -> StreamingHttpResponse:
    if form not in _FORMS:
        raise Http404
    write, media_type = _FORMS[form]
    chosen = Asked.of(request).among(entries, whole=whole).order_by("sequence")
    answer = StreamingHttpResponse(write(chosen, whole), content_type=f"{media_type}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _jsonl(entries: QuerySet[Entry], whole: bool) -> Iterator[str]:
    """With every digest, for whoever checks it elsewhere."""
    for entry in entries.iterator():
        yield json.dumps(line(entry, whole=whole), ensure_ascii=False) + "\n"


def _csv(entries: QuerySet[Entry], whole: bool) -> Iterator[str]:
    """As sentences, for whoever reads it in a table."""
    yield _row(["number", "at", "who", "through", "what", "case", "seal"])
    says = sentence if whole else outline
    for entry in entries.iterator():
        at_ = entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        yield _row(
            [str(entry.sequence), at_, entry.actor, entry.via, says(entry), entry.case, entry.digest],
        )


_FORMS: dict[str, tuple[Callable[[QuerySet[Entry], bool], Iterator[str]], str]] = {
    "jsonl": (_jsonl, "application/jsonl"),
    "csv": (_csv, "text/csv"),
}


def _row(values: list[str]) -> str:
    """One line; no value is taken for a formula by what opens it, and none turns the line around."""
    told = io.StringIO()
    plain = (visible(value) for value in values)
    csv.writer(told).writerow(["'" + value if value.startswith(_FORMULA) else value for value in plain])
    return told.getvalue()


def _names(accounts: QuerySet[Account]) -> list[str]:
    return [*accounts.order_by("full_name").values_list("full_name", flat=True)[:500], "Upstander"]


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _day(said: str) -> datetime | None:
    try:
        day = date.fromisoformat(said) if _DAY.fullmatch(said) else None
    except ValueError:
        return None
    # Of the last day that there is nobody asks what comes after it.
    return None if day is None or day == date.max else datetime(day.year, day.month, day.day, tzinfo=UTC)
