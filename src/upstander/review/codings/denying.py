"""A reviewer read a message and nothing of the codebook applies: checked, then written as one line."""

from dataclasses import dataclass
from datetime import datetime

from upstander.errors import BadCode, UsageError
from upstander.review.codebook import Codebook, keep
from upstander.review.codebook.shelf import Loaded
from upstander.review.codings.checks import came, one_spelling, remark
from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.named import Named, named
from upstander.review.codings.nothing import OF_ONE, Nothing
from upstander.review.codings.record import append, history
from upstander.review.codings.used import book_of_case
from upstander.review.collection import ids_of
from upstander.storage import Case
from upstander.storage.signing import signed

__all__ = ["Denied", "Denying", "denied", "deny"]


@dataclass(frozen=True, slots=True)
class Denying:
    """What a reviewer says."""

    message: str
    by: str
    #: The code that the message was read for; None where it was for none.
    code: str | None = None
    via: Via = Via.READ
    note: str | None = None
    codebook: str | None = None
    context: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Denied:
    """What was written: none of these codes applies."""

    word: Nothing
    codes: tuple[str, ...]
    book: Codebook
    of: Named


def deny(case: Case, asked: Denying, *, now: datetime) -> Denied:
    """Write down that none of the codebook's codes applies to the message.

    It is said of every code on which the reviewer has not decided yet. Raises `BadCode` where they have said before
    that one applies, or have decided on all of them; and `BadCodebook`, `BadDecision`, `UsageError`. Nothing is written
    then.
    """
    made, used = denied(case, asked, now=now)
    keep(case, used)
    append(case, [made.word])
    return made


def denied(case: Case, asked: Denying, *, now: datetime, of: Named | None = None) -> tuple[Denied, Loaded]:
    """What `deny` would write, and the codebook to be kept with it; `of` is the message where it is found already."""
    by = signed(asked.by)
    if asked.via is Via.SETTLED:
        raise UsageError("a disagreement is about one code; settle it with CODE, and --not or without")
    if asked.via in OF_ONE and asked.code is None:
        raise UsageError(f"--via {asked.via.value} is said of the code that the message was read for; name it as CODE")
    before = history(case)
    used = book_of_case(case, asked.codebook, used=before.codebooks)
    code = None if asked.code is None else used.book.code(asked.code).id
    of = of or named(case, asked.message)
    note = remark(asked.note)
    one_spelling(by, before.names)
    said: dict[str, Coding] = {}
    about = before.about(of.ids or ids_of(case, of.message))
    for coding in about:
        if (coding.by, coding.book) == (by, used.book.name) and coding.via is not Via.SETTLED:
            said[coding.code] = coding
    yes = next((coding for coding in said.values() if coding.applies), None)
    if yes is not None:
        raise BadCode(
            f"{by} said on {yes.at:%Y-%m-%d %H:%M} UTC that {yes.code} applies to message {of.message}; say first"
            f" that it does not (`upstander code` with {yes.code} and --not), or leave --nothing out"
        )
    codes = tuple(each for each in used.book.codes if each not in said)
    if not codes:
        raise BadCode(f"{by} has said of every code of {used.book.reference} that it does not apply to {of.message}")
    besides = tuple(sorted(said))
    word = Nothing(
        of.sighting, used.book.reference, by, now, came(asked.via, about), code, besides, note, asked.context
    )
    return Denied(word, codes, used.book, of), used
