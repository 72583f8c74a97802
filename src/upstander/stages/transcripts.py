"""The transcript of a case: made when a page asks for it, and again when the tables have changed."""

import time
from functools import lru_cache
from pathlib import Path

from upstander import __version__
from upstander.errors import CaseBusy
from upstander.evidence.transcript import Transcript
from upstander.evidence.transcript.building import TABLES, TRANSCRIPT, build
from upstander.stages.exhibits import Progress
from upstander.stages.review import digest
from upstander.storage import Case, parts
from upstander.storage.files import sync_folder

__all__ = ["tables_digest", "transcript"]

_VERSION = f"upstander {__version__} transcript 2"

#: Nanoseconds after which a folder's time tells whether it was touched since.
_SETTLED = 1_000_000_000


def transcript(case: Case, *, progress: Progress = lambda *_: None) -> Transcript:
    """The transcript, made where it is missing, damaged or older than the tables.

    While somebody writes to the case an older one is what there is to read: it is whole in itself, and the next page
    after the writing is new. Raises `CaseBusy` where there is none at all, `CaseDamaged`.
    """
    made_from = digest(_VERSION, tables_digest(case, TABLES))
    there = _opened(str(case.index / TRANSCRIPT), made_from)
    if there.made_from == made_from:
        return there
    _opened.cache_clear()
    try:
        with case.writing():
            # What was asked for meanwhile may have been made while this one waited to write.
            made_from = digest(_VERSION, tables_digest(case, TABLES))
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


@lru_cache(maxsize=16)
def _opened(folder: str, made_from: str) -> Transcript:  # noqa: ARG001 - what tells an older one from a newer
    return Transcript(Path(folder))


def tables_digest(case: Case, names: tuple[str, ...]) -> str:
    """One digest of what those tables hold; a folder of parts that nobody has touched is not read again."""
    touched = case.tables.stat().st_mtime_ns if case.tables.is_dir() else 0
    if time.time_ns() - touched < _SETTLED:
        return _digest(case, names)
    return _remembered(case, names, touched)


@lru_cache(maxsize=64)
def _remembered(case: Case, names: tuple[str, ...], touched: int) -> str:  # noqa: ARG001 - what makes it another answer
    return _digest(case, names)


def _digest(case: Case, names: tuple[str, ...]) -> str:
    held: dict[str, list[str]] = {name: [] for name in names}
    for part in parts(case):
        for name in names:
            if name in part.tables:
                held[name].append(part.tables[name]["sha256"])
    return digest(held)
