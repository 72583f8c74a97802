"""A reviewer decides on one message: checked against the codebook and the message, then written."""

from dataclasses import dataclass
from datetime import datetime

from upstander.errors import BadCode
from upstander.review.codebook import Codebook, keep
from upstander.review.codebook.book import Code
from upstander.review.codebook.shelf import Loaded
from upstander.review.codings.checks import came, one_spelling, remark, span_of
from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.named import Named, named
from upstander.review.codings.record import append, history
from upstander.review.codings.standing import Reading, readings
from upstander.review.codings.used import book_of_case
from upstander.review.collection import ids_of
from upstander.storage import Case
from upstander.storage.signing import signed

__all__ = ["Asked", "Decided", "decide", "decided"]


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
    made, used = decided(case, asked, now=now)
    keep(case, used)
    append(case, [made.coding])
    return made


def decided(case: Case, asked: Asked, *, now: datetime, of: Named | None = None) -> tuple[Decided, Loaded]:
    """What `decide` would write, checked against all that is written, and the codebook to be kept with it.

    `of` is the message where whoever asks has found it already. Raises as `decide` does.
    """
    by = signed(asked.by)
    before = history(case)
    used = book_of_case(case, asked.codebook, used=before.codebooks)
    code = used.book.code(asked.code)
    of = of or named(case, asked.message)
    span = span_of(asked.span, of, code, applies=asked.applies) if asked.span is not None else None
    note = remark(asked.note)
    about = before.about(of.ids or ids_of(case, of.message))
    coding = Coding(
        of.sighting, code.id, used.book.reference, asked.applies, by, now, came(asked.via, about), span, note,
        asked.context,
    )  # fmt: skip
    one_spelling(by, before.names)
    reading = _so_far(of, about, code.id, used.book.name)
    settles = asked.via is Via.SETTLED
    if settles:
        _may_settle(reading, of, code)
    earlier = [word for word in reading.settling if word.by == by] if settles else [reading.own.get(by)]
    waits: tuple[str, ...] = ()
    if settles and by in reading.own:
        reading.settling.append(coding)
        waits = _waiting(reading)
    return Decided(coding, code, used.book, of, earlier[-1] if earlier else None, waits), used


def _so_far(of: Named, about: list[Coding], code: str, book: str) -> Reading:
    """What of it is on the code."""
    mine = [(of.message, coding) for coding in about if coding.code == code]
    return readings(mine).get((of.message, code, book), Reading(of.message, code, book))


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
