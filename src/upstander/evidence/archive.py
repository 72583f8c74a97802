"""Zip archives, opened as if every one were hostile.

Members are read where they are; nothing is ever written to a member's own path, so a path that leads out of the archive
is odd and harmless. Limits are the named constants here, and each one that bites is said.
"""

import hashlib
import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Self

from upstander.errors import LimitReached, Unreadable
from upstander.evidence.document import File

__all__ = ["Archive", "MemberFile", "is_archive"]

#: Members an archive may list.
MEMBERS = 500_000
#: How many times its compressed size a member may have once it is larger than `RATIO_FLOOR`. Text gives 20, a sparse
#: database a few hundred; the classic bombs give a thousand and more.
RATIO = 600
RATIO_FLOOR = 128 * 1024 * 1024
#: Archives within archives.
DEPTH = 3
#: Separates the path of an inner archive from the path in it.
INNER = "!/"
#: What a member without a name is called.
NAMELESS = "(no name)"

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
#: Documents that are zip files inside: one thing to a person, and read by no source.
_PACKAGES = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml")


def is_archive(head: bytes) -> bool:
    """Whether the first bytes are those of a zip archive."""
    return head.startswith(_SIGNATURES)


@dataclass(frozen=True)
class MemberFile:
    """A member of an exhibited archive."""

    name: str
    exhibit: str
    member: str
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """Size as the archive states it; reading never gives more."""
        return self._info.file_size

    def open(self) -> IO[bytes]:
        """Open for reading; damage raises `Unreadable` when it is met."""
        with _damage(self.member):
            return io.BufferedReader(_MemberStream(self.member, self._archive.open(self._info)), 1 << 18)

    def local(self, scratch: Path) -> Path:
        """A copy in `scratch`, made on the first call. Raises `LimitReached` where the disk could not hold it."""
        path = scratch / hashlib.sha256(self.member.encode("utf-8", "surrogatepass")).hexdigest()[:24]
        if path.exists():
            return path
        if self.size > shutil.disk_usage(scratch).free // 2:
            raise LimitReached(
                f"{self.member} has {self.size:,} bytes, more than half of the free disk; make room first"
            )
        partial = path.with_suffix(".part")
        with self.open() as source, partial.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        partial.replace(path)
        return path

    def digest(self) -> str:
        """SHA-256 of the member's bytes."""
        with self.open() as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
            return digest.hexdigest()


class Archive:
    """A zip archive and its members; a context manager."""

    def __init__(self, file: File, *, scratch: Path, depth: int = 1) -> None:
        """Open `file`. Raises `Unreadable` where it has no readable directory, `LimitReached` where nested too deep."""
        if depth > DEPTH:
            raise LimitReached(
                f"{file.name} is an archive inside {DEPTH} others and was not opened; unpack it and ingest it",
                kind="archive_limit",
            )
        self.file = file
        #: What is odd about single members: warning kind and sentence.
        self.warnings: list[tuple[str, str]] = []
        try:
            self._zip = zipfile.ZipFile(file.local(scratch))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as problem:
            raise Unreadable(
                f"the archive {file.name} is cut short or damaged ({problem}); ask for it to be sent again",
                kind="truncated_archive",
            ) from problem
        if len(infos) > MEMBERS:
            raise LimitReached(f"the archive {file.name} lists {len(infos):,} members; the limit is {MEMBERS:,}")
        if sum(info.compress_size for info in infos) > file.size:
            raise LimitReached(
                f"the members of {file.name} overlap, which only a bomb's do; none was read", kind="archive_limit"
            )
        self._infos = infos

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def package(self) -> bool:
        """Whether it is one document to a person (a .docx, an .apk) and not a collection of files."""
        return bool(self._infos) and any(info.filename in _PACKAGES for info in self._infos)

    def members(self) -> Iterator[MemberFile]:
        """Every member that may be read, in the archive's order; what may not be is added to `warnings`."""
        prefix = "" if self.file.member is None else self.file.member + INNER
        seen: set[str] = set()
        for info in self._infos:
            # A name may be empty: ZipInfo.is_dir fails on it, and a document must be called something.
            name = info.filename or NAMELESS
            if name.endswith("/"):
                continue
            if name in seen:
                self.warnings.append(
                    ("duplicate_record", f"{name} stands in {self.file.name} twice; the first was read")
                )
                continue
            seen.add(name)
            parts = PurePosixPath(name.replace("\\", "/"))
            if parts.is_absolute() or ".." in parts.parts or ":" in name[:3]:
                detail = f"the path {name!r} leads out of {self.file.name}; the member was read and not written there"
                self.warnings.append(("unsafe_path", detail))
            if info.flag_bits & 0x1:
                detail = (
                    f"{name} in {self.file.name} is encrypted and was not read; ask for the password or an open copy"
                )
                self.warnings.append(("encrypted_member", detail))
                continue
            if info.file_size > RATIO_FLOOR and info.file_size > RATIO * max(info.compress_size, 1):
                detail = (
                    f"{name} in {self.file.name} would grow from {info.compress_size:,} to {info.file_size:,} bytes,"
                    f" more than {RATIO} times, and was not read"
                )
                self.warnings.append(("archive_limit", detail))
                continue
            yield MemberFile(name, self.file.exhibit, prefix + name, self._zip, info)


@contextmanager
def _damage(member: str) -> Iterator[None]:
    """Map what zipfile and zlib raise on damaged members."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        NotImplementedError,
    ) as problem:
        message = f"{member} in the archive is damaged ({problem}); what stands before the damage was read"
        raise Unreadable(message, kind="truncated_archive") from problem


class _MemberStream(io.RawIOBase):
    """A member's bytes, with damage named when it is met."""

    def __init__(self, member: str, stream: IO[bytes]) -> None:
        self._member = member
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        with _damage(self._member):
            chunk = self._stream.read(len(view))
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()
