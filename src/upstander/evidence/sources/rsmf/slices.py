"""The files of one conversation: RSMF is cut by day or by size, and the slices share an event collection id.

The first in natural order claims the others of its folder; they are read in the order of time that their mails state.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePosixPath

from upstander.errors import SourceError
from upstander.evidence.document import HEAD_BYTES, Document, File, natural
from upstander.evidence.sources.rsmf.mail import is_mail, top

__all__ = ["companions", "in_order", "undecided"]

_SUFFIXES = frozenset({".rsmf", ".eml"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Files that say the same of what they belong to, by name in natural order."""

    #: Whether they share an event collection id; if not, only the application, the custodian and the participants.
    collected: bool
    starts: dict[str, datetime | None]


def companions(document: Document) -> tuple[str, ...]:
    """Names of the slices that come after the document's own, in natural order."""
    group = _group(document)
    if group is None or not group.collected:
        return ()
    names = list(group.starts)
    own = document.file
    # A second copy of the same exhibit is the document itself.
    return tuple(
        name
        for name in names[names.index(own.name) + 1 :]
        if (document.siblings[name].exhibit, document.siblings[name].member) != (own.exhibit, own.member)
    )


def in_order(document: Document) -> list[File]:
    """The document and its companions, oldest first where every mail states when it begins, else by name."""
    names = [document.file.name, *companions(document)]
    group = _group(document)
    if group is None or len(names) == 1:
        return [document.file]
    starts = [group.starts[name] for name in names]
    if None not in starts:
        names = [name for _, name in sorted(zip(starts, names, strict=True), key=lambda pair: pair[0] or _LATEST)]
    return [document.file if name == document.file.name else document.siblings[name] for name in names]


def undecided(document: Document) -> int:
    """How many other files may be slices of the same conversation and do not say so; told of the first of them."""
    group = _group(document)
    if group is None or group.collected or next(iter(group.starts)) != document.file.name:
        return 0
    return len(group.starts) - 1


_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, eq=False, slots=True)
class _Together:
    """Files that came together, told apart by being the same mapping: comparing a hundred thousand files is slow."""

    files: Mapping[str, File]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Together) and self.files is other.files

    def __hash__(self) -> int:
        return id(self.files)


def _group(document: Document) -> _Group | None:
    if document.siblings.get(document.file.name) is None:
        return None
    return _groups(_Together(document.siblings)).get(document.file.name)


@lru_cache(maxsize=1)
def _groups(together: _Together) -> dict[str, _Group]:
    """The group of every mail among the files: each is looked at once, however many ask."""
    found: dict[tuple[str, ...], dict[str, datetime | None]] = defaultdict(dict)
    for name in sorted(together.files, key=natural):
        path = PurePosixPath(name)
        if path.suffix.casefold() in _SUFFIXES and (said := _said(together.files[name])) is not None:
            collection, others, start = said
            if not collection and not others[-1]:
                continue  # nothing says that it belongs to any other
            found[str(path.parent), collection, *others][name] = start
    return {
        name: group
        for (_, collection, *_), starts in found.items()
        if len(starts) > 1
        for group in [_Group(bool(collection), starts)]
        for name in starts
    }


def _said(file: File) -> tuple[str, tuple[str, ...], datetime | None] | None:
    """A mail's collection, what else must be the same, and when it begins; None of any other file."""
    try:
        with file.open() as stream:
            if not is_mail(stream.read(HEAD_BYTES)):
                return None
        with file.open() as stream:
            fields = top(stream)
    except (SourceError, OSError):
        return None
    values: Iterator[str] = (
        " ".join(str(fields.get(f"X-RSMF-{name}") or "").split())
        for name in ("EventCollectionID", "Application", "Custodian", "Participants", "BeginDate")
    )
    collection, application, custodian, participants, begin = values
    return collection, (application, custodian, "" if collection else participants), _instant(begin)


def _instant(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
