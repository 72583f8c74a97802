"""By what the hits of a search divide: conversation, author, custodian, month, kind, code, flag and deletion."""

from collections import Counter

import numpy as np
import polars as pl
from tantivy import Query

from upstander.review.search.opening import TextIndex
from upstander.review.search.querying import Compiler
from upstander.review.search.values import Flags

__all__ = ["FACETS", "Facets", "facets"]

#: By facet, names and how many hits have each.
Facets = dict[str, list[tuple[str, int]]]

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


def facets(index: TextIndex, listed: int, compiler: Compiler, query: Query) -> Facets:
    """By facet the names and counts of what a query finds, the most first and `listed` at most; months all."""
    names = index.names
    wanted = {name: {"terms": {"field": field, "size": 1000}} for name, field in FACETS.items()}
    counted = index.searcher.aggregate(query, wanted) if index.rows else {}
    made: Facets = {}
    for name in FACETS:
        buckets = counted.get(name, {}).get("buckets", [])
        numbers = [(int(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets]
        called = [(_facet(index, name, number), number, count) for number, count in numbers]
        made[name] = (
            sorted(_told_apart(index, name, called)) if name == "month" else (_told_apart(index, name, called[:listed]))
        )
    if compiler.means.flags is not None:
        made["flagged"] = _flagged(index, compiler.means.flags, query)
    if any(count > 1 for count in pl.Series(list(names.custodians.values())).value_counts()["count"]):
        made["custodian"] = _custodians(index, query)[:listed]
    coded = []
    for code, rows in (compiler.means.codes or {}).items():
        found = index.searcher.search(query.and_must_match(compiler.among_rows(rows)), 1)
        coded.append((code, int(found.count)))  # type: ignore[attr-defined]  # there, and not in its stub
    made["code"] = sorted((row for row in coded if row[1]), key=lambda row: (-row[1], row[0]))[:listed]
    return made


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
