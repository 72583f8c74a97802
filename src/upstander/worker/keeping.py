"""What is made of all exhibits together, kept up to date: the phones compared, people placed, index, ranking, picture.

A hand-in that others wait behind leaves it to the last of them; two handles that somebody says are one person change it
too. It is looked for where a case's tables or decisions were touched, once they have been left alone for a moment.
"""

import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from upstander.errors import CaseBusy, UpstanderError
from upstander.evidence.standing import CASE_PART, Standing, decided, standing
from upstander.register.models import Case, HandIn, HandInState
from upstander.register.site import Site
from upstander.stages import Progress, together
from upstander.stages.indexing import index
from upstander.stages.pictures import captures_picture
from upstander.stages.reading import prepare
from upstander.stages.review import triage
from upstander.storage import Case as Folder
from upstander.storage import Home, parts
from upstander.worker.apart import Apart
from upstander.worker.weighing import Weighing

__all__ = ["Keeping", "shown"]

#: Seconds that a case is left alone after somebody decided or a command wrote: more may come at once.
_QUIET = 5.0

#: The state of a case whose folder is not there.
_GONE = -1.0


class Keeping:
    """Remembers which state of each case was found to be up to date."""

    def __init__(self, site: Site, leaving: Callable[[], bool]) -> None:
        self._site = site
        self._leaving = leaving
        self._good: dict[str, float] = {}
        self._apart = Apart("what its exhibits show together was not made")
        self._weighing = Weighing()

    def look(self) -> list[str]:
        """Bring every case up to date that needs it; gives the references of those."""
        made = []
        busy = HandIn.objects.filter(state__in=(HandInState.WAITING, HandInState.RUNNING)).values("case")
        for reference in Case.objects.exclude(pk__in=busy).values_list("reference", flat=True):
            if self._leaving():
                break
            # Its folder may have been moved away: that is said, and looked at again each time, for it may come back.
            with self._apart.kept(reference, _GONE):
                folder = Home(self._site.home).open(reference)
                self._weighing.look(reference, folder, self._told)
                if self._looked(reference, folder):
                    made.append(reference)
        return made

    def _looked(self, reference: str, folder: Folder) -> bool:
        touched, made = _touched(folder), False
        if touched == self._good.get(reference) or time.time() - touched < _QUIET:
            return False
        if self._apart.rests(reference, touched):
            return False
        with self._apart.kept(reference, touched):
            made = self._made(folder)
            self._good[reference] = _touched(folder)
        return made

    def _made(self, folder: Folder) -> bool:
        there = {part.name for part in parts(folder)}
        due = bool(there - {CASE_PART}) and standing(folder) in (Standing.OLDER, Standing.ABSENT)
        if due:
            together(folder, progress=self._told)
            shown(folder, self._told)
        elif there - {CASE_PART}:
            # Of a case that the command line made, or an older version.
            triage(folder, self._told)
        return due

    def _told(self, label: str, done: int, total: int) -> None:  # noqa: ARG002 - what a stage tells
        if self._leaving():
            raise CaseBusy("the worker is to end")


def shown(case: Folder, told: Progress) -> None:
    """Make what pages show, so that the first need not wait; each can be made at any time, and is no condition."""
    with suppress(UpstanderError):
        index(case, progress=told)
    with suppress(UpstanderError):
        prepare(case, progress=told)
    with suppress(UpstanderError):
        # What content notes, `flagged:` and the order of reading rest on; nobody at the desk would know to ask for it.
        triage(case, told)
    told("Drawing", 0, 1)
    try:
        captures_picture(case)
    except Exception:  # noqa: BLE001 - the page draws it again, and says what is wrong
        traceback.print_exc(file=sys.stderr)


def _touched(case: Folder) -> float:
    """When something was last read into the case, or decided of its people."""
    paths: list[Path] = [case.tables, *(path for path in [decided(case)] if path is not None)]
    return max((path.stat().st_mtime for path in paths if path.exists()), default=0.0)
