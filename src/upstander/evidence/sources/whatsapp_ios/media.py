"""What ZWAMEDIAITEM says of one message: the file, contact or place it carried, and the message it quotes.

The columns mean different things from type to type: ZVCARDNAME is a contact's name or a file's SHA-256, ZVCARDSTRING a
contact card or a media type, ZLATITUDE a place or the height of a picture in pixels. A row is there for the preview of
a link and for a quote too, so its presence alone is no attachment.
"""

import math
from dataclasses import dataclass
from typing import Any

from upstander.evidence.document import Document, File
from upstander.evidence.protobuf import decode
from upstander.evidence.sources.whatsapp_ios.values import blob, hexadecimal, integer, jid, text

__all__ = ["Quote", "attachments", "kind_of", "quote"]

_CARD_SEPARATOR = "_$!<VCard-Separator>!$_"
_FILES = frozenset({"image", "video", "audio", "voice", "gif", "sticker", "document", "view_once"})
_BY_TYPE = (("image/", "image"), ("video/", "video"), ("audio/", "audio"), ("application/", "document"))


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that another quotes, as the quoting record keeps it, and whether it was forwarded."""

    key: str | None = None
    author: str | None = None
    text: str | None = None
    forwarded: bool = False
    whole: bool = True


def quote(metadata: object) -> Quote:
    """Read ZMETADATA: 5 the quoted key, 6 its author, 19 the quoted message, 17 how often it was forwarded."""
    data = blob(metadata)
    if not data:
        return Quote()
    fields = decode(data)
    key = fields.text(5)
    quoted = None
    for message in fields.messages(19):
        # Plain text, then the text of a link message, then captions of a picture, a document and a film.
        found = [message.text(1)]
        for number, caption in ((6, 1), (3, 3), (7, 8), (9, 7)):
            found += [inner.text(caption) for inner in message.messages(number)]
        quoted = next((line for line in found if line), quoted)
    if not key:
        return Quote(forwarded=bool(fields.number(17)), whole=fields.whole)
    return Quote(key, jid(fields.text(6)), quoted, bool(fields.number(17)), fields.whole)


def kind_of(kind: str, row: dict[str, Any]) -> str:
    """The message's kind, made finer from its media item: voice notes, and media whose own type was lost."""
    if kind == "audio" and integer(row["ZMEDIAORIGIN"]) == 1:
        return "voice"
    if kind == "text" and not row["ZTEXT"]:
        written = text(row["ZVCARDSTRING"]) or ""
        guessed = next((found for start, found in _BY_TYPE if written.startswith(start)), None)
        if guessed and row["ZMEDIALOCALPATH"]:
            return guessed
        return "empty"
    return kind


def attachments(kind: str, row: dict[str, Any], document: Document) -> list[dict[str, Any]]:
    """Rows of the attachments table for one message, without its id and ordinal."""
    title = text(row["ZTITLE"]) or None
    if kind == "contact":
        cards = [card for card in (text(row["ZVCARDSTRING"]) or "").split(_CARD_SEPARATOR) if card.strip()]
        name = text(row["ZVCARDNAME"]) or None
        return [
            {"kind": "contact", "held": "held", "name": name, "media_type": "text/vcard", "caption": card}
            for card in cards or ([name] if name else [])
        ]
    if kind == "location":
        place = _place(row["ZLATITUDE"], row["ZLONGITUDE"])
        return [{"kind": "location", "held": "held", "name": place, "caption": title}] if place else []
    if kind not in _FILES:
        return []
    path = text(row["ZMEDIALOCALPATH"]) or None
    size = integer(row["ZFILESIZE"])
    media_type = text(row["ZVCARDSTRING"]) or None
    digest = hexadecimal(row["ZVCARDNAME"])
    if path is None and digest is None and not size:
        return []
    found = _file(document, path) if path else None
    return [
        {
            "kind": _attachment_kind(kind, media_type),
            "held": "held" if found else "absent",
            "name": path,
            "media_type": media_type if media_type and len(media_type) < 128 else None,
            "bytes": found.size if found else size if size and size > 0 else None,
            "sha256": found.digest() if found else digest,
            "caption": title,
        }
    ]


def _attachment_kind(kind: str, media_type: str | None) -> str:
    if kind != "view_once":
        return kind
    return next((found for start, found in _BY_TYPE if (media_type or "").startswith(start)), "unknown")


def _file(document: Document, path: str) -> File | None:
    """The media file: WhatsApp keeps it under `Message/` beside the database; copies are often taken without that."""
    return document.beside(f"Message/{path}") or document.beside(path)


def _place(latitude: object, longitude: object) -> str | None:
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude)) or (latitude == 0 and longitude == 0):
        return None
    return f"{latitude},{longitude}" if abs(latitude) <= 90 and abs(longitude) <= 180 else None
