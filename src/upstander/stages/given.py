"""What else is to be read for a code: what rank has come to, final samples, second readings; of a queue in memory."""

from dataclasses import replace
from datetime import datetime

from upstander.review.agreement.draws import draws
from upstander.review.certificate.choices import Choice
from upstander.review.certificate.draws import Draw, record
from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.standing import Reading
from upstander.stages.resident import Resident
from upstander.stages.sighted import messages_of

__all__ = ["disagreements", "reached", "read_twice", "sample_due", "second_due"]


def reached(there: Resident, now: datetime) -> list[Coding]:
    """What is to be written: that rank has come to what the stream had shown, in the words of who decided it."""
    due = there.found.queue.due()
    if not due:
        return []
    made = []
    for place in due:
        message = there.message(place)
        by = there.drawn.get(message)
        # The last word of whom it was drawn for: nobody's judgement changes by it.
        words = [reading.own[by] for reading in there.about(message) if by is not None and by in reading.own]
        if words:
            note = "drawn at random before; rank has come to it"
            made.append(replace(words[-1], via=Via.QUEUE, at=now, note=note))
    return made


def sample_due(there: Resident) -> list[str]:
    """Messages of the last final sample that nobody has read, in the order of its drawing."""
    lines: list[Draw | Choice] = record(there.case, there.code)
    last = next((each for each in reversed(lines) if isinstance(each, Draw)), None)
    if last is None:
        return []
    named = messages_of(there.case, last.messages)
    given = [named.get(each, each) for each in last.messages]
    return [message for message in given if not any(reading.own for reading in there.about(message))]


def second_due(there: Resident, reader: str) -> list[str]:
    """Messages drawn for a second reading that one person has read, and not the reader who asks; by their ids.

    In the order of their ids, so that nothing of what the first reader said can be read from it.
    """
    lines = [one for one in draws(there.case) if one.code in (None, there.code)]
    drawn = {message for one in lines for message in one.drawn}
    named = messages_of(there.case, drawn) if drawn else {}
    found = set()
    for each in drawn:
        message = named.get(each, each)
        own = [reading.own for reading in there.about(message)]
        if any(len(readers) == 1 and reader not in readers for readers in own):
            found.add(message)
    return sorted(found)


def disagreements(there: Resident, *, settled: bool = False) -> list[Reading]:
    """Messages that reviewers decided differently, those that are open or those that are settled."""
    found = [reading for reading in there.readings.values() if reading.disputed]
    return sorted(
        (reading for reading in found if (reading.settled is not None) == settled), key=lambda row: row.message
    )


def read_twice(there: Resident) -> list[Reading]:
    """Messages that two people or more have read, whether they say the same or not."""
    return sorted((row for row in there.readings.values() if len(row.own) > 1), key=lambda row: row.message)
