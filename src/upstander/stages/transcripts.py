"""The transcript of a case: made when a page asks for it, and again when the tables have changed."""

from functools import lru_cache
from pathlib import Path

from upstander import __version__
from upstander.errors import CaseBusy
from upstander.evidence.transcript import Transcript
from upstander.evidence.transcript.building import TABLES, TRANSCRIPT, build
from upstander.stages.exhibits import Progress
from upstander.stages.review import digest
from upstander.storage import Case
from upstander.storage.files import sync_folder
from upstander.storage.kept import tables_digest

__all__ = ["transcript"]

_VERSION = f"upstander {__version__} transcript 2"


def transcript(case: Case, *, progress: Progress = lambda *_: None) -> Transcript:
    """The transcript, made where it is missing, damaged or older than the tables.

    While somebody writes to the case an older one is what there is to read: it is whole in itself, and the next page
    after the writing is new. Raises `CaseBusy` where there is none at all, `CaseDamaged`.
    """
    made_from = _made_from(tables_digest(case, TABLES))
    there = _opened(str(case.index / TRANSCRIPT), made_from)
    if there.made_from == made_from:
        return there
    _opened.cache_clear()
    try:
        with case.writing():
            # What was asked for meanwhile may have been made while this one waited to write.
            made_from = _made_from(tables_digest(case, TABLES))
            final = case.index / TRANSCRIPT
            if Transcript(final).made_from != made_from:
                new, old = case.scratch / TRANSCRIPT, case.scratch / f"{TRANSCRIPT}-old"
                build(case, new, made_from=made_from, progress=lambda done, total: progress("laying out", done, total))
                case.index.mkdir(exist_ok=True)
                if final.exists():
                    final.replace(old)
                new.replace(final)
                sync_folder(case.index)
    except CaseBusy:
        older = Transcript(case.index / TRANSCRIPT)
        if older.made_from is None:
            raise
        return older
    return _opened(str(case.index / TRANSCRIPT), made_from)


@lru_cache(maxsize=64)
def _made_from(tables: str) -> str:
    return digest(_VERSION, tables)


@lru_cache(maxsize=16)
def _opened(folder: str, made_from: str) -> Transcript:  # noqa: ARG001 - what tells an older one from a newer
    return Transcript(Path(folder))
