"""Replies that are laughter or emoji and nothing else: what was seen, and no guess of what was meant.

On public forums laughter is as common in replies that object as in those that approve (docs/explanation/stance.md), so
the words of a reply that has words decide, and laughter decides only where there is nothing else.
"""

import re
from functools import lru_cache

from upstander.review.folding import fold
from upstander.review.stance.emoji import emoji_stance, pictures
from upstander.review.stance.kinds import Basis, Stance

__all__ = ["observed"]

#: Laughter as it is written in many languages, whole words, folded. Three k are an organisation: it takes four.
_LAUGHS = re.compile(
    r"(?:b?w?a?(?:h+[aei]+){2,}h*|h+[ae]h+|(?:[aei]h+){2,}[aei]?|(?:j+[aei]+){2,}j*|(?:x+a+){2,}x*|l+o+l+(?:o*l+)*[sz]*"
    r"|l+m+f?a+o+|rofl(?:mao)?|lulz?|kek(?:w|ek)*|xd+|x+d{2,}|k{4,}|(?:r+s+){2,}|mdr+|ptdr+|w{3,}|haha\w{0,2}|teehee|tehe+|heh+e*"
    r"|(?:х+[аеи]+){2,}х*|(?:а+х+){2,}а*|ололо\w*|ржу|哈{2,}|呵{2,}|笑+|草+|ㅋ{2,}|ㅎ{2,}|ᄏ{2,}|ᄒ{2,}|ה{3,}|خ{3,}|ه{3,}"
    r"|هاها\w*|ههه\w*|5{3,}\+)"
)
_WORD = re.compile(r"[^\W_]+\+?")

#: Longer than any laughter; a megabyte of it is a flood and is weighed as text.
_LONGEST = 400


def observed(text: str | None) -> tuple[Stance, Basis] | None:
    """What a reply that is laughter or emoji alone does, and by which of them it is known; None where it has words."""
    if not text or len(text) > _LONGEST:
        return None
    return _observed(text)


@lru_cache(maxsize=65_536)
def _observed(text: str) -> tuple[Stance, Basis] | None:
    if pictures(text) is not None:
        return emoji_stance(text), Basis.EMOJI
    folded = fold(text)
    words = _WORD.findall(folded)
    # Syllables may stand apart: ha ha, ха-ха.
    if not words or not (all(map(_LAUGHS.fullmatch, words)) or _LAUGHS.fullmatch("".join(words))):
        return None
    beside = _WORD.sub(" ", folded)
    seen = pictures("".join(character for character in beside if ord(character) > 0x2000))
    # Laughter with a thumb down or an angry face is both: nobody can say which by rule.
    against = seen is not None and emoji_stance(seen) is Stance.CHALLENGE
    return (Stance.UNDECIDED if against else Stance.LAUGH_ALONG), Basis.LAUGHTER
