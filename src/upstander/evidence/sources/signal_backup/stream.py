"""Frames of a backup, one at a time: binary, each behind its length, or one JSON object a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import orjson

from upstander.errors import LimitReached, Unreadable
from upstander.evidence.document import File
from upstander.evidence.protobuf import varint
from upstander.evidence.sources.signal_backup.schema import MESSAGES
from upstander.evidence.sources.signal_backup.wire import record_of

__all__ = ["FRAME_LIMIT", "Frame", "delimited", "frames", "is_json"]

#: Bytes of one frame. A message's text has 128 KiB at most and goes on in a file of its own.
FRAME_LIMIT = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_LONGEST_LENGTH = 10
_KINDS = {number: field.name for number, field in MESSAGES["Frame"].items()}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its number (0 is the backup's own description), place and record."""

    index: int
    start: int
    end: int
    #: None where it could not be read at all.
    record: dict[str, Any] | None
    #: Whether all of it could be read.
    whole: bool = True


def is_json(head: bytes) -> bool:
    """Whether the backup is written as JSON."""
    return head.removeprefix(_BOM).lstrip().startswith(b"{")


def frames(file: File, *, json: bool, only: frozenset[str] | None = None) -> Iterator[Frame]:
    """Every frame of `file`; where `only` is given, the kinds named there alone are made records of.

    Raises `SourceError` where nothing more can be read; frames given before stand.
    """
    with file.open() as stream:
        yield from _lines(stream, file.name, only) if json else _binary(stream, file.name, only)


def delimited(head: bytes, place: int = 0) -> tuple[bytes, int] | None:
    """The length-delimited message that begins at `place` of `head`; None where none is whole there."""
    size = varint(head, place)
    if size is None or size[1] + size[0] > len(head):
        return None
    return head[size[1] : size[1] + size[0]], size[1] + size[0]


def _binary(stream: IO[bytes], name: str, only: frozenset[str] | None) -> Iterator[Frame]:
    place = index = 0
    while True:
        size, used = _length(stream, name, place)
        if size is None:
            return
        if size > FRAME_LIMIT:
            message = f"{name} states a frame of {size:,} bytes at byte {place}; the rest is damaged"
            raise (LimitReached if size < 1 << 40 else Unreadable)(message)
        blob = stream.read(size)
        start, place = place, place + used + len(blob)
        if index == 0:
            record, whole = record_of("BackupInfo", blob)
            yield Frame(0, start, place, record, whole)
        elif only is None or not blob or _KINDS.get(blob[0] >> 3) in only:
            record, whole = record_of("Frame", blob)
            yield Frame(index, start, place, record, whole and len(blob) == size)
        if len(blob) < size:
            raise Unreadable(f"{name} ends in the middle of a frame, at byte {place}; what stands before was read")
        index += 1


def _length(stream: IO[bytes], name: str, place: int) -> tuple[int | None, int]:
    """The length that stands next in `stream`, and how many bytes write it; None at the end."""
    written = b""
    while byte := stream.read(1):
        written += byte
        if byte[0] < 0x80:
            found = varint(written, 0)
            if found is not None:
                return found[0], found[1]
        if len(written) >= _LONGEST_LENGTH:
            break
    if not written:
        return None, 0
    raise Unreadable(f"{name} has no length of a frame at byte {place}; what stands before was read")


def _lines(stream: IO[bytes], name: str, only: frozenset[str] | None) -> Iterator[Frame]:
    place, index = 0, -1
    while line := stream.readline(FRAME_LIMIT + 1):
        start, place = place, place + len(line)
        if len(line) > FRAME_LIMIT:
            raise LimitReached(f"{name} has a line of more than {FRAME_LIMIT:,} bytes at byte {start}; it was not read")
        text = line.removeprefix(_BOM).strip() if index < 0 else line.strip()
        if not text:
            continue
        index += 1
        if index and only is not None and not any(f'"{kind}"'.encode() in text[:64] for kind in only):
            continue
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError:
            record = None
        yield Frame(index, start, place, record if isinstance(record, dict) else None)
