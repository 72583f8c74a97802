"""WhatsApp's encrypted backups on Android: `.crypt12`, `.crypt14`, `.crypt15`.

The header is read, and the key made, by wa-crypt-tools. Its own streaming decryption skips every second block and its
other one needs the whole backup in memory twice, so bytes are decrypted here, in pieces, with the cipher it names.
"""

import hashlib
import logging
import re
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from Cryptodome.Cipher import AES
from google.protobuf.message import DecodeError
from wa_crypt_tools.lib.key.key14 import Key14
from wa_crypt_tools.lib.key.key15 import Key15
from wa_crypt_tools.proto import backup_prefix_pb2

from upstander.errors import KeyNeeded, KeyWrong, LimitReached, Unreadable, WrongSource
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, ExhibitFile, File
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.whatsapp_android import read_database, readable
from upstander.evidence.sqlite import MAGIC, open_database

__all__ = ["SOURCE"]

NAME = "whatsapp_crypt"

#: Names that key files have on the phone; one beside the backup is tried where none is stated.
KEY_NAMES = ("key", "encrypted_backup.key")
#: How many times its own size a backup may grow to. Databases compress three to ten times.
RATIO = 300
_CHUNK = 1 << 20
#: A serialised Java byte array: what stands before its bytes.
_JAVA = bytes.fromhex("aced000575720002 5b42acf317f8060854e0 020000 7870")
_KEY14_BYTES, _KEY15_BYTES = 131, 32
#: crypt12: cipher version, key version, server salt, account salt, then the initial vector.
_CRYPT12 = re.compile(rb"\x00\x01[\x01-\x03]", re.DOTALL)
_CRYPT12_VECTOR = 51
#: crypt12 ends in the last two digits of the account's number.
_CRYPT12_FOOTER = re.compile(rb"[-0-9]{2}[0-9]{2}")
_TAG = 16


@dataclass(frozen=True, slots=True)
class _Header:
    version: int
    vector: bytes
    #: Bytes before the encrypted ones.
    size: int
    #: Bytes after the authentication tag and the checksum.
    footer: int


def _header(document: Document) -> _Header:
    """What the first (and, for crypt12, the last) bytes say. Raises `WrongSource` where they are of no backup."""
    # The library reports through logging, and Python prints what nobody listens to.
    logging.getLogger("wa_crypt_tools").addHandler(logging.NullHandler())
    head = document.head
    if len(head) < 100 or document.file.size < 150:
        raise WrongSource(f"{document.file.name} is too short for an encrypted backup")
    start = 2 if head[1] == 1 else 1
    prefix = backup_prefix_pb2.BackupPrefix()
    try:
        prefix.ParseFromString(head[start : start + head[0]])
    except DecodeError:
        prefix.Clear()
    for version, vector in ((15, prefix.c15_iv.IV), (14, prefix.c14_cipher.IV)):
        if len(vector) == 16:
            return _Header(version, bytes(vector), start + head[0], 0)
    if _CRYPT12.match(head) and _CRYPT12_FOOTER.fullmatch(_last(document.file, 4)):
        return _Header(12, head[_CRYPT12_VECTOR : _CRYPT12_VECTOR + 16], _CRYPT12_VECTOR + 16, 4)
    raise WrongSource(f"{document.file.name} is no encrypted WhatsApp backup")


def _last(file: File, count: int) -> bytes:
    with file.open() as stream:
        if stream.seekable():
            stream.seek(-count, 2)
            return stream.read(count)
        tail = b""
        while chunk := stream.read(_CHUNK):
            tail = (tail + chunk)[-count:]
        return tail


def _recognise(document: Document) -> tuple[str, ...]:
    _header(document)
    beside = (document.beside(name) for name in (*KEY_NAMES, "wa.db"))
    return tuple(file.name for file in beside if file is not None)


def _read(document: Document, reading: Reading) -> Iterator[Rows]:
    header = _header(document)
    key = _key(document, reading, header)
    path, warning = _decrypt(document, header, key)
    file = ExhibitFile(name=document.file.name, path=path, exhibit=document.file.exhibit)
    database = open_database(document, file)
    try:
        if not readable(database):
            raise Unreadable(
                f"{document.file.name} was decrypted and holds no messages; it is a backup of something else",
                kind="unknown_format",
            )
        yield from read_database(database, document, source=NAME)
    finally:
        database.close()
    if warning is not None:
        capture = Capture(document, source=NAME, platform="whatsapp")
        capture.warn("damaged_database", warning)
        yield from capture.close()


def _key(document: Document, reading: Reading, header: _Header) -> bytes:
    stated = reading.key
    files = [stated] if stated is not None else [document.beside(name) for name in KEY_NAMES]
    name = document.file.name
    wrong: KeyWrong | None = None
    for file in files:
        if file is None:
            continue
        try:
            return _key_of(file, header, name)
        except KeyWrong as problem:
            wrong = wrong or problem
    if wrong is not None:
        raise wrong
    raise KeyNeeded(f"{name} is an encrypted backup (crypt{header.version}); ingest it again with --key KEYFILE")


def _key_of(file: File, header: _Header, name: str) -> bytes:
    with file.open() as stream:
        content = stream.read(4096)
    body = content[len(_JAVA) + 4 :] if content.startswith(_JAVA) else content
    text = content.strip()
    if re.fullmatch(rb"[0-9A-Fa-f]{64}", text):
        body = bytes.fromhex(text.decode("ascii"))
    wanted = _KEY15_BYTES if header.version == 15 else _KEY14_BYTES
    if len(body) != wanted:
        message = f"{file.name} is no key of a crypt{header.version} backup and does not open {name}; state another"
        raise KeyWrong(message)
    key = Key15(keyarray=body) if header.version == 15 else Key14(keyarray=body)
    return bytes(key.get())


def _decrypt(document: Document, header: _Header, key: bytes) -> tuple[Path, str | None]:
    """The database in the scratch folder, and what is odd about the backup."""
    file = document.file
    path = document.scratch / "decrypted.db"
    limit = min(shutil.disk_usage(document.scratch).free // 2, RATIO * file.size)
    cipher = AES.new(key, AES.MODE_GCM, header.vector)
    out = _Inflated(file.name, limit)
    checksum = hashlib.md5(usedforsecurity=False)
    with file.open() as stream, path.open("wb") as target:
        checksum.update(stream.read(header.size))
        left = file.size - header.size - header.footer - 2 * _TAG
        while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
            left -= len(chunk)
            checksum.update(chunk)
            out.write(cipher.decrypt(chunk), target)
        tag, digest = stream.read(_TAG), stream.read(_TAG)
        checksum.update(tag)
        if checksum.digest() != digest:
            # Some backups have no checksum: what stands in the tag's place is data, and the tag comes last.
            out.write(cipher.decrypt(tag), target)
            tag = digest
        whole = _verified(cipher, tag)
    if not out.begun:
        raise KeyWrong(f"the key does not open {file.name}; state the key of the phone and time it was made with")
    if whole and out.ended:
        return path, None
    what = "was altered or cut short since it was made: its authentication tag does not match"
    return path, f"{file.name} {what if not whole else 'ends early inside its compressed data'}; what came out was read"


def _verified(cipher: Any, tag: bytes) -> bool:
    try:
        cipher.verify(tag)
    except ValueError:
        return False
    return True


class _Inflated:
    """Decrypted bytes on their way to a database file: inflated where they are compressed."""

    def __init__(self, name: str, limit: int) -> None:
        self._name, self._left = name, limit
        self._inflate: Any = None
        self._head = b""
        #: Whether a database came out.
        self.begun = False
        #: Whether the compressed data came to their own end.
        self.ended = False
        self._stopped = False

    def write(self, data: bytes, target: IO[bytes]) -> None:
        """Write on; data that are no database are dropped, so that a wrong key costs nothing."""
        if self._stopped:
            return
        if self._inflate is None and not self.begun:
            self._inflate = zlib.decompressobj() if not data.startswith(MAGIC) else _Plain()
        try:
            while data and not self.ended:
                piece = self._inflate.decompress(data, _CHUNK)
                data = self._inflate.unconsumed_tail
                self._put(piece, target)
                self.ended = self._inflate.eof
        except zlib.error:
            self._stopped = True

    def _put(self, piece: bytes, target: IO[bytes]) -> None:
        if not self.begun:
            self._head += piece
            if len(self._head) < len(MAGIC):
                return
            if not self._head.startswith(MAGIC):
                self._stopped = self.ended = True
                return
            self.begun, piece, self._head = True, self._head, b""
        self._left -= len(piece)
        if self._left < 0:
            raise LimitReached(f"{self._name} grows beyond {RATIO} times its size or half of the free disk; make room")
        target.write(piece)


class _Plain:
    """Stands for a decompressor where the database was not compressed."""

    unconsumed_tail = b""
    eof = False

    def decompress(self, data: bytes, _most: int) -> bytes:
        return data


_CARD = Card(
    title="WhatsApp for Android, encrypted backups (crypt12, crypt14, crypt15)",
    tried_on=(
        "KisanThapa/WhatsApp-Database-Decrypter, 9 genuine crypt12 of 2018: 0, 3 times 12 and 5 times 6 authored",
        "crypt14 and crypt15 made with wa-crypt-tools from an invented database: 10 authored, 4 system events",
    ),
    limits=(
        "password-protected crypt15 backups open with their 64-digit key or key file, not with the password",
        "a backup of media or of the contact list (wa.db.crypt15) is decrypted and not read",
    ),
)

SOURCE = Source(name=NAME, card=_CARD, recognise=_recognise, read=_read)
