"""A search and its answer: hits, how many there are, and by what they divide."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from tantivy import Order, Query

from upstander.errors import BadQuery, SearchTimeout
from upstander.review.search.dividing import FACETS, Facets, facets
from upstander.review.search.grammar import parse
from upstander.review.search.highlighting import Highlighter, Snippet, snippet
from upstander.review.search.nodes import Node, Within, positive
from upstander.review.search.opening import TextIndex
from upstander.review.search.querying import Compiler, Means

__all__ = ["FACETS", "Asked", "Found", "Hit", "Sort", "search"]

_Answer = TypeVar("_Answer")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of an index."""

    query: str
    sort: Sort = Sort.RELEVANCE
    limit: int = 50
    offset: int = 0
    #: Messages before and after each hit.
    context: int = 0
    #: Whether every place of every hit is told, or of long ones those that an excerpt shows: a hit may be a megabyte.
    everywhere: bool = True
    #: Whether to count by conversation, author and so on; how many of each are listed.
    facets: bool = False
    listed: int = 10
    #: Seconds.
    within: float = 10.0
    means: Means = field(default_factory=Means)


@dataclass(frozen=True, slots=True)
class Hit:
    """One message that was found: its columns, where the words are, and what stands around it."""

    row: dict[str, Any]
    spans: tuple[tuple[int, int], ...]
    score: float | None = None
    before: tuple[dict[str, Any], ...] = ()
    after: tuple[dict[str, Any], ...] = ()
    #: What is around the first place; None where no words were found.
    snippet: Snippet | None = None
    #: Whether there may be more places than `spans` has.
    more: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The answer."""

    count: int
    hits: tuple[Hit, ...]
    #: By facet: names and counts, the most first.
    facets: dict[str, list[tuple[str, int]]]
    #: Messages of the whole case that have no text, which no word finds.
    without_text: int = 0


def search(index: TextIndex, asked: Asked, tree: Node | None = None) -> Found:
    """Search; `tree` is the query read, where it was already. Raises `BadQuery`, `SearchTimeout`, `NotIndexed`."""
    tree = tree or parse(asked.query)
    return _within(asked.within, lambda: _answered(index, asked, tree))


def _answered(index: TextIndex, asked: Asked, tree: Node) -> Found:
    try:
        count, scores, rows, divided = _found(index, asked, tree)
    except ValueError as problem:
        raise BadQuery(f"the search cannot be carried out ({problem}); ask for less at once") from problem
    highlighter = Highlighter(positive(tree), asked.means.stem)
    hits = []
    near = {
        place for row in rows for place in range(max(0, row - asked.context), min(index.rows, row + asked.context + 1))
    }
    # Read at once: a hit may stand beside another.
    there = dict(zip(sorted(near), _told(index, sorted(near)), strict=True))
    for score, row in zip(scores, rows, strict=True):
        told = there[row]
        before, after = _around(there, row, asked.context)
        text = told["text"]
        spans, more = (highlighter.spans(text), False) if asked.everywhere else highlighter.first(text)
        shown = snippet(text, spans) if spans else None
        hits.append(Hit(told, tuple(spans), score, before, after, shown, more))
    return Found(count, tuple(hits), divided, int(index.record["without_text"]))


def _found(index: TextIndex, asked: Asked, tree: Node) -> tuple[int, list[float | None], list[int], Facets]:
    """How many hits there are; the scores and rows of those to show; the counts."""
    compiler = Compiler(index, asked.means)
    # Rows that are known already need not be named to the engine one by one.
    known = compiler.rows_within(tree) if isinstance(tree, Within) and not asked.facets else None
    if known is not None:
        rows = _page(index, asked, known)
        return len(known), [1.0 if asked.sort is Sort.RELEVANCE else None] * len(rows), rows, {}
    query = compiler.query(tree)
    count, scores, rows = _ranked(index, asked, query)
    return count, scores, rows, facets(index, asked.listed, compiler, query) if asked.facets else {}


def _page(index: TextIndex, asked: Asked, rows: list[int]) -> list[int]:
    """Those of the rows to show: in the order of conversations, or of time."""
    if asked.sort is not Sort.RELEVANCE:
        times = index.times(rows)
        rows = [rows[place] for place in np.argsort(times if asked.sort is Sort.OLDEST else -times, kind="stable")]
    return rows[asked.offset : asked.offset + asked.limit]


def _ranked(index: TextIndex, asked: Asked, query: Query) -> tuple[int, list[float | None], list[int]]:
    searcher = index.searcher
    limit = max(1, asked.limit)
    if asked.sort is Sort.RELEVANCE:
        found = searcher.search(query, limit, offset=asked.offset)
    else:
        order = Order.Asc if asked.sort is Sort.OLDEST else Order.Desc
        found = searcher.search(query, limit, offset=asked.offset, order_by_field="at", order=order)
    hits = found.hits[: asked.limit]
    rows = [int(row) for row in searcher.fast_field_values("row", [address for _, address in hits]) if row is not None]
    scores = [float(score) if asked.sort is Sort.RELEVANCE else None for score, _ in hits]
    count: int = found.count  # type: ignore[attr-defined]  # there, and not in its stub
    return count, scores, rows


def _told(index: TextIndex, rows: list[int]) -> list[dict[str, Any]]:
    """The messages of those rows, with names for numbers."""
    names = index.names
    told = []
    for row in index.messages(rows):
        conversation, author = names.conversations[row["conversation"]], _name(names.authors, row["author"])
        holders = [names.exhibits[number] for number in row["holders"] or ()]
        deleted = [names.exhibits[number] for number in row["deleted"] or ()]
        told.append(
            {
                "message": row["message"],
                "conversation": conversation,
                "title": next(iter(names.titles.get(conversation, [])), None),
                "ordinal": row["ordinal"],
                "at": _EPOCH + timedelta(milliseconds=row["at"]) if row["at"] is not None else None,
                "author": author,
                "label": next(iter(names.called.get(author or "", [])), author),
                "kind": _name(names.kinds, row["kind"]),
                "exhibits": sorted(names.references[exhibit] for exhibit in holders),
                "deleted_on": sorted(names.references[exhibit] for exhibit in deleted),
                "text": row["text"],
            }
        )
    return told


def _name(listed: list[str], number: int | None) -> str | None:
    return listed[number] if number is not None and number >= 0 else None


def _around(
    there: dict[int, dict[str, Any]], row: int, context: int
) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """The messages before and after a hit in its conversation."""
    of = there[row]["conversation"]
    places = (range(row - context, row), range(row + 1, row + context + 1))
    before, after = (
        tuple(there[place] for place in each if place in there and there[place]["conversation"] == of)
        for each in places
    )
    return before, after


def _within(seconds: float, work: Callable[[], _Answer]) -> _Answer:
    """What `work` gives, or `SearchTimeout`.

    Tantivy works without Python's lock, so that the caller is answered in time; what it has begun ends by itself or
    with the process, and the bounds on a query's size see to it that this is soon.
    """
    answer: list[_Answer] = []
    problem: list[BaseException] = []

    def run() -> None:
        try:
            answer.append(work())
        except BaseException as raised:  # noqa: BLE001 - raised again in the caller
            problem.append(raised)

    hand = threading.Thread(target=run, name="search", daemon=True)
    hand.start()
    hand.join(seconds)
    if problem:
        raise problem[0]
    if not answer:
        raise SearchTimeout(
            f"the search took longer than {seconds:g} seconds and was given up; ask for longer beginnings of words, or"
            " narrow it by conversation, author or date, or allow more with --within"
        )
    return answer[0]
