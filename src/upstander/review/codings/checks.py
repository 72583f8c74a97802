"""What is checked of a decision before it is written, whoever makes it and however many at a time."""

from collections.abc import Iterable, Sequence

from upstander.errors import BadCode, UsageError
from upstander.review.codebook.book import Code
from upstander.review.codings.coding import MOST_SHOWN, Coding, Via
from upstander.review.codings.named import Named
from upstander.storage.signing import alike

__all__ = ["came", "one_spelling", "remark", "span_of", "window"]


def came(via: Via, before: Iterable[Coding]) -> Via:
    """How the message came before the reviewer, as it counts; `before` are the codings of it, of every code.

    What the random stream drew stays drawn when it is read again or for another code: called read by choice it would
    be a relevant message that reading reached, and the draws would show that reading misses nothing.
    """
    return Via.RANDOM if via is Via.READ and any(coding.via is Via.RANDOM for coding in before) else via


def one_spelling(by: str, names: Sequence[str]) -> None:
    """Raise `UsageError` where the name was written otherwise before: one person would seem two, who agree."""
    for name in reversed(names):
        if name != by and alike(name, by):
            raise UsageError(f"--by is {by!r}, and {name!r} has coded in this case; write the name as before")


def remark(note: str | None) -> str | None:
    """The note as it is kept; None where it says nothing. Raises `UsageError`."""
    kept = note.strip() if note else None
    if kept and any("\ud800" <= character <= "\udfff" for character in kept):
        raise UsageError("--note has bytes that are no UTF-8; write it in UTF-8")
    return kept or None


def window(written: str) -> tuple[int, int]:
    """The messages before and after that `before:after` means. Raises `UsageError`."""
    pair = _numbers(written)
    if pair is None:
        raise UsageError(
            f"--context is {written!r} and not two numbers of messages, before and after, such as 3:3; `queue next`"
            " says what it showed"
        )
    if max(pair) > MOST_SHOWN:
        raise UsageError(f"--context is two numbers of messages from 0 to {MOST_SHOWN:,}, before and after")
    return pair


def span_of(written: str, of: Named, code: Code, *, applies: bool) -> tuple[int, int]:
    """The characters that `first:one past last` means in the words of the message. Raises `BadCode`."""
    if not applies:
        raise BadCode(
            "a span says where a code applies, and no is of the whole message; leave either --span or --not out"
        )
    if not code.span:
        raise BadCode(f"code {code.id} is of a whole message and of no part of it; leave --span out")
    pair = _numbers(written)
    if pair is None:
        raise BadCode(
            f"--span is {written!r} and not two numbers: first character, counted from 0, and one past the last,"
            " such as 3:9"
        )
    start, end = pair
    length = len(of.text or "")
    if not length:
        raise BadCode(f"message {of.sighting} has no words here, so that no part of it can be coded; leave --span out")
    if not 0 <= start < end <= length:
        raise BadCode(f"--span {start}:{end} is no part of message {of.sighting}, which has {length:,} characters")
    return start, end


def _numbers(written: str) -> tuple[int, int] | None:
    first, colon, last = (part.strip() for part in written.partition(":"))
    if colon and all(part.isascii() and part.isdigit() and len(part) < 10 for part in (first, last)):
        return int(first), int(last)
    return None
