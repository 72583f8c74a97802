"""The files of one export: lists (channels.json, users.json, …) at its root, and a folder a channel with a file a day.

One of them is the document and claims the others. In an archive that is the first by name, as archives are read in
that order; of loose files it is the last day, which two exports of one workspace are least likely to share.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import HEAD_BYTES, Document, File, natural
from upstander.evidence.media import is_clutter

__all__ = ["CONVERSATIONS", "PEOPLE", "Export", "companions", "export_of"]

#: Lists of conversations, and the kind of each.
CONVERSATIONS = {"channels.json": "group", "groups.json": "group", "mpims.json": "group", "dms.json": "direct"}
PEOPLE = ("users.json", "org_users.json")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.json")
_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_STAMP = re.compile(rb'(?<!\\)"ts"\s*:\s*"[0-9]{9,11}\.[0-9]{1,9}"')
_MESSAGE = re.compile(rb'(?<!\\)"type"\s*:\s*"message"')
_CHANNEL = re.compile(rb'(?<!\\)"id"\s*:\s*"[CGD][A-Z0-9]{2,20}"')
_LISTED = re.compile(rb'(?<!\\)"(?:members|creator)"\s*:')
_USER = re.compile(rb'(?<!\\)"id"\s*:\s*"[UW][A-Z0-9]{2,20}"')
_PROFILE = re.compile(rb'(?<!\\)"profile"\s*:\s*\{')


@dataclass(frozen=True, slots=True)
class Export:
    """The files of one export that are read."""

    #: Folder of the lists; empty at the top.
    root: str
    #: Lists of conversations and people, by base name.
    lists: dict[str, File] = field(default_factory=dict)
    #: Days of every channel, by the channel's folder and then by name.
    days: dict[str, dict[str, File]] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Name of every file, in the order in which archives are read."""
        days = (file.name for folder in self.days.values() for file in folder.values())
        return sorted([*(file.name for file in self.lists.values()), *days], key=natural)

    def since(self, first: str) -> "Export":
        """Without the days before the file called `first`: what another document read, or could not."""
        least = natural(first)
        days = {
            folder: {day: file for day, file in files.items() if natural(file.name) >= least}
            for folder, files in self.days.items()
        }
        return Export(self.root, self.lists, {folder: files for folder, files in days.items() if files})

    def only(self, name: str) -> "Export":
        """Of one file that no other claims: its own day, or list."""
        days = {
            folder: {day: file}
            for folder, files in self.days.items()
            for day, file in files.items()
            if file.name == name
        }
        lists = self.lists if days else {base: file for base, file in self.lists.items() if file.name == name}
        return Export(self.root, lists, days)


def companions(document: Document) -> tuple[str, ...]:
    """Names that the document claims. Raises `WrongSource` where it is of no Slack export."""
    own = document.file
    names = export_of(document).names()
    if own.name not in names:
        return ()
    if own.member is not None:
        return tuple(names[names.index(own.name) + 1 :])
    # A second copy of the same exhibit is the document itself.
    return tuple(name for name in names if document.siblings[name].exhibit != own.exhibit)


def export_of(document: Document) -> Export:
    """What is read with the document: by its name among what came with it, or alone, by what stands in it."""
    own = document.file
    if document.siblings.get(own.name) is not None:
        found = _exports(_Together(document.siblings)).get(own.name)
        if found is not None and own.member is not None:
            return found.since(own.name)
        if found is not None:
            return found if document.siblings[_lead(found)].exhibit == own.exhibit else found.only(own.name)
    kind = _kind(document.head)
    base = own.name.rpartition("/")[2]
    if kind == "day":
        return Export(document.folder, {}, {"": {base: own}})
    if kind == "people":
        return Export(document.folder, {PEOPLE[0]: own})
    if kind == "conversations":
        return Export(document.folder, {base if base in CONVERSATIONS else "channels.json": own})
    raise WrongSource("the document is no list of messages, channels or members of a Slack export")


def _lead(export: Export) -> str:
    """The last day that holds anything; without one, the first list."""
    days = [(day, file.name) for files in export.days.values() for day, file in files.items() if file.size]
    return max(days)[1] if days else export.names()[0]


@dataclass(frozen=True, eq=False, slots=True)
class _Together:
    """Files that came together, told apart by being the same mapping: comparing a hundred thousand files is slow."""

    files: Mapping[str, File]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Together) and self.files is other.files

    def __hash__(self) -> int:
        return id(self.files)


@lru_cache(maxsize=1)
def _exports(together: _Together) -> dict[str, Export]:
    """The export of every file that is of one."""
    exports: dict[str, Export] = {}
    for name, file in together.files.items():
        folder, _, base = name.rpartition("/")
        if is_clutter(name):
            continue
        if base in CONVERSATIONS or base in PEOPLE:
            exports.setdefault(folder, Export(folder)).lists[base] = file
        elif folder and _DAY.fullmatch(base):
            root, _, channel = folder.rpartition("/")
            exports.setdefault(root, Export(root)).days.setdefault(channel, {})[base] = file
    found: dict[str, Export] = {}
    for export in exports.values():
        days = [file for files in export.days.values() for file in files.values()]
        if not (_any(export.lists.values()) or _any(days)):
            continue
        kept = Export(
            export.root,
            {base: file for base, file in export.lists.items() if _begins(file)},
            {
                channel: {day: files[day] for day in sorted(files) if _begins(files[day])}
                for channel, files in sorted(export.days.items(), key=lambda entry: natural(entry[0]))
            },
        )
        found |= dict.fromkeys(kept.names(), kept)
    return found


def _any(files: Iterable[File]) -> bool:
    """Whether one of the files is Slack's by what stands in it."""
    return any(_kind(_head(file, HEAD_BYTES) or b"") is not None for file in files)


def _begins(file: File) -> bool:
    """Whether the file is a list, or so damaged that it may have been: the reading says so."""
    head = _head(file, 256)
    return head is None or not head.strip() or _START.match(head) is not None


def _head(file: File, size: int) -> bytes | None:
    try:
        with file.open() as stream:
            return stream.read(size)
    except (SourceError, OSError):
        return None


def _kind(head: bytes) -> str | None:
    """What the list is of: `day`, `conversations`, `people`; None of any other."""
    if _FIRST.match(head) is None:
        return None
    if _STAMP.search(head) and _MESSAGE.search(head):
        return "day"
    if _USER.search(head) and _PROFILE.search(head):
        return "people"
    return "conversations" if _CHANNEL.search(head) and _LISTED.search(head) else None
