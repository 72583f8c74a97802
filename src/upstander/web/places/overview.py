"""A case at a glance: what came in, what was found, and what needs a human."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from upstander.web.at import at

__all__ = ["overview"]


def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """The case at a glance."""
    here = at(request, reference)
    return render(request, "overview.html", {"at": here})
