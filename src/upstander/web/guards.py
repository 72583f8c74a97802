"""What stands before and behind every page: headers, the entrance, and refusals as pages."""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from upstander.errors import CaseBusy, CaseDamaged, CaseMissing, NotAllowed, UpstanderError
from upstander.register.models import Account
from upstander.register.site import Site
from upstander.web.arriving import tidied
from upstander.web.faults import missing
from upstander.web.noted import noted
from upstander.web.signing_in import keep_open, stands

__all__ = ["entrance", "headers", "limits", "refusals"]

Page = Callable[[HttpRequest], HttpResponse]

#: Nothing from elsewhere, nothing inline, nothing framed.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)

#: Verbs that pages take; which page takes which is its own to say.
_VERBS = ("GET", "HEAD", "POST")

#: Seconds after which a page is made once more whose tables could not be read.
_MOMENT = 0.1

#: Where one may be without an account.
_OPEN = ("/static/", "/account/login/", "/account/2fa/", "/account/inactive/", "/begin/", "/.well-known/")


#: Where one may be with a password that somebody else chose.
_FIRST = ("/static/", "/account/password/change/", "/account/logout/", "/.well-known/")


def headers(get_response: Page) -> Page:
    """Security headers on everything that goes out; pages are kept by no cache."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path == "/account/logout/" and request.method == "POST":
            # What the browser still holds of the pages goes with the session.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered


def limits(get_response: Page) -> Page:
    """What is larger than a hand-in may be is refused before any of it is kept; and so is any verb but three."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.method not in _VERBS:
            return HttpResponseNotAllowed(_VERBS)
        site: Site = settings.SITE  # type: ignore[misc]
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdecimal() and int(said) <= site.upload_bytes:
            try:
                return get_response(request)
            finally:
                tidied(request)
        return HttpResponse(
            f"That is more than this site takes at once: a hand-in may have {site.upload_gib:g} GiB."
            " Hand it in in parts, or from a folder on the server; whoever runs the site can raise the limit"
            " (UPSTANDER_UPLOAD_GIB).\n",
            content_type="text/plain; charset=utf-8",
            status=413,
        )

    return answered


def entrance(get_response: Page) -> Page:
    """Nobody sees a page without an account, but for the few that lead to one; the first to come makes the first."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not stands(request):
            logout(request)
        if request.user.is_authenticated:
            keep_open(request)
            until = request.user.password_ends
            if until is not None and not request.path.startswith(_FIRST):
                return _given(request, until)
        if request.user.is_authenticated or request.path.startswith(_OPEN):
            return get_response(request)
        if not Account.objects.exists():
            return HttpResponseRedirect(reverse("begin"))
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")

    return answered


def _given(request: HttpRequest, until: datetime) -> HttpResponse:
    """Whoever came in with a password that somebody else chose chooses their own before they see anything."""
    if timezone.now() < until:
        return HttpResponseRedirect(reverse("account_change_password"))
    logout(request)
    said = "The password that you were given was for a week. Ask whoever runs this site for another."
    return render(request, "refused.html", {"title": "That password has ended", "said": said}, status=403)


def refusals(get_response: Page) -> Page:
    """What an action refuses is a page that says so, with a way back; an address that nothing can have is none."""

    def answered(request: HttpRequest) -> HttpResponse:
        return missing(request) if "\0" in request.path else get_response(request)

    answered.process_exception = _refused  # type: ignore[attr-defined]
    return answered


def _again(request: HttpRequest) -> HttpResponse:
    match = request.resolver_match
    if match is None:
        raise CaseDamaged("nothing was found at this address")
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return answer


def _refused(request: HttpRequest, problem: Exception) -> HttpResponse | None:
    if isinstance(problem, CaseDamaged) and request.method in ("GET", "HEAD"):
        # Tables that a worker was putting in the place of others just then are whole a moment later.
        time.sleep(_MOMENT)
        try:
            return _again(request)
        except UpstanderError as still:
            problem = still
    if not isinstance(problem, UpstanderError):
        return None
    status, title = 409, "That cannot be done now"
    if isinstance(problem, NotAllowed):
        status, title = (404, "Not found") if problem.hidden else (403, "You may not do that")
        noted(request, "not allowed")
    elif isinstance(problem, CaseMissing):
        status, title = 404, "Not found"
        noted(request, "no such case")
        problem = NotAllowed("There is no such case, or you have no access to it.")
    elif isinstance(problem, CaseBusy):
        status, title = 503, "The case is busy"
    return render(request, "refused.html", {"title": title, "said": str(problem)}, status=status)
