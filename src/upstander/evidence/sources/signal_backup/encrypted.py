"""Opens an encrypted backup: `SBACKUP` header or none, 16 bytes of vector, AES-256-CBC over gzip, HMAC-SHA-256."""

import hashlib
import hmac
import re
import shutil
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from Cryptodome.Cipher import AES

from upstander.errors import KeyNeeded, KeyWrong, LimitReached, Unreadable
from upstander.evidence.document import Document, ExhibitFile, File
from upstander.evidence.media import is_media
from upstander.evidence.protobuf import decode
from upstander.evidence.sources.signal_backup.keys import (
    BackupKeys,
    Stated,
    backup_id,
    backup_key,
    derive,
    local_id,
    stated,
)
from upstander.evidence.sources.signal_backup.stream import delimited

__all__ = ["KEY_NAMES", "Opened", "companions", "is_encrypted", "open_backup", "stated_account"]

#: Names that key files are looked for under beside the backup where none is stated.
KEY_NAMES = ("signal.key", "recovery_key.txt", "recovery-key.txt")
#: What a backup on the phone has beside it: the id that its key needs.
METADATA = "metadata"
MAGIC = b"SBACKUP\x01"
#: An encrypted file of a backup on the phone; snapshots in several folders share those beside them.
_FILE = re.compile(r"(?:^|/)files/[0-9a-f]{2}/[0-9a-f]{64}\Z")
#: How many times its own size a backup may grow to.
RATIO = 300
_VECTOR, _MAC, _BLOCK = 16, 32, 16
_CHUNK = 1 << 20
_SQLITE = b"SQLite format 3"
_KEY_BYTES, _METADATA_BYTES = 65_536, 4_096


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup in the clear, in the scratch folder."""

    file: File
    #: Handle of the account it is of, where the key tells.
    aci: str | None
    #: Whether an account's id is that of the backup, where the key can prove it.
    proves: Callable[[bytes], bool] | None
    #: What is odd about it.
    problem: str | None


def is_encrypted(document: Document) -> bool:
    """Whether the document is an encrypted backup: by its header, or by the metadata or key beside it.

    Without a header the bytes are like any others that are encrypted, and only what lies beside them tells.
    """
    if document.head.startswith(MAGIC):
        return True
    size = document.file.size - _VECTOR - _MAC
    if size <= 0 or size % _BLOCK or not _openers(document):
        return False
    return not (_texty(document.head) or is_media(document.head) or document.head.startswith(_SQLITE))


def companions(document: Document) -> tuple[str, ...]:
    """Names of what belongs to a backup: what opens it, and the encrypted files of one that was made on the phone."""
    found = _openers(document)
    metadata = document.beside(METADATA)
    if metadata is None or metadata.name not in found:
        return found
    folder = PurePosixPath(document.folder)
    roots = {str(root / "files") for root in (folder, folder.parent)}
    listed = document.beside("files")
    files = [
        name for name in document.siblings if _FILE.search(name) and str(PurePosixPath(name).parent.parent) in roots
    ]
    return (*found, *([listed.name] if listed is not None else []), *files)


def _openers(document: Document) -> tuple[str, ...]:
    """Names of what lies beside a backup and opens it."""
    found = []
    metadata = document.beside(METADATA)
    if (
        metadata is not None
        and metadata is not document.file
        and local_id(bytes(32), _start(metadata, _METADATA_BYTES))
    ):
        found.append(metadata.name)
    for name in KEY_NAMES:
        file = document.beside(name)
        if file is not None and file is not document.file and stated(_start(file, _KEY_BYTES)) is not None:
            found.append(file.name)
    return tuple(found)


def stated_account(key: File | None) -> str | None:
    """Handle of the account that a key file states, for a backup in the clear."""
    said = stated(_start(key, _KEY_BYTES)) if key is not None else None
    return str(uuid.UUID(bytes=said.aci)) if said is not None and said.aci is not None else None


def open_backup(document: Document, key: File | None) -> Opened:
    """Decrypt the document into the scratch folder. Raises `KeyNeeded` or `KeyWrong` where that cannot be."""
    name = document.file.name
    given = [key] if key is not None else [file for one in KEY_NAMES if (file := document.beside(one)) is not None]
    if not given:
        raise KeyNeeded(f"{name} is an encrypted Signal backup; ingest it again with --key and its recovery key")
    problems: list[str] = []
    for file in given:
        said = stated(_start(file, _KEY_BYTES))
        if said is None or (said.recovery is None and said.keys is None):
            problems.append(f"{file.name} holds no recovery key of 64 letters and digits")
            continue
        for keys, aci, proves in _candidates(document, said, problems):
            opened = _try(document, keys, aci, proves)
            if opened is not None:
                return opened
            problems.append(f"the key in {file.name} does not open it")
    raise KeyWrong(f"{name} stays closed: {'; '.join(dict.fromkeys(problems))}; state another with --key")


_Candidate = tuple[BackupKeys, bytes | None, Callable[[bytes], bool] | None]


def _candidates(document: Document, said: Stated, problems: list[str]) -> Iterator[_Candidate]:
    if said.keys is not None:
        yield said.keys, None, None
    if said.recovery is None:
        return
    key = backup_key(said.recovery)
    metadata = document.beside(METADATA)
    identity = local_id(key, _start(metadata, _METADATA_BYTES)) if metadata is not None else None
    if identity is not None:
        own = said.aci if said.aci is not None and backup_id(key, said.aci) == identity else None
        yield derive(key, identity, said.token), own, lambda aci: backup_id(key, aci) == identity
    elif said.aci is not None:
        yield derive(key, backup_id(key, said.aci), said.token), said.aci, None
    if identity is None and said.aci is None:
        problems.append("the recovery key needs the account's id (ACI) beside it, or the file metadata of the backup")
    if document.head.startswith(MAGIC) and said.token is None:
        problems.append("a backup from Signal's server needs its token too")


def _try(
    document: Document, keys: BackupKeys, aci: bytes | None, proves: Callable[[bytes], bool] | None
) -> Opened | None:
    """The backup in the clear; None where these are not its keys."""
    file, start = document.file, _begins(document)
    length = file.size - start - _VECTOR - _MAC
    if length < _BLOCK:
        raise Unreadable(f"{file.name} is too short for an encrypted backup")
    path = document.scratch / "opened.binproto"
    limit = min(shutil.disk_usage(document.scratch).free // 2, RATIO * file.size + _CHUNK)
    mac = hmac.new(keys.mac, digestmod=hashlib.sha256)
    whole = _decrypt(file, start, length - length % _BLOCK, keys.cipher, mac, path, limit)
    if whole is None:
        return None
    problem = None
    if not whole[0]:
        problem = f"{file.name} was altered or cut short since it was made: its authentication code does not match"
    elif not whole[1]:
        problem = f"{file.name} ends early inside its compressed data"
    own = str(uuid.UUID(bytes=aci)) if aci is not None and problem is None else None
    return Opened(ExhibitFile(file.name, path, file.exhibit), own, proves, problem)


def _begins(document: Document) -> int:
    """Where the vector begins: behind the header and what it says of the token, if there is one."""
    if not document.head.startswith(MAGIC):
        return 0
    found = delimited(document.head, len(MAGIC))
    if found is None or not decode(found[0]).whole:
        raise Unreadable(f"{document.file.name} has a damaged header; nothing behind it can be opened")
    return found[1]


def _decrypt(
    file: File, start: int, length: int, key: bytes, mac: "hmac.HMAC", path: Path, limit: int
) -> tuple[bool, bool] | None:
    """Whether the authentication code and the compressed data are whole; None where the key is not this backup's."""
    inflate = zlib.decompressobj(wbits=31)
    written, begun, broken = 0, False, False
    with file.open() as stream, path.open("wb") as target:
        stream.read(start)
        vector = stream.read(_VECTOR)
        mac.update(vector)
        cipher, left = AES.new(key, AES.MODE_CBC, vector), length
        while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
            left -= len(chunk)
            mac.update(chunk)
            data = b"" if broken else bytes(cipher.decrypt(chunk[: len(chunk) - len(chunk) % _BLOCK]))
            if not begun and not data.startswith(b"\x1f\x8b\x08"):
                return None
            begun = True
            try:
                while data and not inflate.eof:
                    piece = inflate.decompress(data, _CHUNK)
                    data = inflate.unconsumed_tail
                    written += len(piece)
                    if written > limit:
                        raise LimitReached(f"{file.name} grows beyond {RATIO} times its size or half of the free disk")
                    target.write(piece)
            except zlib.error:
                broken = True
        rest = stream.read()
        mac.update(rest[:-_MAC])
        matches = hmac.compare_digest(mac.digest(), rest[-_MAC:])
    return matches, inflate.eof and not broken


def _start(file: File, size: int) -> bytes:
    with file.open() as stream:
        return stream.read(size)


def _texty(head: bytes) -> bool:
    """Whether the bytes are text; encrypted ones hold a zero, or another byte that no text has, very soon."""
    return not any(byte < 9 or 13 < byte < 32 for byte in head[:4096])
