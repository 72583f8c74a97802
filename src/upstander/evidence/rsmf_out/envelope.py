"""The e-mail message around `rsmf.zip`, with the headers that RSMF 2.0 names."""

import base64
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from typing import IO, Any

import orjson

from upstander import __version__
from upstander.evidence.rsmf_out.held import copy
from upstander.evidence.rsmf_out.slices import Slice
from upstander.evidence.rsmf_words import MANIFEST, VERSION, ZIP

__all__ = ["Heading", "seal", "zip_entry"]

#: Bytes of a zip that are kept in memory before they go to a scratch file.
_SPOOL = 32 * 1024 * 1024
#: A multiple of 57, so that every line of base64 but the last is full (76 characters).
_CHUNK = 57 * 16_384
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: Participants that the header lists; the manifest has them all.
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """What the manifest and the headers of a file say before its events."""

    subject: str
    application: str
    custodian: str | None
    collection: str
    participants: Sequence[dict[str, Any]]
    conversations: Sequence[dict[str, Any]]


def zip_entry(name: str) -> zipfile.ZipInfo:
    """An entry whose bytes depend on nothing but its content: zip's first date, ordinary rights."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info


def seal(target: IO[bytes], piece: Slice, heading: Heading, *, scratch: Path) -> None:
    """Write `piece` to `target` as one `.rsmf` file."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL, dir=str(scratch)) as packed:
        with zipfile.ZipFile(packed, "w") as archive:
            with archive.open(zip_entry(MANIFEST), "w", force_zip64=False) as stream:
                for chunk in _manifest(piece, heading):
                    stream.write(chunk)
            for attached in piece.attached:
                with archive.open(zip_entry(attached.id), "w", force_zip64=attached.size > 1 << 30) as stream:
                    copy(attached.file, stream, sha256=attached.sha256)
        packed.seek(0)
        boundary = f"=_upstander_{heading.collection[:40]}"
        for name, value in _headers(piece, heading, boundary):
            target.write(f"{name}: {_encoded(name, value)}\r\n".encode("ascii"))
        text = _transcript(piece, heading).encode("utf-8")
        _part(target, boundary, 'text/plain; charset="utf-8"', None)
        target.write(_base64(text))
        _part(target, boundary, f"application/octet-stream; name={ZIP}", f"attachment; filename={ZIP}")
        while chunk := packed.read(_CHUNK):
            target.write(_base64(chunk))
        target.write(f"\r\n--{boundary}--\r\n".encode("ascii"))


def _manifest(piece: Slice, heading: Heading) -> Iterator[bytes]:
    yield b'{"version":' + orjson.dumps(VERSION)
    yield b',"eventcollectionid":' + orjson.dumps(heading.collection)
    yield b',"participants":' + orjson.dumps(heading.participants)
    yield b',"conversations":' + orjson.dumps(heading.conversations)
    yield b',"events":['
    for number, event in enumerate(piece.events):
        yield (b",\n" if number else b"\n") + event
    yield b"\n]}\n"


def _headers(piece: Slice, heading: Heading, boundary: str) -> Iterator[tuple[str, str]]:
    names = [str(participant["display"]) for participant in heading.participants]
    listed = ", ".join(name.replace(",", " ") for name in names[:_LISTED])
    if len(names) > _LISTED:
        listed += f", and {len(names) - _LISTED} more"
    yield "From", "Upstander <upstander@upstander.invalid>"
    yield "To", "undisclosed-recipients:;"
    if piece.end is not None:
        yield "Date", format_datetime(datetime.fromisoformat(piece.end))
    yield "Subject", heading.subject
    yield "X-RSMF-Version", VERSION
    yield "X-RSMF-Generator", f"Upstander {__version__}"
    if piece.begin is not None and piece.end is not None:
        yield "X-RSMF-BeginDate", piece.begin
        yield "X-RSMF-EndDate", piece.end
    yield "X-RSMF-EventCount", str(len(piece.events))
    yield "X-RSMF-AttachmentCount", str(len(piece.attached))
    yield "X-RSMF-Application", heading.application
    if heading.custodian:
        yield "X-RSMF-Custodian", heading.custodian
    if listed:
        yield "X-RSMF-Participants", listed
    yield "X-RSMF-EventCollectionID", heading.collection
    yield "MIME-Version", "1.0"
    yield "Content-Type", f'multipart/mixed; boundary="{boundary}"'


def _encoded(name: str, value: str) -> str:
    """A header's value on lines of lawful length. A name with a line end in it must not become a header."""
    clean = _CONTROLS.sub(" ", value)
    if clean.isascii() and len(clean) + len(name) < 900:
        return clean
    return Header(clean, "utf-8", header_name=name).encode(linesep="\r\n")


def _part(target: IO[bytes], boundary: str, kind: str, disposition: str | None) -> None:
    lines = ["", f"--{boundary}", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    if disposition:
        lines.append(f"Content-Disposition: {disposition}")
    target.write(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _transcript(piece: Slice, heading: Heading) -> str:
    """The events as plain text: what a mail reader shows, and what platforms index."""
    return "\r\n".join([heading.subject, "", *piece.transcript, ""])
