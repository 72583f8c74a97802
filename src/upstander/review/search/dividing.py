"""By what the hits of a search divide: conversation, author, custodian, month, kind, code, flag and deletion."""

from collections import Counter

import numpy as np
from tantivy import Query

from upstander.review.search.letters import fold
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
#: Characters of a name that stand before its id, and signs that mean something in a search.
_LONG, _MEANT = 100, frozenset('"*')


def facets(index: TextIndex, listed: int, compiler: Compiler, query: Query) -> Facets:
    """By facet the names and counts of what a query finds, the most first and `listed` at most; months all."""
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
    custodians = _exhibits_of(index)
    if any(len(exhibits) > 1 for exhibits in custodians.values()):
        made["custodian"] = _custodians(index, custodians, query)[:listed]
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


def _exhibits_of(index: TextIndex) -> dict[str, list[int]]:
    """Exhibits by custodian. Who is one to a search, which knows no capitals, is one here: by the name most have."""
    found: dict[str, dict[str, list[int]]] = {}
    for number, exhibit in enumerate(index.names.exhibits):
        custodian = index.names.custodians[exhibit] or "(none)"
        found.setdefault(fold(custodian).strip(), {}).setdefault(custodian, []).append(number)
    return {
        max(names, key=lambda name: (len(names[name]), name)): [number for some in names.values() for number in some]
        for names in found.values()
    }


def _custodians(index: TextIndex, custodians: dict[str, list[int]], query: Query) -> list[tuple[str, int]]:
    """Hits by custodian where one has several exhibits: a message that two of them hold is one."""
    counted = []
    for custodian, numbers in custodians.items():
        held = Query.term_set_query(index.engine.schema, "holders", numbers)
        found = index.searcher.search(query.and_must_match(held), 1)
        counted.append((custodian, int(found.count)))  # type: ignore[attr-defined]  # there, and not in its stub
    return sorted((row for row in counted if row[1]), key=lambda row: (-row[1], row[0]))


def _told_apart(index: TextIndex, name: str, called: list[tuple[str, int, int]]) -> list[tuple[str, int]]:
    """Names and counts: asked for by the name as it is told here, a search finds these hits and no others.

    With its id where another author or conversation of the case may be meant by the same name (a search knows neither
    capitals nor accents), or where it has signs that mean something in a search.
    """
    ids = {"author": index.names.authors, "conversation": index.names.conversations}.get(name, [])
    if not ids:
        return [(shown, count) for shown, _, count in called]
    bearers = index.choices(name).bearers
    return [
        (shown if number < 0 or _plain(shown, bearers) else f"{' '.join(shown.split())[:_LONG]} ({ids[number]})", count)
        for shown, number, count in called
    ]


def _plain(shown: str, bearers: Counter[str]) -> bool:
    return (
        bearers[fold(shown)] <= 1
        and len(shown) <= _LONG
        and not _MEANT & set(shown)
        and shown == " ".join(shown.split())
        and shown.isprintable()
    )


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
