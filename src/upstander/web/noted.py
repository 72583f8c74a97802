"""What goes to standard error, for whoever runs the site: refusals, and faults of ours.

They see no content. So nothing is written that an exception says or an address asks for, which may be evidence or its
words: kinds, pages and places in the program are enough to find what went wrong.
"""

import sys
import traceback
from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from upstander.web.signing_in import Adapter

__all__ = ["broken", "noted"]


def noted(request: HttpRequest, what: str) -> None:
    """One line: what was refused, when, which page, to whom and where they are."""
    _write([_line(request, f"refused ({what})")])


def broken(request: HttpRequest, number: str, problem: BaseException | None) -> None:
    """The fault that a page calls by `number`: kinds of exceptions, first the last, and where each came through."""
    lines = [_line(request, f"fault {number}")]
    told = set()
    # Exceptions may lead round in a circle.
    while problem is not None and id(problem) not in told:
        told.add(id(problem))
        lines.append(f"  {type(problem).__module__}.{type(problem).__qualname__}")
        lines += [
            f"    {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(problem.__traceback__, limit=-12)
        ]
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    _write(lines)


def _line(request: HttpRequest, what: str) -> str:
    match = request.resolver_match
    page = match.view_name if match else "no page"
    # Who it is may be what cannot be asked just now: a register that is away breaks no second time here.
    user = request.__dict__.get("_cached_user") or AnonymousUser()
    who = f"account {user.pk}" if user.pk is not None else "nobody signed in"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"{what} at {now}: {request.method} {page}, {who}, from {Adapter().get_client_ip(request)}"


def _write(lines: list[str]) -> None:
    sys.stderr.write("\n".join([*lines, ""]))
    sys.stderr.flush()
