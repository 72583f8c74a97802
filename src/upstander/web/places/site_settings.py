"""The settings of the site, for whoever runs it: what each is for, its value, and where that came from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from upstander import __version__
from upstander.actions import Power
from upstander.register.site import described
from upstander.web.at import actor, site

__all__ = ["settings"]


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """All of them; they are read from outside when the site starts, and no page changes one."""
    actor(request).need(Power.RUN)
    return render(
        request, "settings.html", {"settings": described(), "version": __version__, "contact": site().contact}
    )
