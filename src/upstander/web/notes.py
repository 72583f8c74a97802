"""What a reader is told of a page before they read it: which themes may be on it, and how often."""

from collections import Counter
from collections.abc import Sequence

from upstander.actions import Power
from upstander.evidence.transcript import Line
from upstander.register.models import Hold, HoldEnd, HoldMode
from upstander.stages.codes import titles, words_on
from upstander.stages.flagging import flagged_with
from upstander.web.at import At

__all__ = ["coders", "notes", "themes"]


def coders(here: At) -> frozenset[str] | None:
    """Whose codings a reader may be shown as such: anybody's (None) where they settle disagreements, else their own.

    What another reader coded would tell whoever reads a message a second time how it was read first.
    """
    account = here.actor.account
    if account is None or Power.SETTLE in here.powers:
        return None
    return frozenset({account.full_name})


def notes(here: At, lines: Sequence[Line]) -> list[tuple[str, int]]:
    """Titles of the codes that may apply among these lines, with how many messages have each."""
    return titles(here.folder, Counter(code for found in themes(here, lines).values() for code in found))


def themes(here: At, lines: Sequence[Line], *, reading: str | None = None) -> dict[str, set[str]]:
    """What each of these messages may be about: what spares a reader, and says nothing of who coded what.

    By anybody's codings and by the flags of the first ranking, which nobody can tell apart here. Of the code that a
    page of the queue is `reading`, and of a message that is in the reader's hands for a second reading, neither is
    asked: there every message is taken to be of that code, whatever was said of it.
    """
    coded, flagged = words_on(here.folder, lines), flagged_with(here.folder)
    second = _second(here)
    made = {}
    for line in lines:
        codes = (
            coded.get(line.message, set()) | flagged.get(line.message, frozenset()) | second.get(line.message, set())
        )
        if reading is not None:
            codes = codes | {reading}
        if codes:
            made[line.message] = set(codes)
    return made


def _second(here: At) -> dict[str, set[str]]:
    """Codes for which the reader was given a message to read a second time and did not say a word yet."""
    held = Hold.objects.filter(account=here.actor.account, case=here.case, mode=HoldMode.SECOND)
    made: dict[str, set[str]] = {}
    for message, code in held.exclude(end=HoldEnd.CODED).values_list("message", "code"):
        made.setdefault(message, set()).add(code)
    return made
