"""A reply's own words: without what it quotes of the message that it answers.

Whoever objects often repeats what was said. Those words are not theirs and must weigh neither as agreement nor as
abuse.
"""

import re

from upstander.review.folding import fold

__all__ = ["LONGEST", "own_words"]

#: Characters of a reply, and of what it answers, that are weighed: the stance stands in the first words.
LONGEST = 2_000

_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»\n]{3,400})[\"“”„«»]|(?<!\w)['‘]([^'‘’\n]{3,400})['’](?!\w)")
_WORDS = re.compile(r"\w+")


def own_words(reply: str, parent: str) -> str:
    """The beginning of `reply` without quoted lines and without quotations whose words all stand in `parent`."""
    kept = _QUOTED_LINE.sub(" ", reply[: 2 * LONGEST])
    said = set(_WORDS.findall(fold(parent[: 2 * LONGEST]))) if _QUOTED.search(kept) else set()

    def unquoted(found: re.Match[str]) -> str:
        words = set(_WORDS.findall(fold(found[1] or found[2])))
        return " " if words and words <= said else found[0]

    return _QUOTED.sub(unquoted, kept)[:LONGEST] if said else kept[:LONGEST]
