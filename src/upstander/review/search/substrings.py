"""Characters wherever they are: found by their runs of three, and then looked for in the messages themselves.

A message has all the runs of three that a substring has and may lack the substring, so that each is read before it
counts. Blanks are one blank, however many and of whatever kind.
"""

import re

import numpy as np
from tantivy import Occur, Query

from upstander.review.folding import fold, folded
from upstander.review.search.opening import TextIndex
from upstander.review.search.tokens import BLANKS, GRAM, GRAMS

__all__ = ["confirmed", "holding", "pattern", "substring"]

#: Runs that messages are sought by: the rarest, for more of them narrow little.
_SOUGHT = 8


def substring(text: str) -> str:
    """What is sought, folded, with one blank for several."""
    return re.sub(BLANKS, " ", fold(text))


def pattern(text: str) -> re.Pattern[str]:
    """What finds the substring in folded text: group 1."""
    # Looked ahead to, so that one may begin within another: of "anan" there are two in "ananan".
    return re.compile(f"(?=({BLANKS.join(map(re.escape, text.split(' ')))}))")


def holding(index: TextIndex, text: str) -> Query | list[int]:
    """The messages that hold `text`, of at least three characters and as `substring` gives it: a query, or rows."""
    searcher, schema = index.searcher, index.engine.schema
    runs = {text[place : place + GRAM] for place in range(len(text) - GRAM + 1)}
    rarest = sorted((searcher.doc_freq(GRAMS, run), run) for run in runs)[:_SOUGHT]
    if not rarest[0][0]:
        return []
    queries = [Query.term_query(schema, GRAMS, run, "basic") for _, run in rarest]
    if len(text) == GRAM:
        return queries[0]
    return confirmed(index, Query.boolean_query([(Occur.Must, query) for query in queries]), text)


def confirmed(index: TextIndex, query: Query, text: str) -> list[int]:
    """Those of the messages that `query` finds which hold `text`, ascending."""
    searcher, query = index.searcher, Query.const_score_query(query, 0.0)
    count: int = searcher.search(query, 1).count  # type: ignore[attr-defined]  # there, and not in its stub
    if not count:
        return []
    hits = searcher.search(query, count, count=False).hits
    rows = np.sort(np.array(searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64))
    found = folded(index.texts(rows)).str.replace_all(BLANKS, " ").str.contains(text, literal=True)
    return [int(row) for row in rows[found.to_numpy()]]
