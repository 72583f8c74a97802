"""What to do next for figures of agreement that say something, where there are too few double readings or none."""

import math

from upstander.review.agreement.report import Agreement
from upstander.review.agreement.words import FEW

__all__ = ["advice"]


def advice(answer: Agreement, *, case: str, coded: int, code: str | None = None) -> str | None:
    """The next step in one sentence, with the command for it; None where there are enough double readings.

    `coded` messages were read at all, for `code` or for any; `case` is how the case is called.
    """
    own = f"upstander agreement {case}{f' --code {code}' if code else ''}"
    if not answer.codes:
        return (
            f"Next: have messages coded, by `upstander queue next {case} --code {code or 'CODE'}` or `upstander code`;"
            " agreement is measured on those that two people read."
        )
    if answer.due and answer.due.messages:
        readers = sorted({name for one in answer.codes for name in one.readers})
        other = f"who is not {readers[0]}" if len(readers) == 1 else "who has not read them"
        return f"Next: somebody {other} reads what was drawn, blind: `{own} --for NAME` lists it."
    twice = max(one.twice for one in answer.codes)
    if twice >= FEW:
        return None
    drawn = max((made.share for made in answer.draws), default=0.0)
    share = min(1.0, math.ceil(100 * FEW / coded) / 100)
    if drawn >= share:
        return (
            f"Next: have more messages coded, then draw again: {coded:,} are, too few for {FEW} to be read twice, and"
            " with fewer the figures may be far off."
        )
    about = f"all {coded:,}" if share == 1 else f"about {FEW} of the {coded:,}"
    less = f", which are fewer than the {FEW} that figures should rest on" if coded < FEW else ""
    return (
        f"Next: `{own} --draw {share:g}` draws {about} messages that were coded{less}; a second person then reads them"
        " without knowing what the first one said."
    )
