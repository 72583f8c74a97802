"""Why somebody reads: asked once a session and case, and entered in the ledger with every page that they read."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from upstander.actions import read_content
from upstander.evidence.transcript import Line
from upstander.model.signs import UNSAFE
from upstander.web.at import At, now
from upstander.web.notes import themes
from upstander.web.sparing import alone, spared
from upstander.web.zones import SESSION

__all__ = [
    "KINDS",
    "among",
    "back",
    "keep_reason",
    "kept_back",
    "kept_veiled",
    "read",
    "reason",
    "show_text",
    "shows_text",
    "told_before",
    "unasked",
]

#: What people read for; the last one is said in their own words.
KINDS: Mapping[str, str] = MappingProxyType(
    {"investigating": "Investigating", "reviewing": "Reviewing", "quality": "Quality check", "other": "Other"}
)

_KEY = SESSION


def reason(request: HttpRequest, here: At) -> str | None:
    """Why they read this case in this session; None before they said."""
    why = _kept(request, here).get("why")
    return why if isinstance(why, str) and why else None


def told_before(request: HttpRequest, here: At) -> dict[str, str]:
    """What they said before in this session, as the form asks for it again."""
    known = _kept(request, here)
    why = known.get("why")
    kind, _, said = why.partition(": ") if isinstance(why, str) else ("", "", "")
    kinds = [name for name, title in KINDS.items() if title.lower() == kind and name != "other"]
    told = {"zone": str(known.get("zone") or "")}
    if kinds:
        return {**told, "kind": kinds[0], "said": said}
    return {**told, "kind": "other", "said": why} if isinstance(why, str) and why else told


def keep_reason(request: HttpRequest, here: At, why: str, *, zone: str = "") -> None:
    """Keep why they read, and in which zone they want times told, for the rest of the session."""
    _keep(request, here, why=why, zone=zone)


def shows_text(request: HttpRequest, here: At) -> bool:
    """Whether what people wrote is shown without being asked for message by message.

    As they said in this session, or else as they chose for all.
    """
    said = _kept(request, here).get("text")
    if isinstance(said, bool):
        return said
    account = here.actor.account
    return account is not None and not spared(account).veiled


def kept_veiled(here: At, lines: Sequence[Line], *, reading: str | None = None) -> frozenset[str]:
    """Messages among these that stay veiled even where text is shown, by the codes that their reader chose.

    By anybody's codings and by the first ranking (`themes`). On a page of the queue for the code `reading`, if that is
    one of the chosen, every message stays veiled alike: a veil there tells nobody what was said of a message.
    """
    if not kept_back(here):
        return frozenset()
    return among(here, themes(here, lines, reading=reading))


def kept_back(here: At) -> frozenset[str]:
    """The codes whose messages stay veiled for their reader even where text is shown."""
    account = here.actor.account
    codes = spared(account).always_veiled if account is not None else []
    return frozenset(map(str, codes)) if isinstance(codes, list) else frozenset()


def among(here: At, told: Mapping[str, set[str]]) -> frozenset[str]:
    """Those of the messages that stay veiled, by what each may be about."""
    chosen = kept_back(here)
    return frozenset(message for message, found in told.items() if found & chosen)


def show_text(request: HttpRequest, here: At, *, shown: bool) -> None:
    """Show what people wrote on every page of this case, or veil it again."""
    _keep(request, here, text=shown)


def unasked(request: HttpRequest, here: At) -> HttpResponse:
    """The way to the question, and from there back to this page."""
    where = reverse("why", kwargs={"reference": here.case.reference})
    return HttpResponseRedirect(f"{where}?{urlencode({'next': request.get_full_path()})}")


def read(request: HttpRequest, here: At, about: str, *, shown: int = 0, **what: Any) -> None:
    """Enter in the ledger that they read this, and why; `shown` texts stand there (one more where one was opened)."""
    shown += bool(alone(request))
    why = reason(request, here) or "no reason given"
    read_content(here.actor, now(), case=here.case, about=about[:300], why=why, what=what, shown=shown)


def back(request: HttpRequest, here: At) -> str:
    """Where a form leads back to: a page of this case, as the form or the address says, or the list."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    inside = reverse("case", kwargs={"reference": here.case.reference})
    host = {request.get_host()} if asked.startswith("http") else None
    if (
        asked.startswith(inside)
        and not UNSAFE.search(asked)
        and url_has_allowed_host_and_scheme(asked, allowed_hosts=host)
    ):
        return asked
    return reverse("conversations", kwargs={"reference": here.case.reference})


def _kept(request: HttpRequest, here: At) -> dict[str, Any]:
    known = request.session.get(_KEY, {})
    mine = known.get(here.case.reference, {}) if isinstance(known, dict) else {}
    return mine if isinstance(mine, dict) else {}


def _keep(request: HttpRequest, here: At, **what: Any) -> None:
    known = request.session.get(_KEY, {})
    request.session[_KEY] = {**known, here.case.reference: {**_kept(request, here), **what}}
