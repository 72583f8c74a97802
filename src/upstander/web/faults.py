"""Pages for what went wrong on the way: no such page, a form from elsewhere, a fault of ours."""

import errno
import secrets
import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upstander.errors import Overtaken
from upstander.web.moments import plainly
from upstander.web.noted import broken, noted

__all__ = ["fault", "forgery", "missing", "overtaken", "too_many", "unreadable"]


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """No such page."""
    said = "There is no such page, or you have no access to it."
    return render(request, "refused.html", {"title": "Not found", "said": said}, status=404)


def overtaken(request: HttpRequest, problem: Overtaken, back: str, again: str) -> HttpResponse:
    """Somebody else decided first: who, when by this reader's clock, and the way back to it, in the words `again`."""
    told = {"title": "That cannot be done now", "said": problem.told(plainly(problem.at)), "back": back, "again": again}
    return render(request, "refused.html", told, status=409)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """A form that cannot be read: cut short, or more in it than a form may have."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    said = (
        f"What was sent could not be read: it was cut short, or held more than {most:,} files. Nothing of it was kept."
        " Send fewer at once, or hand in a folder on the server."
    )
    return render(request, "refused.html", {"title": "That was not taken", "said": said}, status=400)


def forgery(request: HttpRequest, reason: str = "", **named: Any) -> HttpResponse:  # noqa: ARG001
    """A form that did not come from a page of this site, or from one that was open for too long."""
    noted(request, "a form without its token")
    said = (
        "The page that you sent was open for too long, or did not come from here. Go back, load it again, and send it."
    )
    return render(request, "refused.html", {"title": "That was not taken", "said": said}, status=403)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """More tries to sign in from one address than a minute allows."""
    noted(request, "too many tries")
    said = "From where you are, this was tried too often within a minute. Wait a minute, and try again."
    return render(request, "refused.html", {"title": "Too many tries", "said": said}, status=429)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or the register is away; drawn with nothing, for the fault may be in the drawing."""
    problem = sys.exc_info()[1]
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return _bare(507, "The disk is full", "The disk that holds the cases takes no more. Make room, and send it")
    if isinstance(problem, OperationalError | InterfaceError):
        if "full" in str(problem):
            return _bare(
                507, "The disk is full", "The disk that holds the register takes no more. Make room, and send it"
            )
        return _bare(503, "The register cannot be reached", "It may be starting again. Wait a moment, and send it")
    number = secrets.token_hex(3)
    broken(request, number, problem)
    said = f"Please tell whoever runs this site that it was fault {number}, before you send it"
    return _bare(500, "Something went wrong on our side", said)


def _bare(status: int, title: str, said: str) -> HttpResponse:
    page = (
        f'<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>{title} – Upstander</title>'
        f"<main><h1>{title}</h1>"
        f"<p>{said} again if it is not there: an action happens whole or not at all.</p>"
        '<p><a href="/">Go to your cases</a></p></main></html>'
    )
    return HttpResponse(page, status=status)
