"""How far coding has come, code by code: counted on as decisions are made, for a page that shows all codes."""

import threading
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
from upstander.stages.transcripts import tables_digest
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Count", "book", "tally", "worded"]


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

    def catch_up(self, case: Case) -> None:
        rows = self.following.new()
        named = messages_of(case, {row.sighting for row in rows}) if rows else {}
        for row in rows:
            message = named.get(row.sighting, row.sighting)
            if isinstance(row, Coding):
                self._coded(message, row)
                continue
            self.nothing.setdefault(message, []).append(row)
            for code, readings in self.own.items():
                if message in readings and code not in row.besides:
                    readings[message].own.setdefault(row.by, row.coding(code))

    def _coded(self, message: str, coding: Coding) -> None:
        readings = self.own.setdefault(coding.code, {})
        known = readings.get(message)
        if known is None:
            known = readings[message] = Reading(message, coding.code, coding.book)
            for word in self.nothing.get(message, ()):
                if coding.code not in word.besides:
                    known.own[word.by] = word.coding(coding.code)
        if coding.via is Via.SETTLED:
            known.settling.append(coding)
        else:
            known.own[coding.by] = coding

    def count(self, code: str) -> Count:
        readings = self.own.get(code, {})
        read = len(readings) + sum(message not in readings for message in self.nothing)
        relevant = sum(bool(reading.applies) for reading in readings.values())
        return Count(read, relevant, sum(each.disputed and each.settled is None for each in readings.values()))


def tally(case: Case, codes: Codebook) -> dict[str, Count]:
    """Each code of the codebook, in its order."""
    for _ in range(2):
        there = _kept(case)
        try:
            with there.lock:
                there.catch_up(case)
                return {code: there.count(code) for code in codes.codes}
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
def _kept(case: Case) -> _Tally:
    return _Tally(Following(case))


_worded: Beside[int] = Beside(64)


def _count(case: Case) -> int:
    words = pl.col("text").fill_null("").str.strip_chars() != ""
    lead = scan(case, "sightings").filter(pl.col("lead") & ~pl.col("notice")).select("sighting")
    told = scan(case, "messages").filter(words).select(pl.col("message").alias("sighting"))
    return int(collect(lead.join(told, on="sighting", how="semi").select(pl.len())).item())
