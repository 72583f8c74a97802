"""A search of a case, from what was asked to the answer: the index and the codings it needs are made on the way."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import polars as pl

from upstander.errors import UsageError
from upstander.review.search import Asked, Found, Means, Sort, TextIndex, parse, search
from upstander.review.search.codes import coded
from upstander.review.search.saved import Saved, drop, keep, kept, recall, told
from upstander.review.search.tokens import LANGUAGES
from upstander.stages.exhibits import Progress
from upstander.stages.flagging import flagged
from upstander.stages.indexing import index
from upstander.stages.review import codings
from upstander.storage import Case
from upstander.storage.kept import tables_digest

__all__ = ["Wanted", "all_remembered", "answer", "forget", "forgotten", "remember", "remembered"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search as a person asks it."""

    query: str
    sort: str = "relevance"
    limit: int = 25
    offset: int = 0
    context: int = 0
    facets: bool = False
    #: ISO 639-1 code of the language to find words of the same stem in.
    stem: str | None = None
    #: Seconds that it may take, beside the making of the index.
    within: float = 10.0
    #: Whose codings `code:` and the counts by code are asked of; None for anybody's.
    by: frozenset[str] | None = None
    #: Whether codings made since the table of them was may be missing: whoever answers many brings it up to date.
    older: bool = False
    #: Whether every place of every hit is told, or of long ones those that an excerpt shows.
    everywhere: bool = True


def answer(case: Case, wanted: Wanted, *, progress: Progress, there: TextIndex | None = None) -> Found:
    """Search a case, in the index that is `there` or else in the one that it has or makes.

    Raises `BadQuery`, `UsageError`, `SearchTimeout`, `CaseBusy`, `BadDecision`.
    """
    tree = parse(wanted.query)
    check_stem(wanted.stem)
    there = there or index(case, progress=progress)
    codes = None
    if wanted.facets or "code:" in wanted.query.lower():
        if not wanted.older:
            codings(case)
        codes = _coded(case, wanted.by, (tables_digest(case, ("codings",)), str(there.record["made_from"])), there)
    flags = flagged(case, there) if wanted.facets or "flagged:" in wanted.query.lower() else None
    asked = Asked(
        query=wanted.query,
        sort=Sort(wanted.sort),
        limit=wanted.limit,
        offset=wanted.offset,
        context=wanted.context,
        everywhere=wanted.everywhere,
        facets=wanted.facets,
        within=wanted.within,
        means=Means(stem=wanted.stem, codes=codes, flags=flags),
    )
    return search(there, asked, tree)


@lru_cache(maxsize=64)
def _coded(
    case: Case,
    by: frozenset[str] | None,
    of: tuple[str, str],  # noqa: ARG001 - what tells an older table and an older index from a newer
    index: TextIndex,
) -> dict[str, list[int]]:
    """By code, the rows of the index of what was coded so by anybody, or by one of `by`."""
    return {code: index.rows_of(pl.Series(messages, dtype=pl.String)) for code, messages in coded(case, by=by).items()}


def check_stem(language: str | None) -> None:
    """Raise `UsageError` where words cannot be stemmed in that language."""
    if language is not None and language not in LANGUAGES:
        raise UsageError(f"words cannot be stemmed in {language!r}; languages are {', '.join(sorted(LANGUAGES))}")


def remember(case: Case, name: str, query: str, *, by: str, now: datetime, stem: str | None = None) -> Saved:
    """Keep a search under a name. Raises `BadQuery`, `UsageError`, `BadDecision`."""
    check_stem(stem)
    return keep(case, name, query, by=by, now=now, stem=stem)


def remembered(case: Case, name: str) -> Saved:
    """The search that is kept under that name. Raises `BadQuery`, `BadDecision`."""
    return recall(case, name)


def forget(case: Case, name: str, *, by: str, now: datetime) -> None:
    """Remove the search that is kept under that name. Raises `BadQuery`, `BadDecision`."""
    drop(case, name, by=by, now=now)


def all_remembered(case: Case) -> list[Saved]:
    """Every search that is kept. Raises `BadDecision`."""
    return kept(case)


def forgotten(case: Case) -> tuple[str, ...]:
    """One sentence for each line of the file of searches that could not be read. Raises `BadDecision`."""
    return told(case).unread
