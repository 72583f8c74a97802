"""Invented RSMF manifests, archives and mails."""

import base64
import io
import json
import zipfile
from typing import Any


def event(minute: int, **more: Any) -> dict[str, Any]:
    """One event of conversation C1 by P1."""
    base = {"type": "message", "conversation": "C1", "participant": "P1"}
    return {**base, "timestamp": f"2024-03-01T09:{minute:02d}:00Z", **more}


def manifest(*events: Any, **more: Any) -> dict[str, Any]:
    """A manifest of two people in one conversation."""
    return {
        "version": "2.0.0",
        "participants": [
            {"id": "P1", "display": "Ada North", "account_id": "+440000000001"},
            {"id": "P2", "display": "Ben South", "email": "ben@example.org"},
        ],
        "conversations": [
            {
                "id": "C1",
                "display": "Shift",
                "platform": "WhatsApp",
                "type": "channel",
                "participants": ["P1", "P2"],
                "custodian": "P1",
            }
        ],
        "events": list(events),
        **more,
    }


def zipped(value: Any, **files: bytes) -> bytes:
    """An archive of the manifest and other files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rsmf_manifest.json", value if isinstance(value, str) else json.dumps(value))
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def mail(archive: bytes, *, count: int = 1, nested: bool = False, fields: dict[str, str] | None = None) -> bytes:
    """The mail around an archive, with `fields` of RSMF's own before the others."""
    before = "".join(f"X-RSMF-{name}: {value}\r\n" for name, value in (fields or {}).items()).encode()
    inner = b"Content-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\n\r\ntext\r\n--inner--\r\n"
    text = inner if nested else b"Content-Type: text/plain\r\n\r\ntext of the mail\r\n--not a boundary\r\n"
    return before + (
        b"X-RSMF-Version: 2.0.0\r\nX-RSMF-EventCount: " + str(count).encode() + b"\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed;\r\n boundary="outer"\r\n\r\npreamble\r\n--outer\r\n' + text + b"--outer\r\n"
        b"Content-Type: application/octet-stream; name=rsmf.zip\r\nContent-Disposition: attachment;\r\n"
        b" filename=rsmf.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(archive).replace(b"\n", b"\r\n")
        + b"\r\n--outer--\r\n"
    )
