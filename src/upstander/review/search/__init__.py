"""Search: a text index that is made of the tables, a language to ask it in, and answers with their places.

`grammar` reads what is typed, `querying` makes tantivy's queries of it, `highlighting` leads hits back to the text as
received; `building` makes the index and `opening` reads it.
"""

from upstander.review.search.grammar import FIELDS, parse
from upstander.review.search.opening import TextIndex
from upstander.review.search.querying import Means
from upstander.review.search.searching import Asked, Found, Hit, Sort, search

__all__ = ["FIELDS", "Asked", "Found", "Hit", "Means", "Sort", "TextIndex", "parse", "search"]
