"""What people would call what only an id says: a message by its author, time and conversation."""

from dataclasses import dataclass
from datetime import datetime

from upstander.errors import CaseBusy, CaseDamaged
from upstander.stages.transcripts import transcript
from upstander.storage import Case

__all__ = ["Spot", "spot"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A message, or with no message a whole conversation."""

    conversation: str
    title: str
    message: str | None = None
    #: Who wrote it; None of a notice of the app, and where nobody is named.
    by: str | None = None
    notice: bool = False
    at: datetime | None = None


def spot(case: Case, asked: str) -> Spot | None:
    """The message or conversation of that very id; None where the case has none, or cannot be read just now."""
    try:
        there = transcript(case)
    except (CaseBusy, CaseDamaged):
        return None
    whole = there.conversation(asked)
    if whole is not None:
        return Spot(whole.conversation, whole.title)
    found = there.line(asked)
    if found is None:
        return None
    of, line = found
    if asked != line.message and asked not in {held.sighting for held in line.held}:
        return None
    return Spot(of.conversation, of.title, line.message, line.called, line.notice, line.at)
