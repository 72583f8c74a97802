"""What responses do: guesses, one at a time with what they answer, for a person to confirm, change or leave open."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from upstander.actions import Power, decide_stance
from upstander.actions.decide_stance import seen_of
from upstander.errors import Overtaken, Refused
from upstander.evidence.transcript import Conversation
from upstander.people.listed import person_of
from upstander.review.stance.kinds import Stance
from upstander.stages.stances import SHOWS, Asked, Response, listed, made, named
from upstander.stages.transcripts import transcript
from upstander.web.at import At, at, now
from upstander.web.faults import overtaken
from upstander.web.notes import notes
from upstander.web.places.conversations import number
from upstander.web.reason import kept_veiled, read, reason, shows_text, unasked
from upstander.web.sparing import texts
from upstander.web.told import Shown, shown

__all__ = ["ACTS_IN_WORDS", "decide", "one", "stances"]

#: Responses a page.
_PAGE = 50
#: Lines before the message, and after the response; more than so many between them are two places.
_BEFORE, _AFTER, _TOGETHER = 3, 2, 12

#: A stance by what it is decided with: a key, what it is called, and what it means.
CHOICES: tuple[tuple[Stance, str, str, str], ...] = (
    (
        Stance.CHALLENGE,
        "c",
        "Challenges it",
        "objects, corrects, refuses to go along, or says that it will be reported",
    ),
    (Stance.APPROVE, "a", "Approves of it", "agrees, praises, or adds to it"),
    (Stance.LAUGH_ALONG, "l", "Laughs along", "laughs, and says nothing against it"),
    (Stance.MOVE_ON, "m", "Moves on", "is about something else, or answers without taking a side"),
    (Stance.UNDECIDED, "n", "None of these, or cannot be told", "counts in no count; what was decided is taken back"),
)

SHOWN: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "Nobody looked yet",
        "confirmed": "Confirmed",
        "open": "Looked at, cannot be told",
        "all": "All",
    }
)
STANCES: Mapping[str, str] = MappingProxyType(
    {
        "challenge": "challenges",
        "approve": "approves",
        "laugh_along": "laughs along",
        "move_on": "moves on",
        "undecided": "undecided",
    }
)
ACTS_IN_WORDS: Mapping[str, str] = MappingProxyType(
    {"reply": "replied", "reaction": "reacted", "next_post": "posted soon after"}
)
BASES: Mapping[str, str] = MappingProxyType(
    {
        "emoji": "by what the emoji usually says",
        "laughter": "and nothing else: it says not what was meant",
        "text": "by its words and those that it answers",
    }
)


class Deciding(forms.Form):
    """A word on one response."""

    message = forms.CharField(max_length=2_000)
    name = forms.CharField(max_length=64)
    seen = forms.CharField(max_length=64, required=False)
    stance = forms.ChoiceField(choices=[(stance.value, "") for stance in Stance])
    note = forms.CharField(max_length=500, required=False)
    n = forms.IntegerField(min_value=1, required=False)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a conversation that stand together."""

    rows: list[Shown]


@require_safe
def stances(request: HttpRequest, reference: str) -> HttpResponse:
    """Responses, with what is guessed and what was decided."""
    here = at(request, reference, Power.RULE)
    if reason(request, here) is None:
        return unasked(request, here)
    asked = _asked(request, here)
    standing = made(here.folder)
    context: dict[str, Any] = {"at": here, "made": standing, "asked": asked, "query": _query(asked), **_words()}
    if not standing.there:
        return render(request, "stances.html", context)
    page = number(request.GET.get("page", ""), 1_000_000)
    found = listed(here.folder, asked, first=(page - 1) * _PAGE, limit=_PAGE)
    pages = max(1, -(-found.count // _PAGE))
    read(request, here, "responses", responses=len(found.rows), page=page, show=asked.show)
    first = (page - 1) * _PAGE
    return render(request, "stances.html", {**context, "found": found, "page": page, "pages": pages, "first": first})


@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One response, the message that it answers, and what stands around both."""
    here = at(request, reference, Power.RULE)
    if reason(request, here) is None:
        return unasked(request, here)
    asked = _asked(request, here)
    place = number(request.GET.get("n", ""), 1_000_000)
    found = listed(here.folder, asked, first=place - 1, limit=1)
    if found.count and not found.rows:
        # The last of those that waited was decided: there may be some before it.
        return redirect(_where(reference, asked, found.count))
    context = {"at": here, "asked": asked, "query": _query(asked), "n": place, "count": found.count, **_words()}
    if not found.rows:
        return render(request, "stance.html", context)
    response = found.rows[0]
    there = transcript(here.folder)
    place_of = there.find(response.message)
    if place_of is None:
        raise Http404
    of, at_place = place_of
    answering = there.find(response.response) if response.response is not None else None
    text = shows_text(request, here)
    blocks = _blocks(here, of, at_place, None if answering is None else answering[1], text=text)
    lines = [row.line for block in blocks for row in block.rows]
    seen = sum(texts(row.line) for block in blocks for row in block.rows if not row.veiled) if text else 0
    read(request, here, f"response to message {response.message}", shown=seen, conversation=of.conversation)
    context |= {"response": response, "of": of, "text": text, "blocks": blocks, "notes": notes(here, lines)}
    context |= {"marks": _marks(response), "choices": CHOICES, "bases": BASES, "seen": seen_of(response)}
    return render(request, "stance.html", context)


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what it does, and go on to the next."""
    here = at(request, reference, Power.RULE)
    form = Deciding(request.POST)
    if not form.is_valid():
        raise Refused("That decision was not understood; go back and choose again. A note has 500 characters at most.")
    said = form.cleaned_data
    stance = Stance(said["stance"])
    meant = named(here.folder, said["message"], said["name"])
    if meant is None:
        raise Refused("That response is not one of this case as it stands now; go back and choose it again.")
    told = {"key": meant.key, "stance": stance, "note": said["note"] or None, "seen": said["seen"]}
    try:
        decide_stance(here.actor, now(), case=here.case, folder=here.folder, **told)
    except Overtaken as problem:
        back = _where(reference, Asked(show="all", message=meant.message, person=meant.person), 1)
        return overtaken(request, problem, back, "Look at the response again")
    asked = _asked(request, here)
    word = next(title for choice, _, title, _ in CHOICES if choice is stance)
    messages.success(request, f"Entered: {word[:1].lower()}{word[1:]}.")
    return redirect(_where(reference, asked, (said["n"] or 1) + _stays(asked, meant, stance)))


def _stays(asked: Asked, meant: Response, stance: Stance) -> bool:
    """Whether what was decided stays among those that were asked for: else the next has its place."""
    decided = stance is not Stance.UNDECIDED
    shown_so = asked.show == "all" or asked.show == ("confirmed" if decided else "open")
    return shown_so and asked.stance in (None, stance if decided else meant.guess)


def _asked(request: HttpRequest, here: At) -> Asked:
    given = request.GET
    person = given.get("person", "")[:2_000]
    show, stance = given.get("show", ""), given.get("stance", "")
    return Asked(
        show=show if show in SHOWS else "waiting",
        message=given.get("message", "")[:2_000] or None,
        person=(person_of(here.folder, person) or person) if person else None,
        stance=stance if stance in STANCES else None,
        coded=given.get("coded") == "yes",
    )


def _query(asked: Asked, **more: int) -> str:
    told: dict[str, str | int | None] = {"show": asked.show, "message": asked.message, "person": asked.person}
    told |= {"stance": asked.stance, "coded": "yes" if asked.coded else None, **more}
    return urlencode({name: value for name, value in told.items() if value is not None})


def _where(reference: str, asked: Asked, place: int) -> str:
    return f"{reverse('stance', kwargs={'reference': reference})}?{_query(asked, n=place)}"


def _blocks(here: At, of: Conversation, at_place: int, answering: int | None, *, text: bool) -> list[Block]:
    """The message and the response with what stands around them: once where they are near, else each by itself."""
    there = transcript(here.folder)
    spans = [(at_place - _BEFORE, at_place + 1 + _AFTER)]
    if answering is not None and 0 <= answering - at_place <= _TOGETHER:
        spans = [(at_place - _BEFORE, answering + 1 + _AFTER)]
    elif answering is not None:
        spans.append((answering - _BEFORE, answering + 1 + _AFTER))
    blocks = []
    for first, last in spans:
        begins = max(0, first)
        lines = there.lines(of, begins, last)
        veiled = kept_veiled(here, lines) if text else frozenset()
        blocks.append(Block(shown(of, lines, begins, veiled=veiled)))
    return blocks


def _marks(response: Response) -> dict[str, str]:
    marks = {response.message: "The message"}
    if response.response is not None:
        marks[response.response] = "The response"
    return marks


def _words() -> dict[str, object]:
    return {"shows": SHOWN, "stances": STANCES, "acts": ACTS_IN_WORDS}
