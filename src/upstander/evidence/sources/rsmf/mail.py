"""The mail that carries an RSMF archive, taken apart line by line: such a mail may have two gigabytes."""

import base64
import binascii
import email.message
import email.parser
import email.policy
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from upstander.errors import LimitReached, Unreadable
from upstander.evidence.document import File
from upstander.evidence.rsmf_words import ZIP

__all__ = ["headers", "is_mail", "top", "unpack"]

#: Bytes of one part's headers.
HEADER_BYTES = 1 << 18
#: Bytes of a line; a body without line ends is read in pieces of this.
LINE_BYTES = 1 << 20
#: Boundaries that a mail may nest.
NESTED = 16

_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]?[^\r\n]*\r?\n")
_MARK = re.compile(
    rb"^(?:X-RSMF-[A-Za-z]+[ \t]*:|Content-Disposition:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*rsmf\.zip)", re.I | re.M
)


def is_mail(head: bytes) -> bool:
    """Whether the first bytes are a mail's that says it carries RSMF."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return _FIELD.match(head) is not None and _MARK.search(head) is not None


@dataclass(slots=True)
class _Part:
    """One part while its lines arrive."""

    encoding: str
    wanted: bool
    left: bytes = b""


class _Lines(Protocol):
    def readline(self, limit: int, /) -> bytes: ...


def headers(stream: _Lines) -> email.message.Message:
    """The fields up to the first empty line."""
    lines: list[bytes] = []
    held = 0
    while (line := stream.readline(LINE_BYTES)) not in (b"\n", b"\r\n", b""):
        held += len(line)
        if held > HEADER_BYTES:
            raise LimitReached(f"the headers of the mail have more than {HEADER_BYTES:,} bytes; it was not read")
        lines.append(line)
    return email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(b"".join(lines))


def top(stream: _Lines) -> email.message.Message:
    """The mail's own headers, after whatever empty lines stand before them."""
    first = stream.readline(LINE_BYTES)
    while first in (b"\n", b"\r\n"):
        first = stream.readline(LINE_BYTES)
    return headers(_Again(first.removeprefix(b"\xef\xbb\xbf"), stream))


def unpack(file: File, target: Path) -> email.message.Message:
    """Write the mail's `rsmf.zip` to `target` and give the mail's own headers.

    Raises `Unreadable` where it has none. An archive that is cut short is written as far as it goes.
    """
    found = False
    with file.open() as stream:
        fields = top(stream)
        boundaries = [boundary for boundary in [_boundary(fields)] if boundary]
        part = _part(fields)
        with target.open("wb") as sink:
            found = part.wanted
            for line in _lines(stream):
                closing = line.rstrip(b"\r\n") if line.startswith(b"--") else b""
                if closing and any(closing in (b"--" + mark, b"--" + mark + b"--") for mark in boundaries):
                    _finish(part, sink)
                    if found and part.wanted:
                        break
                    if closing.endswith(b"--") and closing[2:] not in boundaries:
                        part = _Part("7bit", wanted=False)
                        continue
                    inner = headers(stream)
                    nested = _boundary(inner)
                    if nested and len(boundaries) < NESTED:
                        boundaries.append(nested)
                    part = _part(inner)
                    found = found or part.wanted
                elif part.wanted:
                    sink.write(_decoded(part, line))
            _finish(part, sink)
    if not found:
        raise Unreadable(f"the mail {file.name} has no part called {ZIP}; ask for the export again")
    return fields


class _Again:
    """A stream with its first line put back."""

    def __init__(self, first: bytes, stream: _Lines) -> None:
        self._first: bytes | None = first
        self._stream = stream

    def readline(self, limit: int, /) -> bytes:
        if self._first is not None:
            line, self._first = self._first, None
            return line
        return self._stream.readline(limit)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(LINE_BYTES):
        yield line


def _boundary(fields: email.message.Message) -> bytes | None:
    if fields.get_content_maintype() != "multipart":
        return None
    boundary = fields.get_boundary()
    return boundary.encode("utf-8", "replace") if boundary else None


def _part(fields: email.message.Message) -> _Part:
    name = fields.get_filename() or ""
    encoding = str(fields.get("Content-Transfer-Encoding") or "7bit").strip().casefold()
    return _Part(encoding, wanted=name.rsplit("/", 1)[-1].casefold() == ZIP)


def _decoded(part: _Part, line: bytes) -> bytes:
    if part.encoding == "quoted-printable":
        return quopri.decodestring(line)
    if part.encoding != "base64":
        return line
    text = part.left + b"".join(line.split())
    whole = len(text) - len(text) % 4
    part.left = text[whole:]
    try:
        return base64.b64decode(text[:whole])
    except binascii.Error:
        return b""  # the archive's own checks will find what is missing


def _finish(part: _Part, sink: IO[bytes]) -> None:
    if part.wanted and part.left:
        sink.write(_decoded(part, b"=" * (-len(part.left) % 4)))
        part.left = b""
