"""The files of one channel: an export that was cut into parts is `x.json`, `x [part 2].json`, `x [part 3].json`."""

import re
from pathlib import PurePosixPath

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import HEAD_BYTES, Document, File, natural

__all__ = ["channel_of", "companions", "in_order"]

_PART = re.compile(r"(?P<stem>.*?)(?: \[part (?P<number>[0-9]{1,6})\])?\.json", re.IGNORECASE | re.DOTALL)
_GUILD = re.compile(rb'(?<!\\)"guild"\s*:\s*\{')
_CHANNEL = re.compile(rb'(?<!\\)"channel"\s*:\s*\{\s*"id"\s*:\s*"?(?P<id>[0-9]{1,20})|(?<!\\)"channel"\s*:\s*\{')
_REST = re.compile(rb'(?<!\\)"(?:dateRange|messages)"\s*:\s*[\[{]')


def channel_of(head: bytes) -> bytes:
    """Id of the channel that these first bytes are of; raises `WrongSource` where they are of no export."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        channel = _CHANNEL.search(head)
        if channel is not None and _GUILD.search(head) and _REST.search(head):
            return channel["id"] or b""
    raise WrongSource("the document has none of the keys of a DiscordChatExporter file")


def companions(document: Document) -> tuple[str, ...]:
    """Names of the channel's other parts that come after the document's own name, in natural order."""
    path = PurePosixPath(document.file.name)
    own = _PART.fullmatch(path.name)
    channel = channel_of(document.head)
    if own is None or not channel:
        return ()
    found = []
    for name, file in document.siblings.items():
        other = _PART.fullmatch(PurePosixPath(name).name)
        if other is None or other["stem"] != own["stem"] or PurePosixPath(name).parent != path.parent:
            continue
        # A second copy of the same exhibit is the document itself.
        copy = (file.exhibit, file.member) == (document.file.exhibit, document.file.member)
        if not copy and natural(name) > natural(document.file.name) and _channel(file) == channel:
            found.append(name)
    return tuple(sorted(found, key=natural))


def in_order(document: Document) -> list[tuple[int, File]]:
    """(number of the part, file), the first part first."""
    files = [document.file, *(document.siblings[name] for name in companions(document))]
    return sorted(((_number(file.name), file) for file in files), key=lambda part: part[0])


def _number(name: str) -> int:
    match = _PART.fullmatch(PurePosixPath(name).name)
    return int(match["number"] or 1) if match else 1


def _channel(file: File) -> bytes | None:
    try:
        with file.open() as stream:
            return channel_of(stream.read(HEAD_BYTES))
    except (SourceError, OSError):
        return None
