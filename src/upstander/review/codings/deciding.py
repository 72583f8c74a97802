"""A reviewer decides on one message: checked against the codebook and the message, then written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from upstander.errors import BadCode, UsageError
from upstander.review.codebook import Codebook, book_of_case, keep
from upstander.review.codebook.book import Code
from upstander.review.codings.coding import MOST_SHOWN, Coding, Via
from upstander.review.codings.named import Named, named
from upstander.review.codings.record import History, append, history
from upstander.review.codings.standing import Reading, readings
from upstander.review.collection import known_as
from upstander.storage import Case
from upstander.storage.scan import collect
from upstander.storage.signing import alike, signed

__all__ = ["Asked", "Decided", "decide", "span_of", "window"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reviewer says."""

    message: str
    code: str
    by: str
    applies: bool = True
    via: Via = Via.READ
    span: str | None = None
    note: str | None = None
    codebook: str | None = None
    #: Messages before and after it in the conversation that were on show.
    context: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was written, and what became of it."""

    coding: Coding
    code: Code
    book: Codebook
    of: Named
    #: The same reviewer's earlier word on the message and code, which this one takes the place of.
    before: Coding | None
    #: For a coding that settles: those whose word is still waited for.
    waits_for: tuple[str, ...] = ()


def decide(case: Case, asked: Asked, *, now: datetime) -> Decided:
    """Check a decision and write it down.

    Raises `BadCode`, `BadCodebook`, `BadDecision`, `UsageError`; nothing is written then.
    """
    by = signed(asked.by)
    before = history(case)
    used = book_of_case(case, asked.codebook, used=before.codebooks)
    code = used.book.code(asked.code)
    of = named(case, asked.message)
    span = span_of(asked.span, of, code) if asked.span is not None else None
    note = asked.note.strip() if asked.note else None
    if note and any("\ud800" <= character <= "\udfff" for character in note):
        raise UsageError("--note has bytes that are no UTF-8; write it in UTF-8")
    coding = Coding(
        of.sighting, code.id, used.book.reference, asked.applies, by, now, asked.via, span, note or None,
        _shown(asked.context),
    )  # fmt: skip
    _check_name(by, before.names)
    reading = _so_far(case, of, before, code.id, used.book.name)
    settles = asked.via is Via.SETTLED
    if settles:
        _may_settle(reading, of, code)
    keep(case, used)
    append(case, [coding])
    earlier = [word for word in reading.settling if word.by == by] if settles else [reading.own.get(by)]
    waits: tuple[str, ...] = ()
    if settles and by in reading.own:
        reading.settling.append(coding)
        waits = _waiting(reading)
    return Decided(coding, code, used.book, of, earlier[-1] if earlier else None, waits)


def window(written: str) -> tuple[int, int]:
    """The messages before and after that `before:after` means. Raises `UsageError`."""
    before, colon, after = (part.strip() for part in written.partition(":"))
    if not colon or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (before, after)):
        raise UsageError(
            f"--context is {written!r} and not two numbers of messages, before and after, such as 3:3; `queue next`"
            " says what it showed"
        )
    return int(before), int(after)


def span_of(written: str, of: Named, code: Code) -> tuple[int, int]:
    """The characters that `first:one past last` means in the words of the message. Raises `BadCode`."""
    if not code.span:
        raise BadCode(f"code {code.id} is of a whole message and of no part of it; leave --span out")
    first, colon, last = (part.strip() for part in written.partition(":"))
    if not colon or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (first, last)):
        raise BadCode(
            f"--span is {written!r} and not two numbers: first character, counted from 0, and one past the last,"
            " such as 3:9"
        )
    start, end = int(first), int(last)
    length = len(of.text or "")
    if not length:
        raise BadCode(f"message {of.sighting} has no words here, so that no part of it can be coded; leave --span out")
    if not 0 <= start < end <= length:
        raise BadCode(f"--span {start}:{end} is no part of message {of.sighting}, which has {length:,} characters")
    return start, end


def _shown(context: tuple[int, int] | None) -> tuple[int, int] | None:
    if context is not None and not all(0 <= count <= MOST_SHOWN for count in context):
        raise UsageError(f"--context is two numbers of messages from 0 to {MOST_SHOWN:,}, before and after")
    return context


def _check_name(by: str, names: Sequence[str]) -> None:
    """One person who is written in two ways would seem to be two, who agree with each other."""
    for name in reversed(names):
        if name != by and alike(name, by):
            raise UsageError(f"--by is {by!r}, and {name!r} has coded in this case; write the name as before")


def _so_far(case: Case, of: Named, before: History, code: str, book: str) -> Reading:
    """What was decided on the message and code until now."""
    ids = set(collect(known_as(case).filter(pl.col("message") == of.message).select("sighting"))["sighting"])
    about = [(of.message, coding) for coding in before.about(ids) if coding.code == code]
    return readings(about).get((of.message, code, book), Reading(of.message, code, book))


def _may_settle(reading: Reading, of: Named, code: Code) -> None:
    if not reading.disputed:
        raise BadCode(
            f"nobody differs on {code.id} for message {of.message}, so that there is nothing to settle; leave --settle"
            " out"
        )


def _waiting(reading: Reading) -> tuple[str, ...]:
    """Readers whose last settling word is not there, or is another than the last one said."""
    words = {coding.by: coding.applies for coding in reading.settling if coding.by in reading.own}
    last = reading.settling[-1].applies
    return tuple(name for name in reading.own if words.get(name) is not last)
