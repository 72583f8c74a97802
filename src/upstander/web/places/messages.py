"""One message with everything: who knew, what they did, where else it stands, its rows as received, its codings."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from upstander.actions import Power
from upstander.evidence.pictures import picture
from upstander.evidence.transcript import Line
from upstander.evidence.worded import MATCHED, REASONS, offset, traces
from upstander.people.presence import lagged
from upstander.people.who import Knower
from upstander.people.worded import did, spoken
from upstander.stages.reading import WINDOW_DAYS, Whole, found, whole
from upstander.web.at import At, at
from upstander.web.ladder import strip
from upstander.web.notes import coders, notes
from upstander.web.places.conversations import number
from upstander.web.reason import kept_veiled, read, reason, shows_text, unasked
from upstander.web.sparing import texts
from upstander.web.told import shown

__all__ = ["media", "message"]

#: Lines before and after the message.
_CONTEXT = 5
#: Characters of a text that a page shows; the rest is on further pages of it.
_PART = 20_000
#: Rungs whose time is that of a receipt, and is said.
_TIMED = ("read", "played", "delivered")
#: People that are listed before one asks for all.
_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Response:
    """What somebody did about the message, with what it may have meant."""

    label: str
    act: str
    emoji: str | None
    #: Id of the message that is the response.
    message: str | None
    lag: str | None
    #: The stance, with whether it is a guess and how sure; None where nobody weighed it.
    stance: str | None


@require_safe
def message(request: HttpRequest, reference: str, message: str) -> HttpResponse:
    """The message."""
    here = at(request, reference, Power.READ)
    place = found(here.folder, message)
    if place is None:
        raise Http404
    if reason(request, here) is None:
        return unasked(request, here)
    there, of, at_place = place
    told = whole(here.folder, there, of, at_place, context=_CONTEXT)
    if told.line.message != message:
        return HttpResponseRedirect(reverse("message", kwargs={"reference": reference, "message": told.line.message}))
    lines = [*told.before, told.line, *told.after]
    text = shows_text(request, here)
    veiled = kept_veiled(here, lines) if text else frozenset()
    rows = shown(of, lines, at_place - len(told.before), veiled=veiled)
    received = {told.line.message: [row.text for row in told.rows]}
    seen = (
        sum(texts(line, *received.get(line.message, ())) for line in lines if line.message not in veiled) if text else 0
    )
    what = {"from": lines[0].ordinal, "to": lines[-1].ordinal, "ordinal": told.line.ordinal}
    read(request, here, f"message {message}", shown=seen, conversation=of.conversation, **what)
    page = {**_page(request, here, told), "text": text, "open": text and message not in veiled}
    page["notes"] = notes(here, lines)
    return render(request, "message.html", {"at": here, **page, "rows": rows})


@require_safe
def media(request: HttpRequest, reference: str, message: str, number: int) -> HttpResponse:
    """A picture that came with the message."""
    here = at(request, reference, Power.READ)
    place = found(here.folder, message)
    if place is None:
        raise Http404
    there, of, at_place = place
    attachments = there.lines(of, at_place, at_place + 1)[0].attachments
    if reason(request, here) is None or number >= len(attachments):
        raise Http404
    held = picture(here.folder, attachments[number])
    if held is None:
        raise Http404
    read(request, here, f"attachment {number} of message {message}", sha256=attachments[number].sha256)
    answer = HttpResponse(held.content, content_type=held.media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return answer


def _page(request: HttpRequest, here: At, told: Whole) -> dict[str, object]:
    line, of = told.line, told.conversation
    text = line.text or ""
    parts = max(1, -(-len(text) // _PART))
    part = number(request.GET.get("part", ""), parts)
    everybody = request.GET.get("people") == "all"
    people = told.people or ()
    whose = coders(here)
    codings = [coded for coded in told.codings if whose is None or coded.coding.by in whose]
    return {
        "told": told,
        "of": of,
        "line": line,
        "lanes": {lane.capture: lane for lane in of.lanes},
        "whole_text": text[(part - 1) * _PART : part * _PART],
        "part": part,
        "parts": parts,
        "people": [(knower, did(knower, told.stances)) for knower in (people if everybody else people[:_PEOPLE])],
        "people_more": 0 if everybody else max(0, len(people) - _PEOPLE),
        "strip": strip(people),
        "posted": people[0].posted if people else None,
        "window": WINDOW_DAYS,
        "responses": _responses(people, told, posts=Power.SETTLE in here.powers),
        "stances_there": bool(told.stances),
        "codings": codings,
        "settles": Power.SETTLE in here.powers,
        "matched": MATCHED,
        "reasons": REASONS,
        "words": spoken,
        "timed": _TIMED,
        "traces_in_words": traces,
        "offset": _offset,
        "previous": _id(told.before[-1:]),
        "next": _id(told.after[:1]),
    }


def _responses(people: tuple[Knower, ...], told: Whole, *, posts: bool) -> list[Response]:
    """Replies and reactions of everybody, and with `posts` the posts soon after that may be an answer.

    Those are looked at after messages that somebody coded: whoever may read a message a second time is not told so.
    """
    made = []
    for knower in people:
        person = knower.standing.person
        for act, what, lag in knower.acts:
            stance = told.stances.get((person, act, what))
            made.append(
                Response(
                    label=knower.standing.label,
                    act=act,
                    emoji=what if act != "reply" else None,
                    message=what if act == "reply" else None,
                    lag=lagged(lag) if lag is not None else None,
                    stance=stance.words() if stance is not None else None,
                )
            )
        for (whose, act, what), stance in told.stances.items():
            if posts and whose == person and act == "next_post":
                made.append(Response(knower.standing.label, act, None, what, None, stance.words()))
    return made


def _offset(milliseconds: int | None) -> str:
    """How far a phone's written time is from the message's, in words."""
    return "" if milliseconds is None or abs(milliseconds) < 1000 else offset(milliseconds)


def _id(lines: tuple[Line, ...]) -> str | None:
    return lines[0].message if lines else None
