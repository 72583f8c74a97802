"""Pages for what went wrong on the way: no such page, a form from elsewhere, a fault of ours."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["fault", "forgery", "missing", "unreadable"]


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """No such page."""
    said = "There is no such page, or you have no access to it."
    return render(request, "refused.html", {"title": "Not found", "said": said}, status=404)


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
    said = (
        "The page that you sent was open for too long, or did not come from here. Go back, load it again, and send it."
    )
    return render(request, "refused.html", {"title": "That was not taken", "said": said}, status=403)


def fault(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """A fault of ours; drawn with nothing, for the fault may be in the drawing."""
    said = (
        '<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>A fault of Upstander\'s</title>'
        "<main><h1>Something went wrong on our side</h1>"
        "<p>Nothing was changed by it: an action happens whole or not at all."
        ' Please tell whoever runs this site when it was.</p><p><a href="/">Go to your cases</a></p></main></html>'
    )
    return HttpResponse(said, status=500)
