"""What a source is handed: one file, the files that came with it, and a scratch folder.

A file is either an exhibit itself or a member of an exhibited archive; a source need not know which. Nothing here
writes outside the scratch folder, and exhibits are opened for reading only.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

__all__ = ["Document", "ExhibitFile", "File", "legible", "natural"]

#: Bytes that `Document.head` shows: enough for every signature and for a dozen messages.
HEAD_BYTES = 65_536


_SURROGATE = re.compile("[\ud800-\udfff]")


def natural(name: str) -> list[tuple[int, str]]:
    """Sort key that puts `message_2.json` before `message_10.json`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def legible(text: str) -> str:
    """`text` as a table can hold it: what Python could not read of a file name (lone surrogates) becomes U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


class File(Protocol):
    """One file of an intake, or one member of an exhibited archive."""

    @property
    def name(self) -> str:
        """Path as received, with forward slashes, relative to the intake or the archive."""

    @property
    def exhibit(self) -> str:
        """SHA-256 of the exhibit that it is, or is a member of."""

    @property
    def member(self) -> str | None:
        """Path inside the exhibited archive; None where the file is the exhibit."""

    @property
    def size(self) -> int:
        """Size."""

    def open(self) -> IO[bytes]:
        """Open for reading."""

    def local(self, scratch: Path) -> Path:
        """A path that holds exactly these bytes: the exhibit itself, or a copy in `scratch`. Never write to it."""

    def digest(self) -> str:
        """SHA-256 of these bytes."""


@dataclass(frozen=True)
class ExhibitFile:
    """A file that is an exhibit itself (or, in a test, any file on disk)."""

    name: str
    path: Path
    exhibit: str
    member: None = None

    @property
    def size(self) -> int:
        """Size."""
        return self.path.stat().st_size

    def open(self) -> IO[bytes]:
        """Open for reading."""
        return self.path.open("rb")

    def local(self, scratch: Path) -> Path:  # noqa: ARG002 - members of archives need it
        """The exhibit's own path; it is read-only."""
        return self.path

    def digest(self) -> str:
        """SHA-256, which is the exhibit's address."""
        return self.exhibit

    @classmethod
    def of(cls, path: Path) -> "ExhibitFile":
        """The file at `path`, hashed now; for tests and benchmarks that need no case."""
        with path.open("rb") as stream:
            return cls(name=path.name, path=path, exhibit=hashlib.file_digest(stream, "sha256").hexdigest())


@dataclass(frozen=True)
class Document:
    """One file to read, what came with it, and where scratch files may go."""

    file: File
    #: Everything of the same intake folder or archive, by name, this file included.
    siblings: Mapping[str, File] = field(default_factory=dict)
    #: A folder that is deleted after the document was read.
    scratch: Path = Path("/nonexistent")

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        with self.file.open() as stream:
            return stream.read(HEAD_BYTES)

    @property
    def folder(self) -> str:
        """Folder of the document within its intake or archive; empty at the top."""
        parent = str(PurePosixPath(self.file.name).parent)
        return "" if parent == "." else parent

    def beside(self, name: str) -> File | None:
        """The sibling called `name`, a path relative to the document's own folder."""
        return self.siblings.get(str(PurePosixPath(self.folder) / name))

    @classmethod
    def of(cls, path: Path, *, scratch: Path) -> "Document":
        """The file at `path` with the rest of its folder as siblings; for tests and benchmarks that need no case."""
        siblings = {other.name: ExhibitFile.of(other) for other in sorted(path.parent.iterdir()) if other.is_file()}
        return cls(file=siblings[path.name], siblings=siblings, scratch=scratch)
