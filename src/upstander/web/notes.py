"""What a reader is told of a page before they read it: which themes may be on it, and how often."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from upstander.actions import Power
from upstander.evidence.transcript import Line
from upstander.register.models import Hold, HoldEnd, HoldMode
from upstander.stages.codes import titles, words_of, words_on
from upstander.stages.flagging import flagged_with
from upstander.web.at import At

__all__ = ["coders", "notes", "notes_of", "themes", "themes_of"]


def coders(here: At) -> frozenset[str] | None:
    """Whose codings a reader may be shown as such: anybody's (None) where they settle disagreements, else their own.

    What another reader coded would tell whoever reads a message a second time how it was read first.
    """
    account = here.actor.account
    if account is None or Power.SETTLE in here.powers:
        return None
    return frozenset({account.full_name})


def notes(here: At, lines: Sequence[Line]) -> list[tuple[str, int]]:
    """Titles of the codes that may apply among these lines, with how many messages have each.

    By what a reader may be told of codings (`coders`) and by the flags of the first ranking: a note counts, and who
    knows the flags could tell by anybody's what others said.
    """
    ids = [line.message for line in lines]
    return _titled(here, _told(here, ids, words_on(here.folder, lines, by=coders(here)), None).values())


def notes_of(here: At, messages: Collection[str]) -> list[tuple[str, int]]:
    """The same of messages by their ids."""
    return _titled(here, _told(here, messages, words_of(here.folder, messages, by=coders(here)), None).values())


def _titled(here: At, found: Iterable[Collection[str]]) -> list[tuple[str, int]]:
    """Titles of the codes that messages may be of, with how many have each."""
    return titles(here.folder, Counter(code for codes in found for code in codes))


def themes(here: At, lines: Sequence[Line], *, reading: str | None = None) -> dict[str, set[str]]:
    """What each of these messages may be about: what stays veiled for a reader who keeps a theme hidden.

    By anybody's codings and by the flags of the first ranking, and nobody is told which, nor how many. Of the code that
    a page of the queue is `reading`, and of a message that is in the reader's hands for a second reading, neither is
    asked: there every message is taken to be of that code, whatever was said of it.
    """
    return _told(here, [line.message for line in lines], words_on(here.folder, lines), reading)


def themes_of(here: At, messages: Collection[str]) -> dict[str, set[str]]:
    """The same of messages by their ids."""
    return _told(here, messages, words_of(here.folder, messages), None)


def _told(here: At, messages: Iterable[str], coded: Mapping[str, set[str]], reading: str | None) -> dict[str, set[str]]:
    flagged, second = flagged_with(here.folder), _second(here)
    made = {}
    for message in messages:
        codes = coded.get(message, set()) | flagged.get(message, frozenset()) | second.get(message, set())
        if reading is not None:
            codes = codes | {reading}
        if codes:
            made[message] = set(codes)
    return made


def _second(here: At) -> dict[str, set[str]]:
    """Codes for which the reader was given a message to read a second time and did not say a word yet."""
    held = Hold.objects.filter(account=here.actor.account, case=here.case, mode=HoldMode.SECOND)
    made: dict[str, set[str]] = {}
    for message, code in held.exclude(end=HoldEnd.CODED).values_list("message", "code"):
        made.setdefault(message, set()).add(code)
    return made
