"""Characters wherever they are: found by their runs, and then looked for in the messages themselves.

A message has all the runs that a substring has and may lack the substring, so that each is read before it counts.
Blanks are one blank, however many and of whatever kind.
"""

import re
from collections.abc import Callable

import numpy as np
import polars as pl
from tantivy import Occur, Query

from upstander.review.search.letters import fold, folded
from upstander.review.search.opening import TextIndex
from upstander.review.search.tokens import BLANKS, GRAM, GRAMS

__all__ = ["SHORTEST", "confirmed", "holding", "pattern", "substring"]

#: Characters that a substring has at least, where it is no word.
SHORTEST = 2
#: Runs that messages are sought by: the rarest, for more of them narrow little.
_SOUGHT = 8


def substring(text: str) -> str:
    """What is sought, folded, with one blank for several."""
    return re.sub(BLANKS, " ", fold(text))


def _expression(text: str) -> str:
    return BLANKS.join(map(re.escape, text.split(" ")))


def pattern(text: str) -> re.Pattern[str]:
    """What finds the substring in folded text: group 1."""
    # Looked ahead to, so that one may begin within another: of "anan" there are two in "ananan".
    return re.compile(f"(?=({_expression(text)}))")


def holding(index: TextIndex, text: str) -> Query | list[int]:
    """The messages that hold `text`, of at least two characters and as `substring` gives it: a query, or rows."""
    searcher, schema = index.searcher, index.engine.schema
    if len(text) < GRAM:
        # Every run that begins so; those of a message's last characters are filled up.
        runs = [run for run, _ in searcher.terms_with_prefix(GRAMS, text)]
        return Query.term_set_query(schema, GRAMS, runs) if runs else []
    sought = {text[place : place + GRAM] for place in range(len(text) - GRAM + 1)}
    rarest = sorted((searcher.doc_freq(GRAMS, run), run) for run in sought)[:_SOUGHT]
    if not rarest[0][0]:
        return []
    queries = [Query.term_query(schema, GRAMS, run, "basic") for _, run in rarest]
    if len(text) == GRAM:
        return queries[0]
    query = Query.boolean_query([(Occur.Must, query) for query in queries])
    blank = " " in text

    def holds(texts: pl.Series) -> pl.Series:
        return folded(texts).str.contains(_expression(text) if blank else text, literal=not blank)

    return confirmed(index, query, rarest[0][0], holds)


def confirmed(index: TextIndex, query: Query, most: int, holds: Callable[[pl.Series], pl.Series]) -> list[int]:
    """Those of the messages that `query` finds, `most` at most, whose texts are as `holds` says, ascending."""
    searcher = index.searcher
    hits = searcher.search(Query.const_score_query(query, 0.0), max(1, most), count=False).hits
    if not hits:
        return []
    rows = np.sort(np.array(searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64))
    found: list[int] = rows[holds(index.texts(rows)).to_numpy()].tolist()
    return found
