"""Says when a case is not read whole: an answer from half of the evidence must not pass for the whole of it."""

from upstander.cli.exits import DONE, PARTIAL
from upstander.cli.terminal import note
from upstander.evidence.standing import unread
from upstander.storage import Case

__all__ = ["whole"]

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
