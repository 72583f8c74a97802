"""What a reader is told of a page before they read it: which themes were found on it, and how often."""

from collections import Counter
from collections.abc import Sequence

from upstander.actions import Power
from upstander.evidence.transcript import Line
from upstander.stages.codes import titles, words_on
from upstander.web.at import At

__all__ = ["coders", "notes"]


def coders(here: At, *, blind: bool = False) -> frozenset[str] | None:
    """Whose codings a reader may be told of: anybody's (None) where they settle disagreements, else their own.

    What another reader coded would tell whoever reads a message a second time how it was read first; and whoever
    settles too, where they read `blind`.
    """
    account = here.actor.account
    if account is None or (Power.SETTLE in here.powers and not blind):
        return None
    return frozenset({account.full_name})


def notes(here: At, lines: Sequence[Line]) -> list[tuple[str, int]]:
    """Titles of the codes that apply among these lines, with how many messages have each."""
    return titles(here.folder, Counter(code for found in _found(here, lines) for code in found))


def _found(here: At, lines: Sequence[Line]) -> list[set[str]]:
    return list(words_on(here.folder, lines, by=coders(here)).values())
