"""One message with everything: who knew, what they did, where else it stands, how it was coded."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from upstander.errors import BadCodebook, BadDecision, UsageError
from upstander.evidence.received import Absent, Row, absences, rows
from upstander.evidence.transcript import Conversation, Line, Transcript
from upstander.people.who import Knower, knowers
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import about
from upstander.review.codings.used import book_of_case
from upstander.review.stance.listed import Shown, beside
from upstander.stages.exhibits import Progress
from upstander.stages.knowing import presence
from upstander.stages.transcripts import transcript
from upstander.storage import Case

__all__ = ["WINDOW_DAYS", "Coded", "Whole", "codings", "found", "known", "prepare", "whole"]

#: Days after a message in which posts count as opportunity.
WINDOW_DAYS = 7

_DAY = 86_400_000

#: Lines of a conversation from which on opening it takes more of a page's time than all else.
_LARGE = 1_000


@dataclass(frozen=True, slots=True)
class Coded:
    """One coding of the message, with the code's own words."""

    coding: Coding
    #: What the codebook calls the code; its id where no codebook at hand has it.
    name: str


@dataclass(frozen=True, slots=True)
class Whole:
    """One message with all that a page of it shows."""

    conversation: Conversation
    place: int
    line: Line
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    #: Everybody of the conversation, who could act first; None where nobody worked out who was there.
    people: tuple[Knower, ...] | None
    #: By person, act, and the response's id or the emoji.
    stances: Mapping[tuple[str, str, str | None], Shown]
    rows: tuple[Row, ...]
    absences: tuple[Absent, ...]
    codings: tuple[Coded, ...]


def prepare(case: Case, *, progress: Progress = lambda *_: None) -> None:
    """Make what pages for reading are made of, and open large conversations for the question of who knew.

    Smaller ones are opened when somebody first asks. Raises `CaseBusy`, `CaseDamaged`.
    """
    there = transcript(case, progress=progress)
    large = [of for of in there.conversations() if of.lines > _LARGE]
    for done, of in enumerate(large):
        progress("Opening conversations", done, len(large))
        with suppress(UsageError):
            presence(case, of.conversation)


def found(case: Case, asked: str) -> tuple[Transcript, Conversation, int] | None:
    """Where the message of that id, of any sighting, stands; None where the case has none."""
    there = transcript(case)
    place = there.find(asked)
    return None if place is None else (there, *place)


def whole(case: Case, there: Transcript, of: Conversation, place: int, *, context: int) -> Whole:
    """The message at that place of the conversation, with `context` lines before and after it."""
    lines = there.lines(of, place - context, place + context + 1)
    split = min(place, context)
    line = lines[split]
    return Whole(
        conversation=of,
        place=place,
        line=line,
        before=tuple(lines[:split]),
        after=tuple(lines[split + 1 :]),
        people=known(case, of.conversation, line.ordinal) if not line.notice else (),
        stances=beside(case, line.message),
        rows=tuple(rows(case, line.held, {lane.capture: lane.exhibit for lane in of.lanes})),
        absences=tuple(absences(case, of.conversation, line)),
        codings=tuple(codings(case, line)),
    )


def known(case: Case, conversation: str, ordinal: int) -> tuple[Knower, ...] | None:
    """Who knew of the message at `ordinal`; None where nobody worked out who was there."""
    try:
        there = presence(case, conversation)
    except UsageError:
        return None
    return knowers(there, ordinal, window=WINDOW_DAYS * _DAY) or None


def codings(case: Case, line: Line) -> list[Coded]:
    """Every coding of the message, by whichever of its sightings it was coded, in order."""
    made = about(case, {line.message, *(held.sighting for held in line.held)})
    names = _names(case, made)
    return [Coded(coding, names.get(coding.code, coding.code)) for coding in made]


def _names(case: Case, made: Sequence[Coding]) -> dict[str, str]:
    """What the codebooks that were coded with call the codes."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(coding.codebook for coding in made):
        try:
            book = book_of_case(case, name, used=[name]).book
        except (BadCodebook, BadDecision):
            # A coding stands whether or not its codebook is still at hand.
            continue
        found |= {code.id: code.title for code in book.codes.values()}
    return found
