"""What spares a reader, as pages ask for it."""

import zlib

from django.http import HttpRequest
from django.utils import timezone

from upstander.evidence.transcript import Line
from upstander.register.exposure import today
from upstander.register.models import Account, Care, Exposure

__all__ = ["alone", "due", "read_today", "scripted", "sign_of", "spared", "texts", "unscripted"]

_UNSCRIPTED = "unscripted"

#: Where an account that was looked up for one request keeps them.
_KNOWN = "_care_of_request"


def spared(account: Account) -> Care:
    """Their choices; the most careful where they made none. Looked up once for what a request knows of them."""
    known: Care | None = getattr(account, _KNOWN, None)
    if known is None:
        known = Care.objects.filter(account=account).first() or Care(account=account)
        setattr(account, _KNOWN, known)
    return known


def read_today(account: Account) -> Exposure:
    """How much was shown to them with its text since midnight, UTC."""
    return today(account, timezone.now()) or Exposure(account=account)


def due(care: Care, read: Exposure) -> bool:
    """Whether to offer a pause: as many messages as they said were shown since the last time, or since midnight."""
    return care.pause_after is not None and read.messages - read.paused_at >= care.pause_after


def texts(line: Line, *more: str | None) -> int:
    """How many different texts stand on a page where that line stands with its text.

    The text itself, every earlier version of it, captions, what it quotes where no phone holds that, and `more` of it.
    """
    said = {
        line.text,
        *(version.text for version in line.versions),
        *(held.caption for held in line.attachments),
        *more,
    }
    return len({*said, line.quoted if line.answers is None else None} - {None, ""})


def unscripted(request: HttpRequest) -> None:
    """Note that their browser runs no scripts: a text is opened by a page of its own from then on, which counts it."""
    if scripted(request):
        request.session[_UNSCRIPTED] = True


def scripted(request: HttpRequest) -> bool:
    """Whether nothing says that their browser runs no scripts."""
    session = getattr(request, "session", None)
    return session is None or session.get(_UNSCRIPTED) is not True


def sign_of(text: str) -> str:
    """What an address calls the text that is to be opened by itself: nothing of what it says."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def alone(request: HttpRequest) -> str:
    """The sign of the text that was opened by itself where no script counts it; empty where none was."""
    return "" if scripted(request) else request.GET.get("open", "")[:8]
