"""Where to report a weakness of the site (RFC 9116)."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from upstander.web.at import now, site

__all__ = ["contact"]


@require_safe
def contact(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - what a view is given
    """`security.txt`, where whoever runs the site set a contact."""
    said = " ".join(site().contact.split())
    if not said:
        raise Http404
    where = said if said.startswith(("https:", "mailto:", "tel:")) else f"mailto:{said}"
    until = (now() + timedelta(days=30)).replace(microsecond=0)
    text = f"Contact: {where}\nExpires: {until.isoformat()}\nPreferred-Languages: en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
