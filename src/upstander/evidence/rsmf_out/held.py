"""The bytes of attachments that came with the exhibits."""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Self

from upstander.errors import CaseDamaged, SourceError
from upstander.evidence.archive import Archive, is_archive
from upstander.evidence.document import Document, ExhibitFile, File
from upstander.storage import Case

__all__ = ["Held", "copy"]

_CHUNK = 1 << 20


class Held:
    """Finds an attachment's file: an exhibit of its own, or a member of the exhibited archive. A context manager."""

    def __init__(self, case: Case, scratch: Path) -> None:
        self._case = case
        self._scratch = scratch
        self._open = ExitStack()
        self._listed: dict[str, _Listing] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()

    def forget(self) -> None:
        """Close the archives that are open: files found before can be read no more."""
        self._open.close()
        self._listed.clear()

    def find(self, exhibit: str, sha256: str, name: str | None) -> File | None:
        """The file of that SHA-256 which came with `exhibit`; None where its bytes are not to be had."""
        path = self._case.exhibit(sha256)
        if path.is_file():
            alone: File = ExhibitFile(name or sha256, path, sha256)
            return alone
        listing = self._listed.get(exhibit)
        if listing is None:
            listing = self._listed[exhibit] = _Listing()
            archive = self._case.exhibit(exhibit)
            if archive.is_file():
                self._list(ExhibitFile(exhibit, archive, exhibit), listing, depth=1)
        return listing.find(sha256, PurePosixPath(name or "").name)

    def _list(self, file: File, listing: "_Listing", *, depth: int) -> None:
        """Add the members of the archive that `file` is, and of archives within it; nothing where it is none."""
        try:
            if not is_archive(Document(file=file).head):
                return
            archive = self._open.enter_context(Archive(file, scratch=self._scratch, depth=depth))
            for member in archive.members():
                listing.files.append(member)
                if member.name.lower().endswith(".zip"):
                    self._list(member, listing, depth=depth + 1)
        except SourceError:
            # Reading the exhibit has warned of it already; what is listed so far can be had.
            return


@dataclass
class _Listing:
    """The files of one exhibited archive, hashed when they are first asked for."""

    files: list[File] = field(default_factory=list)
    _digests: dict[int, str | None] = field(default_factory=dict)

    def find(self, sha256: str, basename: str) -> File | None:
        # By name first: hashing a whole archive of films for one photograph would be slow.
        named = [number for number, file in enumerate(self.files) if PurePosixPath(file.name).name == basename]
        numbers = (number for number in [*named, *range(len(self.files))] if self._digest(number) == sha256)
        found = next(numbers, None)
        return None if found is None else self.files[found]

    def _digest(self, number: int) -> str | None:
        if number not in self._digests:
            try:
                self._digests[number] = self.files[number].digest()
            except SourceError:
                self._digests[number] = None
        return self._digests[number]


def copy(file: File, target: IO[bytes], *, sha256: str) -> int:
    """Copy `file` to `target`; gives its size. Raises `CaseDamaged` where its bytes are not those of `sha256`."""
    digest = hashlib.sha256()
    size = 0
    with file.open() as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
            size += len(chunk)
    if digest.hexdigest() != sha256:
        raise CaseDamaged(f"the file {file.name} has changed since it was read: its SHA-256 is not {sha256}")
    return size
