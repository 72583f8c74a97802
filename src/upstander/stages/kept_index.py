"""The text index kept open between searches, for a process that answers many."""

from functools import lru_cache
from pathlib import Path

from upstander.errors import CaseBusy, NotIndexed
from upstander.review.search import TextIndex
from upstander.review.search.building import INDEX
from upstander.review.search.source import TABLES
from upstander.stages.exhibits import Progress
from upstander.stages.indexing import index, indexed
from upstander.storage import Case
from upstander.storage.kept import tables_digest

__all__ = ["kept_index"]


def kept_index(case: Case, *, progress: Progress = lambda *_: None) -> TextIndex:
    """The index of the tables as they are, made where it is missing or older.

    While somebody writes to the case an older one answers. Raises `NotIndexed` where there is none at all meanwhile.
    """
    of = tables_digest(case, TABLES)
    folder = str(case.index / INDEX)
    try:
        return _opened(folder, of, case)
    except NotIndexed:
        pass
    try:
        index(case, progress=progress)
    except CaseBusy:
        older = TextIndex(Path(folder))
        # Read here, so that what is missing is said here.
        _ = older.record, older.searcher
        return older
    return _opened(folder, of, case)


@lru_cache(maxsize=8)
def _opened(folder: str, of: str, case: Case) -> TextIndex:  # noqa: ARG001 - what tells an older one from a newer
    return indexed(case)
