"""A search and its answer: hits, how many there are, and by what they divide."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
import polars as pl
from tantivy import Order, Query

from upstander.errors import BadQuery, SearchTimeout
from upstander.review.search.grammar import parse
from upstander.review.search.highlighting import Highlighter, Snippet, snippet
from upstander.review.search.nodes import Node, Within, positive
from upstander.review.search.opening import TextIndex
from upstander.review.search.querying import Compiler, Means
from upstander.review.search.values import Flags

__all__ = ["FACETS", "Asked", "Found", "Hit", "Sort", "search"]

#: What hits are counted by, and the field of the index that has it.
FACETS = {
    "conversation": "conversation",
    "author": "author",
    "custodian": "holders",
    "month": "month",
    "kind": "kind",
    "deleted": "deleted",
}
#: Hits among which those that the first ranking flags are counted: of more, it would take too long.
_COUNTED = 10_000
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
        count, scores, rows, facets = _found(index, asked, tree)
    except ValueError as problem:
        raise BadQuery(f"the search cannot be carried out ({problem}); ask for less at once") from problem
    highlighter = Highlighter(positive(tree), asked.means.stem)
    hits = []
    for score, row, told in zip(scores, rows, _told(index, rows), strict=True):
        before, after = _around(index, row, told, asked.context)
        text = told["text"]
        spans, more = (highlighter.spans(text), False) if asked.everywhere else highlighter.first(text)
        shown = snippet(text, spans) if spans else None
        hits.append(Hit(told, tuple(spans), score, before, after, shown, more))
    return Found(count, tuple(hits), facets, int(index.record["without_text"]))


Facets = dict[str, list[tuple[str, int]]]


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
    return count, scores, rows, _facets(index, asked, compiler, query) if asked.facets else {}


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
    index: TextIndex, row: int, told: dict[str, Any], context: int
) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """The messages before and after a hit in its conversation."""
    if not context:
        return (), ()
    first, last = max(0, row - context), min(index.rows, row + context + 1)
    near = list(zip(range(first, last), _told(index, list(range(first, last))), strict=True))
    same = [(place, other) for place, other in near if other["conversation"] == told["conversation"]]
    return tuple(other for place, other in same if place < row), tuple(other for place, other in same if place > row)


def _facets(index: TextIndex, asked: Asked, compiler: Compiler, query: Query) -> Facets:
    names = index.names
    wanted = {name: {"terms": {"field": field, "size": 1000}} for name, field in FACETS.items()}
    counted = index.searcher.aggregate(query, wanted) if index.rows else {}
    facets: Facets = {}
    for name in FACETS:
        buckets = counted.get(name, {}).get("buckets", [])
        numbers = [(int(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
        called = [(_facet(index, name, number), number, count) for number, count in numbers]
        facets[name] = (
            sorted(_told_apart(index, name, called))
            if name == "month"
            else (_told_apart(index, name, called[: asked.listed]))
        )
    if asked.means.flags is not None:
        facets["flagged"] = _flagged(index, asked.means.flags, query)
    if any(count > 1 for count in pl.Series(list(names.custodians.values())).value_counts()["count"]):
        facets["custodian"] = _custodians(index, query)[: asked.listed]
    coded = []
    for code, messages in (asked.means.codes or {}).items():
        rows_of = compiler.among_rows(index.rows_of(pl.Series(messages, dtype=pl.String)))
        found = index.searcher.search(query.and_must_match(rows_of), 1)
        coded.append((code, int(found.count)))  # type: ignore[attr-defined]  # there, and not in its stub
    facets["code"] = sorted((row for row in coded if row[1]), key=lambda row: (-row[1], row[0]))[: asked.listed]
    return facets


def _flagged(index: TextIndex, flags: Flags, query: Query) -> list[tuple[str, int]]:
    """Hits by what the first ranking flags them as; nothing where there are too many to count them."""
    found = index.searcher.search(query, _COUNTED)
    if int(found.count) > _COUNTED:  # type: ignore[attr-defined]  # there, and not in its stub
        return []
    addresses = [address for _, address in found.hits]
    rows = np.array([row for row in index.searcher.fast_field_values("row", addresses) if row is not None], np.int64)
    counted = [(head, int(np.isin(rows, flagged, assume_unique=True).sum())) for head, flagged in flags.items()]
    return sorted((row for row in counted if row[1]), key=lambda row: (-row[1], row[0]))


def _custodians(index: TextIndex, query: Query) -> list[tuple[str, int]]:
    """Hits by custodian where one has several exhibits: a message that two of them hold is one."""
    exhibits: dict[str, list[int]] = {}
    for number, exhibit in enumerate(index.names.exhibits):
        exhibits.setdefault(index.names.custodians[exhibit] or "(none)", []).append(number)
    counted = []
    for custodian, numbers in exhibits.items():
        held = Query.term_set_query(index.engine.schema, "holders", numbers)
        found = index.searcher.search(query.and_must_match(held), 1)
        counted.append((custodian, int(found.count)))  # type: ignore[attr-defined]  # there, and not in its stub
    return sorted((row for row in counted if row[1]), key=lambda row: (-row[1], row[0]))


def _told_apart(index: TextIndex, name: str, called: list[tuple[str, int, int]]) -> list[tuple[str, int]]:
    """Names and counts; where two authors or conversations have one name, with their ids."""
    ids = {"author": index.names.authors, "conversation": index.names.conversations}.get(name, [])
    times = Counter(shown for shown, _, _ in called)
    return [
        (f"{shown} ({ids[number]})" if times[shown] > 1 and ids and number >= 0 else shown, count)
        for shown, number, count in called
    ]


def _facet(index: TextIndex, name: str, number: int) -> str:
    names = index.names
    if number < 0:
        return "(none)"
    if name == "conversation":
        key = names.conversations[number]
        return next(iter(names.titles.get(key, [])), key)
    if name == "author":
        key = names.authors[number]
        return next(iter(names.called.get(key, [])), key)
    if name == "deleted":
        return names.references[names.exhibits[number]]
    if name == "custodian":
        return names.custodians[names.exhibits[number]] or "(none)"
    return f"{number // 12:04d}-{number % 12 + 1:02d}" if name == "month" else names.kinds[number]


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
