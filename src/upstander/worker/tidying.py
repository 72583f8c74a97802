"""What is over and left lying: leftovers of inboxes and of what was being sent, and sessions that have ended."""

import shutil
import sys
import time
from importlib import import_module
from pathlib import Path

from django.conf import settings

from upstander.register.models import HandIn, HandInState
from upstander.register.site import Site
from upstander.storage import Case, Home

__all__ = ["arrived", "sweep", "tidy"]

#: Seconds after which what lies in an inbox is no hand-in that is just being made.
_OLD = 3600.0

#: Seconds after which what is arriving does not arrive any more.
_LEFT = 6 * 3600.0


def tidy(site: Site) -> None:
    """Remove all of it."""
    # A session says what its reader gave as reasons, and in which cases: it goes into no backup once it has ended.
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    arrived(site)
    sweep(site)


def arrived(site: Site) -> None:
    """Remove what a server that was killed left of what was being sent; another may be receiving what is younger."""
    if not site.arriving.is_dir():
        return
    for left in site.arriving.iterdir():
        if left.is_file() and _age(left) > _LEFT:
            left.unlink(missing_ok=True)


def sweep(site: Site) -> None:
    """Remove from the inboxes what no hand-in is of: left by a crash before it was handed in, or after it was done."""
    for folder in Home(site.home).cases():
        try:
            _swept(folder)
        except OSError as problem:
            # Its folder is being moved away, or is another's: the others are looked at all the same.
            sys.stderr.write(f"{folder.path.name}: its inbox was not tidied: {problem}\n")


def _swept(folder: Case) -> None:
    if not folder.inbox.is_dir():
        return
    rows = HandIn.objects.exclude(state=HandInState.DONE).filter(case__reference=folder.path.name)
    kept = {Path(file["at"]).parts[0] for row in rows for file in row.files}
    for place in folder.inbox.iterdir():
        if place.name not in kept and _age(place) > _OLD:
            shutil.rmtree(place, ignore_errors=True)


def _age(path: Path) -> float:
    """Seconds since it was written; none of what went away just now."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
