"""Which form of a Signal backup a document is, told from its first bytes."""

import re
from enum import Enum

from upstander.errors import WrongSource
from upstander.evidence.document import Document
from upstander.evidence.protobuf import decode
from upstander.evidence.sources.signal_backup.encrypted import is_encrypted
from upstander.evidence.sources.signal_backup.schema import MESSAGES
from upstander.evidence.sources.signal_backup.stream import delimited, is_json

__all__ = ["Form", "form_of"]

#: Before the first of 2023 the format did not exist.
_EARLIEST = 1_672_531_200_000
_LATEST = 4_102_444_800_000
_ROOT_KEY = 32
_INFO = re.compile(rb'\s*\{[^{}\n]*"backupTimeMs"\s*:[^{}\n]*\}')
_KEYED = re.compile(rb'"(?:mediaRootBackupKey|version)"\s*:')
_FRAME = re.compile(
    rb'\s*\{\s*"(' + b"|".join(field.name.encode() for field in MESSAGES["Frame"].values()) + rb')"\s*:'
)


class Form(Enum):
    """How the backup is written."""

    BINARY = "binary"
    JSON = "json"
    ENCRYPTED = "encrypted"


def form_of(document: Document) -> Form:
    """The form of the backup. Raises `WrongSource` where the document is none."""
    head = document.head
    if is_json(head):
        if _json(head.removeprefix(b"\xef\xbb\xbf")):
            return Form.JSON
    elif _binary(head):
        return Form.BINARY
    elif is_encrypted(document):
        return Form.ENCRYPTED
    raise WrongSource(f"{document.file.name} is no Signal backup")


def _json(head: bytes) -> bool:
    """A line that describes a backup, then frames."""
    info = _INFO.match(head)
    if info is None or _KEYED.search(info[0]) is None:
        return False
    rest = head[info.end() :].lstrip()
    return not rest or _FRAME.match(rest) is not None


def _binary(head: bytes) -> bool:
    """A message that describes a backup and nothing else, then a frame of a known kind."""
    found = delimited(head)
    if found is None:
        return False
    info = decode(found[0])
    numbers = {number for number, _ in info.all}
    if not info.whole or not info.all or not numbers <= MESSAGES["BackupInfo"].keys():
        return False
    version, at, root = info.number(1), info.number(2), info.blobs(3)
    dated = at is not None and _EARLIEST <= at < _LATEST
    keyed = bool(root) and len(root[0]) == _ROOT_KEY
    if not version or version > 100 or at is None or not (dated or keyed):
        return False
    rest = head[found[1] :]
    following = delimited(rest)
    # A frame that the first bytes cut short is one all the same; an empty one says nothing.
    blob = following[0] if following is not None else rest[1:]
    return not rest or not blob or (blob[0] & 7 == 2 and blob[0] >> 3 in MESSAGES["Frame"]) or following is None
