"""The queue: one message after the other, read for a code; one key reveals, one codes, one moves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, pass_on
from upstander.actions.giving import give, let_lie, passed_by, reveal
from upstander.actions.saying import Said, say
from upstander.errors import BadCode, Refused, SaidAlready, UsageError
from upstander.register.models import Hold, HoldEnd, HoldMode
from upstander.review.codebook import Code
from upstander.stages.reading import codings, found
from upstander.stages.resident import Resident
from upstander.stages.sighted import named_by
from upstander.stages.tally import book
from upstander.web.at import At, at, now
from upstander.web.chips import chips
from upstander.web.reason import kept_veiled, read, reason, shows_text, unasked
from upstander.web.sparing import texts
from upstander.web.told import shown
from upstander.web.without_options import for_the_desk

__all__ = ["code_of", "queue", "said"]

#: Lines before and after the message; and where more is asked for.
_CONTEXT, _MORE = 4, 20
#: What somebody coded last, to be changed.
_LAST = 5


class Saying(forms.Form):
    """What a reviewer says of a message."""

    hold = forms.IntegerField(min_value=1, max_value=2**62)
    say = forms.ChoiceField(choices=[(word, "") for word in ("ticked", "not", "nothing", "pass")])
    own = forms.BooleanField(required=False)
    first = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    last = forms.IntegerField(min_value=1, max_value=2**31, required=False)
    note = forms.CharField(max_length=2_000, required=False)
    again = forms.BooleanField(required=False)

    def span(self) -> str | None:
        """The part, as a coding has it: people count from 1, and to the last one."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if first is None and last is None:
            return None
        if first is None or last is None or last < first:
            raise UsageError("A part has a first and a last character, counted from 1; the last is not before it.")
        return f"{first - 1}:{last}"


@require_safe
def queue(request: HttpRequest, reference: str, code: str, mode: str = "queue") -> HttpResponse:
    """What to read next."""
    here = at(request, reference, Power.CODE)
    which = code_of(here, code)
    if reason(request, here) is None:
        return unasked(request, here)
    way, passed = HoldMode(mode), request.GET.get("passed") == "yes"
    account = here.actor.account
    passing = passed_by(account, here.case, which.id) if account is not None else set()
    given = give(
        here.actor, now(), case=here.case, folder=here.folder, code=which.id, mode=way,
        passing=() if passed else passing, powers=here.powers,
    )  # fmt: skip
    page: dict[str, Any] = {"at": here, "code": which, "mode": mode, "place": _where(reference, which.id, mode)}
    if given is None:
        return render(request, "review_opening.html", page)
    there, hold = given
    again = _own(here, which.id, request.GET.get("again", ""))
    hold = again or hold
    with there.lock:
        page |= {"state": there.state(), "reason": None, "again": again is not None}
    if account is not None:
        done = Hold.objects.filter(account=account, case=here.case, code=which.id, end=HoldEnd.CODED)
        page |= {"last": done.order_by("-ended_at")[:_LAST], "passed": len(passing)}
    if hold is None:
        return render(request, "review_done.html", page)
    return render(request, "review_queue.html", {**page, **_message(request, here, which, there, hold)})


def _message(request: HttpRequest, here: At, code: Code, there: Resident, hold: Hold) -> dict[str, Any]:
    """The message in its place, with or without its words."""
    place = found(here.folder, hold.message)
    if place is None:
        let_lie(hold, now())
        raise Refused("The case does not show that message any more; look at the queue again.")
    told, of, at_place = place
    context = _MORE if request.GET.get("context") == "more" else _CONTEXT
    first = max(0, at_place - context)
    lines = told.lines(of, first, at_place + context + 1)
    line = lines[at_place - first]
    asked = request.GET.get("reveal", "") == str(hold.pk)
    veiled = kept_veiled(here, lines, reading=code.id)
    text = asked or (shows_text(request, here) and line.message not in veiled)
    page: dict[str, Any] = {"words_of": None}
    if text:
        veiled -= {line.message}
        seen = sum(texts(each) for each in lines if each.message not in veiled)
        what = {"code": code.id, "conversation": of.conversation, "from": lines[0].ordinal, "to": lines[-1].ordinal}
        read(request, here, f"message {hold.message}", shown=seen, **what)
        authored = [not each.notice for each in lines]
        before, after = sum(authored[: at_place - first]), sum(authored[at_place - first + 1 :])
        reveal(hold, now(), before=before, after=after)
    with there.lock:
        page["reason"] = there.reason(hold.message, line.text or "", hold.why)
    account = here.actor.account
    again = hold.end == HoldEnd.CODED
    if again and account is not None:
        own = account.full_name
        # Of each code the word that stands: the last.
        words = {coded.coding.code: coded for coded in codings(here.folder, line) if coded.coding.by == own}
        page["words_of"] = list(words.values())
    return {
        **page,
        "again": again,
        "hold": hold,
        "of": of,
        "line": line,
        "rows": shown(of, lines, first, veiled=veiled),
        "text": text,
        "chips": chips(book(here.folder), code),
        "more": context == _CONTEXT,
        "length": len(line.text or ""),
    }


@require_POST
def said(request: HttpRequest, reference: str, code: str, mode: str = "queue") -> HttpResponse:
    """Write down what they say, and go on."""
    here = at(request, reference, Power.CODE)
    which = code_of(here, code)
    if mode not in HoldMode.values:
        raise Http404
    where = _where(reference, which.id, mode)
    form = Saying(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was written: the form was not understood. Say it again.")
        return redirect(where)
    told = form.cleaned_data
    try:
        if told["say"] == "pass":
            pass_on(here.actor, now(), case=here.case, hold=told["hold"])
            messages.success(request, "Passed on: others are given it, and you are not.")
        else:
            _say(request, here, which, form)
    except SaidAlready as problem:
        messages.info(request, str(problem))
    except (BadCode, Refused, UsageError) as problem:
        messages.error(request, f"Nothing was written. {for_the_desk(str(problem))}")
        asked = {"reveal": told["hold"], **({"again": told["hold"]} if told["again"] else {})}
        return redirect(f"{where}?{urlencode(asked)}")
    return redirect(where)


def _say(request: HttpRequest, here: At, code: Code, form: Saying) -> None:
    told = form.cleaned_data
    hold = Hold.objects.filter(pk=told["hold"], case=here.case, code=code.id).first()
    place = None if hold is None else found(here.folder, hold.message)
    if hold is None or place is None:
        raise Refused("That message was not given to you here; go on with the next one.")
    codes = book(here.folder)
    others = [other for other in dict.fromkeys(request.POST.getlist("others")) if other != code.id]
    for other in others:
        codes.code(other)
    ticked = told["say"] == "ticked"
    if ticked and not (told["own"] or others):
        raise UsageError("Tick what applies, or say that it does not (n), or that nothing does (0).")
    applies = ticked and told["own"]
    span = form.span() if applies else None
    there, of, at_place = place
    line = there.lines(of, at_place, at_place + 1)[0]
    saying = Said(
        hold.pk, code.id, applies, others if ticked else (), nothing=told["say"] == "nothing", span=span,
        note=told["note"] or None, again=told["again"],
    )  # fmt: skip
    named = named_by(of, line, part=span is not None)
    say(here.actor, now(), case=here.case, folder=here.folder, of=named, said=saying)


def code_of(here: At, code: str) -> Code:
    """The code of a page; there is no page for one that the codebook does not have."""
    try:
        return book(here.folder).code(code)
    except BadCode as problem:
        raise Http404 from problem


def _own(here: At, code: str, asked: str) -> Hold | None:
    """What they coded before and want to say another word on."""
    if not (asked.isascii() and asked.isdigit()):
        return None
    mine = Hold.objects.filter(account=here.actor.account, case=here.case, code=code, end=HoldEnd.CODED)
    return mine.filter(pk=int(asked[:18])).first()


def _where(reference: str, code: str, mode: str) -> str:
    names = {"queue": "review_queue", "sample": "review_sample", "second": "review_second"}
    return reverse(names[mode], kwargs={"reference": reference, "code": code})
