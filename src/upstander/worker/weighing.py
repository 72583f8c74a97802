"""What responses do, weighed again where responses, codings or decisions have changed and been left alone for a while.

Pages lay what was decided since over the table, so nothing waits for this but guesses of what is new.
"""

import time
from pathlib import Path

from upstander.evidence.standing import PEOPLE, STANCES, Standing, standing
from upstander.review.codings.record import CODINGS
from upstander.review.stance.decision import STANCES_FILE
from upstander.stages import Progress, review
from upstander.storage import Case, parts
from upstander.worker.apart import Apart

__all__ = ["Weighing"]

#: Seconds that decisions are left alone before all responses are weighed again: people decide one after the other.
_QUIET = 30.0
#: And before the first time: more may be read at once.
_FIRST = 5.0


class Weighing:
    """Remembers which state of each case was weighed."""

    def __init__(self) -> None:
        self._good: dict[str, float] = {}
        self._apart = Apart("what responses do was not weighed")

    def look(self, reference: str, case: Case, told: Progress) -> None:
        """Bring a case's table of stances up to date, where that is due."""
        touched = max(
            _touched(case.tables), _touched(case.decisions / CODINGS), _touched(case.decisions / STANCES_FILE)
        )
        if touched == self._good.get(reference) or self._apart.rests(reference, touched):
            return
        with self._apart.kept(reference, touched):
            there = {part.name for part in parts(case)}
            if PEOPLE not in there or time.time() - touched < (_QUIET if STANCES in there else _FIRST):
                return
            if standing(case) is Standing.CURRENT:
                review.stances(case, told)
            # What this wrote is looked at once more, and found to be good.
            self._good[reference] = touched


def _touched(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0
