"""The whole answer to `upstander agreement`: figures by code and over all, disagreements, and what is to be read again.

What a first reader said of a message that waits for its second reading is nowhere in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from upstander.review.agreement.draws import Draw, draws
from upstander.review.agreement.figures import Figures, figures
from upstander.review.agreement.words import warnings
from upstander.review.codings.coding import Via
from upstander.review.codings.listing import coded
from upstander.review.codings.standing import Reading, readings
from upstander.review.collection import known_as
from upstander.storage import Case
from upstander.storage.scan import collect

__all__ = ["Agreement", "Due", "OfCode", "agreement", "coded_messages"]


@dataclass(frozen=True, slots=True)
class OfCode:
    """How far reviewers agree on one code, or on all together."""

    #: None for all together.
    code: str | None
    book: str | None
    #: Messages that anybody read for it, and those that two or more did.
    read: int
    twice: int
    readers: tuple[str, ...]
    #: Messages read twice of which a reading is marked as a blind second one.
    blind: int
    #: Disagreements, and how many of them are settled.
    differ: int
    settled: int
    #: None where nothing was read twice.
    figures: Figures | None
    #: The same for all that was coded: drawn messages only, each counted for those that it stands for.
    drawn: Figures | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What waits for a second reading: messages in no order that says anything, and the codes to decide on."""

    messages: tuple[str, ...]
    #: The same for every message, so that none of them says what the first reader found.
    codes: tuple[str, ...]
    #: Drawn messages that have been read twice.
    done: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """The whole answer."""

    codes: tuple[OfCode, ...]
    #: All codes together; None where fewer than two were read twice.
    together: OfCode | None
    disagreements: tuple[Reading, ...]
    #: None where nothing was drawn.
    due: Due | None
    draws: tuple[Draw, ...]
    #: Messages that anybody read, those that two or more read for the same code, and what was decided of them: each
    #: reader's word on each code is one decision.
    messages: int
    twice: int
    decisions: int


def coded_messages(case: Case, *, code: str | None = None) -> tuple[list[str], list[str]]:
    """The messages that anybody read for the code, or for any, and the codebooks that it is of."""
    rows = [reading for reading in _all(case, code).values() if reading.own]
    return sorted({row.message for row in rows}), sorted({row.book for row in rows})


def agreement(case: Case, *, code: str | None = None, reader: str | None = None, seed: int = 0) -> Agreement:
    """How far the reviewers of a case agree, from the table of codings.

    What waits for a second reading is what `reader` has not read, where one is named. `seed` is the bootstrap's.
    Raises `UsageError`, `BadDecision`.
    """
    found = _all(case, code)
    made = _drawn(case, code)
    by_code: dict[tuple[str, str], list[Reading]] = {}
    for reading in found.values():
        if reading.own:
            by_code.setdefault((reading.book, reading.code), []).append(reading)
    codes = tuple(
        _of_code(name, book, rows, _chances(made, name, book), seed) for (book, name), rows in sorted(by_code.items())
    )
    rows = [reading for reading in found.values() if reading.own]
    several = sum(one.twice > 0 for one in codes) > 1
    return Agreement(
        codes,
        _of_code(None, None, rows, _chances(made, None, None), seed) if several else None,
        tuple(sorted((row for row in rows if row.disputed), key=lambda row: (row.book, row.code, row.message))),
        _due(rows, made, reader) if made else None,
        tuple(made),
        len({row.message for row in rows}),
        len({row.message for row in rows if len(row.own) > 1}),
        sum(len(row.own) for row in rows),
    )


def _all(case: Case, code: str | None) -> dict[tuple[str, str, str], Reading]:
    return readings((row.about, row.coding) for row in coded(case, code=code))


def _chances(made: Sequence[Draw], code: str | None, book: str | None) -> Mapping[str, float]:
    """The chance of each message that was drawn: in the latest draw for the code, or else in the latest for all."""
    fitting = [one for one in made if one.code == code and one.book in (None, book)]
    fitting = fitting or [one for one in made if one.code is None]
    return fitting[-1].drawn if fitting else {}


def _drawn(case: Case, code: str | None) -> list[Draw]:
    """The draws that concern the code, each as one however often it was added to, the latest last.

    Their messages go by the ids that they have now: a message is named by any of its sightings.
    """
    lines = [one for one in draws(case) if code is None or one.code in (None, code)]
    names = sorted({message for one in lines for message in one.drawn})
    seen = collect(known_as(case).filter(pl.col("sighting").cast(pl.String).is_in(names)).select("sighting", "message"))
    now = dict(seen.iter_rows())
    made: dict[tuple[object, ...], Draw] = {}
    for one in lines:
        rule = (one.code, one.book, one.share, one.seed)
        before = made.pop(rule, None)
        drawn = dict(before.drawn) if before else {}
        drawn |= {now.get(message, message): rate for message, rate in one.drawn.items()}
        made[rule] = replace(one, drawn=drawn)
    return list(made.values())


def _of_code(
    code: str | None, book: str | None, rows: Sequence[Reading], chances: Mapping[str, float], seed: int
) -> OfCode:
    twice = [row for row in rows if len(row.own) > 1]
    drawn = [row for row in twice if row.message in chances]
    made = _figures(twice, seed, None) if twice else None
    weighed = _figures(drawn, seed, chances) if drawn else None
    disputed = [row for row in twice if row.disputed]
    blind = {row.message for row in twice if any(coding.via is Via.SECOND for coding in row.own.values())}
    messages = {row.message for row in twice}
    waiting = len({row.message for row in rows if row.message in chances} - {row.message for row in drawn})
    return OfCode(
        code,
        book,
        len({row.message for row in rows}),
        len(messages),
        tuple(sorted({name for row in rows for name in row.own})),
        len(blind),
        len(disputed),
        sum(row.settled is not None for row in disputed),
        made,
        weighed,
        warnings(made, blind=len(blind), found=_found(twice), weighed=weighed, waiting=waiting) if made else (),
    )


def _found(rows: Sequence[Reading]) -> int:
    """Messages that somebody said yes of."""
    return len({row.message for row in rows if any(coding.applies for coding in row.own.values())})


def _figures(rows: Sequence[Reading], seed: int, chances: Mapping[str, float] | None) -> Figures:
    # In a fixed order, so that the same codings and seed give the same intervals.
    ordered = sorted(rows, key=lambda row: (row.message, row.book, row.code))
    numbers = {message: number for number, message in enumerate(dict.fromkeys(row.message for row in ordered))}
    return figures(
        np.array([numbers[row.message] for row in ordered], np.int64),
        np.array([len(row.own) for row in ordered], np.int64),
        np.array([sum(coding.applies for coding in row.own.values()) for row in ordered], np.int64),
        None if chances is None else np.array([1 / chances[row.message] for row in ordered], np.float64),
        seed=seed,
    )


def _due(rows: Sequence[Reading], made: Sequence[Draw], reader: str | None) -> Due:
    """Drawn messages with a decision that only one has made, and not the reader who asks."""
    waiting: set[str] = set()
    mine: set[str] = set()
    there: set[str] = set()
    codes: set[str] = set()
    general = {message for one in made if one.code is None for message in one.drawn}
    by_code = {(one.code, message) for one in made if one.code is not None for message in one.drawn}
    for row in rows:
        if row.message not in general and (row.code, row.message) not in by_code:
            continue
        there.add(row.message)
        codes.add(row.code)
        if len(row.own) == 1:
            waiting.add(row.message)
            if reader in row.own:
                mine.add(row.message)
    # In the order of their ids: nothing of what the first reader said can be read from it.
    return Due(tuple(sorted(waiting - mine)), tuple(sorted(codes)), len(there - waiting))
