"""The text index of a case: made when a search asks for it, and again when the tables have changed."""

from contextlib import suppress

from upstander import __version__
from upstander.errors import NotIndexed
from upstander.review.search import TextIndex
from upstander.review.search.building import INDEX, build
from upstander.review.search.source import TABLES, messages, named
from upstander.stages.exhibits import Progress
from upstander.stages.review import digest, table_digest
from upstander.storage import Case
from upstander.storage.files import sync_folder
from upstander.storage.scan import batches, collect, scan

__all__ = ["index", "indexed"]

_VERSION = f"upstander {__version__} text 5"


def indexed(case: Case) -> TextIndex:
    """The index as it stands. Raises `NotIndexed` where there is none, or one of other tables than the case has now."""
    there = TextIndex(case.index / INDEX)
    if not there.folder.is_dir():
        raise NotIndexed(f"case {case.path.name} has no text index; `upstander search {case.path.name}` makes it")
    if there.record["made_from"] != _made_from(case):
        raise NotIndexed(
            f"the text index of case {case.path.name} is older than its tables; `upstander search {case.path.name}`"
            " makes it again"
        )
    return there


def index(case: Case, *, progress: Progress) -> TextIndex:
    """The index, made where it is missing, damaged or older than the tables. Raises `CaseBusy`, `CaseDamaged`."""
    try:
        return indexed(case)
    except NotIndexed:
        pass
    with case.writing():
        with suppress(NotIndexed):
            # Whoever held the case may have made it meanwhile.
            return indexed(case)
        made_from = _made_from(case)
        total = int(collect(scan(case, "sightings").select("lead", "notice").sum()).item(0, 0) or 0)
        new, old = case.scratch / INDEX, case.scratch / f"{INDEX}-old"
        build(
            batches(messages(case)),
            named(case),
            new,
            made_from=made_from,
            progress=lambda done: progress("indexing", done, max(total, done)),
        )
        case.index.mkdir(exist_ok=True)
        final = case.index / INDEX
        # Between the two there is no index, which a machine that stops there finds, and makes one.
        if final.exists():
            final.replace(old)
        new.replace(final)
        sync_folder(case.index)
    return TextIndex(final)


def _made_from(case: Case) -> str:
    return digest(_VERSION, {name: table_digest(case, name) for name in TABLES})
