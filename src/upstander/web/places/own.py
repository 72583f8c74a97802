"""What is one's own: password, second step, and how pages look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["own"]


def own(request: HttpRequest) -> HttpResponse:
    """One's own page."""
    return render(request, "own.html", {})
