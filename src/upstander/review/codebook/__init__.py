"""Codebooks: what a reviewer may decide about a message, as data that any organisation can write.

Nothing in the code knows of the police: axes, and the schemes that codes are mapped to, are the codebook's own.
"""

from upstander.review.codebook.book import Axis, Code, Codebook, Entry, Scheme
from upstander.review.codebook.kept import keep, kept
from upstander.review.codebook.reading import Mistake, read
from upstander.review.codebook.shelf import codebook, loaded, shipped

__all__ = [
    "Axis",
    "Code",
    "Codebook",
    "Entry",
    "Mistake",
    "Scheme",
    "codebook",
    "keep",
    "kept",
    "loaded",
    "read",
    "shipped",
]
