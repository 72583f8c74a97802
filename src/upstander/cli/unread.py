"""Says which lines of a decision file could not be read: an answer without them is not the whole of it."""

from collections.abc import Sequence

from upstander.cli.exits import PARTIAL
from upstander.cli.terminal import note
from upstander.storage import Part

__all__ = ["unread"]

#: Lines that are named.
_NAMED = 5


def unread(made: Part | Sequence[str], ends: int) -> int:
    """The status to end with, `PARTIAL` where lines could not be read, each of which is said on stderr.

    `made` is the part that was made of the file, or what is said of its lines.
    """
    sentences = _sentences(made)
    for sentence in sentences[:_NAMED]:
        note(sentence)
    if len(sentences) > _NAMED:
        note(f"{len(sentences) - _NAMED:,} lines more of it cannot be read and are left out")
    return max(ends, PARTIAL) if sentences else ends


def _sentences(made: Part | Sequence[str]) -> Sequence[str]:
    found: Sequence[str] = made.about.get("unread", ()) if isinstance(made, Part) else made
    return found
