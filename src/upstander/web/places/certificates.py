"""Certificates: what one would cost, how it is to be made, and what may be claimed."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from upstander.actions import Power, choose_plan, draw_sample
from upstander.errors import BadCode, Refused, UsageError
from upstander.review.certificate import Rule
from upstander.review.certificate.told import RULES
from upstander.stages.certificate import prepare
from upstander.stages.measured import Certifying, certified
from upstander.stages.population import population
from upstander.web.at import At, at, now
from upstander.web.places.reviewing import code_of
from upstander.web.without_options import for_the_desk

__all__ = ["certificate", "choose", "draw"]

#: Messages that are listed.
_LISTED = 50


class Choosing(forms.Form):
    """How a certificate is made."""

    rule = forms.ChoiceField(
        label="What counts", choices=[(rule.value, RULES[rule]) for rule in Rule], widget=forms.RadioSelect
    )
    draws = forms.IntegerField(
        label="Number of random draws", required=False, min_value=1, max_value=100_000_000,
        help_text="Only for a number of random draws, or the share of them, that is written down before.",
    )  # fmt: skip
    recall = forms.FloatField(label="Share of all relevant messages, in per cent", min_value=1, max_value=100)
    confidence = forms.FloatField(label="How sure, in per cent", min_value=50, max_value=99.99)
    population = forms.CharField(
        label="Of which messages", max_length=300, initial="all",
        help_text="Write all for all messages; or one of the narrower populations above, as it is written there.",
    )  # fmt: skip


class Sampling(forms.Form):
    """How large a final sample is."""

    size = forms.IntegerField(label="Messages to draw", min_value=1, max_value=100_000_000)


@require_safe
def certificate(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The price, the plan, the claim or that there is none, and what it does not cover."""
    return _page(request, at(request, reference, Power.READ), code)


def choose(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Write down how the certificate is made."""
    here = at(request, reference, Power.SETTLE)
    form = Choosing(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, here, code, choosing=form)
    which, said = code_of(here, code), form.cleaned_data
    try:
        # Before the ledger is anybody's: what takes seconds is not looked up again there.
        prepare(here.folder, which.id, population(here.folder, said["population"]))
        choose_plan(
            here.actor, now(), case=here.case, folder=here.folder, code=which.id, population=said["population"],
            rule=Rule(said["rule"]), draws=said["draws"], recall=said["recall"] / 100,
            confidence=said["confidence"] / 100,
        )  # fmt: skip
    except (BadCode, Refused, UsageError) as problem:
        form.add_error(None, for_the_desk(str(problem)))
        return _page(request, here, code, choosing=form)
    messages.success(request, "Written down. What is drawn at random from now on counts.")
    return redirect("review_certificate", reference=reference, code=which.id)


def draw(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Draw the final sample."""
    here = at(request, reference, Power.SETTLE)
    form = Sampling(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, here, code, sampling=form)
    which = code_of(here, code)
    worked = certified(here.folder, which.id, population=None, recall=None, confidence=None)
    if worked is None:
        raise Refused("What was read is still being counted; ask again in a moment.")
    told = worked.value
    try:
        prepare(here.folder, which.id, told.standing.scope)
        draw_sample(
            here.actor, now(), case=here.case, folder=here.folder, code=which.id,
            population=told.standing.scope.written, size=form.cleaned_data["size"], recall=told.recall,
            confidence=told.confidence,
        )  # fmt: skip
    except (BadCode, Refused, UsageError) as problem:
        form.add_error(None, for_the_desk(str(problem)))
        return _page(request, here, code, sampling=form)
    messages.success(request, "Drawn. The final sample waits to be read: its queue is above.")
    return redirect("review_certificate", reference=reference, code=which.id)


def _page(
    request: HttpRequest, here: At, code: str, *, choosing: Choosing | None = None, sampling: Sampling | None = None
) -> HttpResponse:
    which = code_of(here, code)
    page: dict[str, object] = {"at": here, "code": which, "mode": "certificate"}
    worked = certified(here.folder, which.id, population=None, recall=None, confidence=None)
    if worked is None:
        return render(request, "review_opening.html", page)
    told = worked.value
    page |= {
        "told": told,
        "current": worked.current,
        "said": for_the_desk,
        "rules": RULES,
        "notes": _notes(told),
        "listed": told.certified.gathered.skipped[:_LISTED],
        "choosing": choosing or Choosing(initial=_initial(told)),
        "sampling": sampling or Sampling(initial={"size": _size(told)}),
        # What the frame sums up, where something is wrong with a form.
        **({"form": choosing} if choosing is not None and choosing.is_bound else {}),
        **({"form": sampling} if sampling is not None and sampling.is_bound else {}),
    }
    return render(request, "review_certificate.html", page)


def _initial(told: Certifying) -> dict[str, object]:
    rule = told.standing.force.rule
    share = {"recall": round(100 * told.recall, 2), "confidence": round(100 * told.confidence, 2)}
    return {**share, "rule": rule.value, "population": told.standing.scope.written}


def _size(told: Certifying) -> int | None:
    """What a final sample costs where none of it is relevant."""
    prices = told.price.rules.get(Rule.FINAL)
    left = len(told.certified.gathered.unread)
    return min(prices[0], left) if prices and left else None


def _notes(told: Certifying) -> list[str]:
    """What stands beside the claim."""
    seen, said = told.certified.gathered, []
    if told.standing.unread:
        said.append(
            f"{len(told.standing.unread):,} lines of the decision file cannot be read, and nothing here covers what was"
            " decided there. Whoever runs the site mends that before this is relied on."
        )
    if seen.uncounted:
        said.append(
            f"{seen.uncounted:,} messages are marked as drawn at random and are not counted as draws: the stream cannot"
            " have come to them."
        )
    if seen.outdated:
        said.append("The final sample was drawn from another population than there is now, and is not counted.")
    return said
