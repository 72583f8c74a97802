"""How far coding has come, code by code: counted on as decisions are made, for a page that shows all codes."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from upstander.review.codebook import Codebook
from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.following import Following, Rewritten
from upstander.review.codings.nothing import Nothing
from upstander.review.codings.standing import Reading
from upstander.review.codings.used import book_of_case
from upstander.stages.beside import Beside
from upstander.stages.sighted import messages_of
from upstander.storage import Case
from upstander.storage.kept import tables_digest
from upstander.storage.scan import collect, scan

__all__ = ["Count", "book", "tallied", "tally", "worded"]


@dataclass(frozen=True, slots=True)
class Count:
    """One code: messages that somebody read for it, relevant ones, and disagreements that are open."""

    read: int
    relevant: int
    disputed: int


@dataclass
class _Tally:
    following: Following
    lock: threading.Lock = field(default_factory=threading.Lock)
    #: By code and message, what was decided on it; and by message, the words that nothing applies.
    own: dict[str, dict[str, Reading]] = field(default_factory=dict)
    nothing: dict[str, list[Nothing]] = field(default_factory=dict)
    #: By code: messages that it applies to, and those on which reviewers differ.
    relevant: Counter[str] = field(default_factory=Counter)
    disputed: Counter[str] = field(default_factory=Counter)
    #: By code: messages that were read for it, of which somebody also said that nothing applies.
    both: Counter[str] = field(default_factory=Counter)

    def catch_up(self, case: Case) -> None:
        rows = self.following.new()
        named = messages_of(case, {row.sighting for row in rows}) if rows else {}
        for row in rows:
            message = named.get(row.sighting, row.sighting)
            if isinstance(row, Coding):
                self._coded(message, row)
                continue
            if message not in self.nothing:
                self.both.update(code for code, readings in self.own.items() if message in readings)
            self.nothing.setdefault(message, []).append(row)
            for code, readings in self.own.items():
                if message in readings and code not in row.besides:
                    with self._recounted(readings[message]):
                        readings[message].own.setdefault(row.by, row.coding(code))

    def _coded(self, message: str, coding: Coding) -> None:
        readings = self.own.setdefault(coding.code, {})
        known = readings.get(message)
        fresh = known is None
        if known is None:
            known = readings[message] = Reading(message, coding.code, coding.book)
            self.both[coding.code] += message in self.nothing
        with self._recounted(known):
            for word in self.nothing.get(message, ()) if fresh else ():
                if coding.code not in word.besides:
                    known.own[word.by] = word.coding(coding.code)
            if coding.via is Via.SETTLED:
                known.settling.append(coding)
            else:
                known.own[coding.by] = coding

    @contextmanager
    def _recounted(self, reading: Reading) -> Iterator[None]:
        """Count a reading as it is afterwards, and no longer as it was."""
        self._count(reading, -1)
        yield
        self._count(reading, 1)

    def _count(self, reading: Reading, by: int) -> None:
        self.relevant[reading.code] += by * bool(reading.applies)
        self.disputed[reading.code] += by * (reading.disputed and reading.settled is None)

    def count(self, code: str) -> Count:
        readings = self.own.get(code, {})
        read = len(readings) + len(self.nothing) - self.both[code]
        return Count(read, self.relevant[code], self.disputed[code])


def tally(case: Case, codes: Codebook) -> dict[str, Count]:
    """Each code of the codebook, in its order."""
    return _counted(case, lambda _: codes.codes)


def tallied(case: Case) -> dict[str, Count]:
    """Each code that somebody read for, whatever codebook it is of, by its id. Raises `BadCodebook`, `BadDecision`."""
    known = book(case).codes
    # Whoever says that nothing applies has read for every code.
    return _counted(case, lambda there: sorted({*there.own, *(known if there.nothing else ())}))


def _counted(case: Case, of: Callable[[_Tally], Iterable[str]]) -> dict[str, Count]:
    for _ in range(2):
        there = _kept(case, tables_digest(case, ("sightings",)))
        try:
            with there.lock:
                there.catch_up(case)
                return {code: there.count(code) for code in of(there)}
        except Rewritten:
            _kept.cache_clear()
    return {}


def book(case: Case) -> Codebook:
    """The codebook that the case is coded with. Raises `BadCodebook`, `BadDecision`."""
    return book_of_case(case).book


def worded(case: Case) -> int | None:
    """Messages with words: what can be read for a code; None while a large case is looked through for the first time.

    While it is looked through again, as many as there were before.
    """
    found = _worded.ask(case.path, tables_digest(case, ("sightings", "messages")), lambda: _count(case))
    return None if found is None else found.value


@lru_cache(maxsize=64)
def _kept(case: Case, digest: str) -> _Tally:  # noqa: ARG001 - where messages are others, all is counted again
    return _Tally(Following(case))


_worded: Beside[int] = Beside(64)


def _count(case: Case) -> int:
    words = pl.col("text").fill_null("").str.strip_chars() != ""
    lead = scan(case, "sightings").filter(pl.col("lead") & ~pl.col("notice")).select("sighting")
    told = scan(case, "messages").filter(words).select(pl.col("message").alias("sighting"))
    return int(collect(lead.join(told, on="sighting", how="semi").select(pl.len())).item())
