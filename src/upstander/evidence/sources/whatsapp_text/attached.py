"""Finds the files that messages name among those that came with the export."""

import unicodedata
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.document import Document, File
from upstander.evidence.sources.whatsapp_text.bodies import Body

__all__ = ["attachment"]

_KINDS = frozenset({"image", "video", "audio", "voice", "sticker", "gif", "document", "contact", "location"})


def attachment(document: Document, body: Body) -> dict[str, Any] | None:
    """Columns of the attachment that `body` stands for; None where it stands for none."""
    if body.kind == "location":
        return {"kind": "location", "held": "held"}
    if body.file is None:
        if not body.omitted:
            return None
        return {"kind": body.kind if body.kind in _KINDS else "unknown", "held": "omitted"}
    columns: dict[str, Any] = {"kind": body.kind if body.kind in _KINDS else "unknown", "name": body.file}
    if body.omitted:
        return {**columns, "held": "omitted"}
    found = _beside(document, body.file)
    if found is None:
        return {**columns, "held": "absent"}
    try:
        return {**columns, "held": "held", "bytes": found.size, "sha256": found.digest()}
    except (SourceError, OSError):
        # A damaged member of an archive: it came, and cannot be read. The archive's own reading names the damage.
        return {**columns, "held": "absent"}


def _beside(document: Document, name: str) -> File | None:
    found = document.beside(name) if document.siblings else None
    if found is None and document.siblings and not name.isascii():
        # Archives made on a Mac write accents apart from their letters.
        found = document.beside(unicodedata.normalize("NFC", name)) or document.beside(
            unicodedata.normalize("NFD", name)
        )
    return found
