"""Reads one exhibit: which source it is for, what is inside it, what was odd about it.

An exhibit is one document, or an archive of documents, nested up to a limit. Whatever cannot be read becomes a warning
row with its place, and the rest goes on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from upstander.errors import SourceError, WrongSource
from upstander.evidence.archive import Archive, is_archive
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, File, natural
from upstander.evidence.media import is_clutter, is_media
from upstander.evidence.sources import Format, Reading, Rows

__all__ = ["Found", "read_exhibit", "recognise"]

#: Members of one exhibit listed as empty or of no known format; the rest are counted in one more row. The extraction
#: of a phone has a hundred thousand that are no chat.
MEMBERS_LISTED = 300


@dataclass(frozen=True, slots=True)
class Found:
    """What a document, or a member of an archive, turned out to be."""

    member: str | None
    #: One of the roles of the exhibits table.
    role: str
    source: str | None = None
    #: Names of the siblings that are read together with it, and so not on their own.
    companions: tuple[str, ...] = ()


def recognise(document: Document, sources: Sequence[Format]) -> tuple[Format, tuple[str, ...]] | None:
    """The source that `document` belongs to and the names of the siblings read with it; None where no source knows it.

    Raises `SourceError` where the document cannot even be looked at.
    """
    for source in sources:
        try:
            return source, source.recognise(document)
        except WrongSource:
            continue
    return None


def read_exhibit(
    file: File,
    siblings: Mapping[str, File],
    *,
    reading: Reading,
    sources: Sequence[Format],
    scratch: Path,
) -> Iterator[Rows | Found]:
    """Every row of the exhibit `file`, and what each document in it was found to be."""
    remarked: Counter[str] = Counter()
    yield from _read_file(file, siblings, reading, sources, scratch, remarked, depth=1)
    for kind, number in sorted(remarked.items()):
        if number > MEMBERS_LISTED:
            detail = f"{number - MEMBERS_LISTED} further warnings of kind {kind} are not listed"
            yield from _warn(Document(file=file, siblings=siblings, scratch=scratch), "warnings_capped", detail)


def _read_file(
    file: File,
    siblings: Mapping[str, File],
    reading: Reading,
    sources: Sequence[Format],
    scratch: Path,
    remarked: Counter[str],
    *,
    depth: int,
) -> Iterator[Rows | Found]:
    document = Document(file=file, siblings=siblings, scratch=scratch)
    try:
        if file.size == 0:
            yield from _remark(
                document, "empty_file", f"{file.name} is empty; check that it was copied whole", remarked
            )
            yield Found(file.member, "unread")
            return
        if is_archive(document.head):
            yield from _read_archive(document, reading, sources, remarked, depth=depth)
            return
        recognised = recognise(document, sources)
        if recognised is None:
            yield from _unknown(document, remarked)
            return
        source, companions = recognised
        yield Found(file.member, "document", source.name, companions)
        yield from source.read(document, reading)
    except SourceError as problem:
        yield from _warn(document, problem.kind, str(problem))


def _read_archive(
    document: Document, reading: Reading, sources: Sequence[Format], remarked: Counter[str], *, depth: int
) -> Iterator[Rows | Found]:
    with Archive(document.file, scratch=document.scratch, depth=depth) as archive:
        if archive.package:
            yield Found(document.file.member, "media")
            return
        yield Found(document.file.member, "archive")
        members = {member.name: member for member in archive.members()}
        for kind, detail in archive.warnings:
            yield from _warn(document, kind, detail)
        total = sum(member.size for member in members.values()) or 1
        before = 0
        claimed: set[str] = set()
        for name in sorted(members, key=natural):
            member = members[name]
            if name not in claimed and not is_clutter(name):
                for item in _read_file(member, members, reading, sources, document.scratch, remarked, depth=depth + 1):
                    if isinstance(item, Found):
                        claimed.update(item.companions)
                    yield _weighed(item, before, member.size, total)
            before += member.size


def _weighed(item: Rows | Found, before: int, size: int, total: int) -> Rows | Found:
    if isinstance(item, Rows):
        return Rows(table=item.table, batch=item.batch, done=min(1.0, (before + item.done * size) / total))
    return item


def _unknown(document: Document, remarked: Counter[str]) -> Iterator[Rows | Found]:
    file = document.file
    if is_media(document.head):
        yield Found(file.member, "media")
        return
    yield Found(file.member, "unread")
    if not is_clutter(file.name):
        detail = (
            f"{file.name} is of no format that a source knows; it is kept as an exhibit and nothing was read from it"
        )
        yield from _remark(document, "unknown_format", detail, remarked)


def _remark(document: Document, kind: str, detail: str, remarked: Counter[str]) -> Iterator[Rows]:
    """A warning of a kind that every member of an archive may give, as long as few have."""
    remarked[kind] += 1
    if remarked[kind] <= MEMBERS_LISTED:
        yield from _warn(document, kind, detail)


def _warn(document: Document, kind: str, detail: str) -> Iterator[Rows]:
    capture = Capture(document, source="", platform="unknown")
    capture.warn(kind, detail)
    yield from capture.close()
