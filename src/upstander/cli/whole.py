"""Says when a case is not read whole: an answer from half of the evidence must not pass for the whole of it."""

from upstander.cli.exits import DONE, PARTIAL
from upstander.cli.terminal import note
from upstander.errors import NotReconciled
from upstander.evidence.standing import PEOPLE, RECONCILED, Standing, standing, unread
from upstander.storage import Case

__all__ = ["alongside", "settled", "whole"]

#: References that are named.
_NAMED = 5


def whole(case: Case) -> int:
    """The status to end with, `PARTIAL` where exhibits are not read yet, which is said on stderr."""
    missing = unread(case)
    if not missing:
        return DONE
    named = ", ".join(missing[:_NAMED]) + (" and others" if len(missing) > _NAMED else "")
    note(
        f"{len(missing):,} of the exhibits ({named}) are not read yet, because a run was stopped, and are not in this"
        f" answer; `upstander rebuild {case.path.name}` reads them"
    )
    return PARTIAL


def settled(case: Case, name: str = RECONCILED) -> int:
    """The status to end with for an answer from what the exhibits show together.

    `PARTIAL` where exhibits are not read yet, or where the answer is older than what they hold, which is said on
    stderr. Raises `NotReconciled` where there is no such answer yet.
    """
    ends = whole(case)
    stands = standing(case, name)
    if stands is Standing.ABSENT:
        raise NotReconciled(_undone(case))
    if stands is Standing.OLDER:
        note(_OLDER.format(case=case.path.name))
        return PARTIAL
    return ends


def alongside(case: Case) -> int:
    """The same for an answer that only adds what the exhibits show together: that it is absent is said, no refusal."""
    try:
        return settled(case, PEOPLE)
    except NotReconciled as problem:
        note(str(problem))
        return PARTIAL


_OLDER = (
    "this answer is older than what the exhibits hold or what was decided: a run was stopped, or decisions were added;"
    " `upstander rebuild {case}` brings it up to date"
)


def _undone(case: Case) -> str:
    what = (
        "the captures are not reconciled" if standing(case, RECONCILED) is Standing.ABSENT else "people are not known"
    )
    return f"{what} yet in case {case.path.name}; `upstander rebuild {case.path.name}` does it"
