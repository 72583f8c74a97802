"""Files that messages carry: as small as their formats allow, each different, none showing anybody."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from meridian.truth import Message

_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////"
    "////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
_PDF = b"%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"

#: kind -> (media type, ending, word in an iOS export's file name, word in an Android file name)
SORTS = {
    "image": ("image/jpeg", "jpg", "PHOTO", "IMG"),
    "video": ("video/mp4", "mp4", "VIDEO", "VID"),
    "voice": ("audio/ogg; codecs=opus", "opus", "AUDIO", "PTT"),
    "gif": ("video/mp4", "mp4", "GIF", "VID"),
    "sticker": ("image/webp", "webp", "STICKER", "STK"),
    "document": ("application/pdf", "pdf", "DOC", "DOC"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A file that a message carried."""

    data: bytes
    media_type: str
    ending: str

    @property
    def digest(self) -> str:
        """The platform's own media hash: base64 of the SHA-256."""
        return base64.b64encode(hashlib.sha256(self.data).digest()).decode()


def file_of(message: Message) -> File | None:
    """The file of a message that carries one; a location carries none."""
    if message.kind not in SORTS:
        return None
    media_type, ending, _, _ = SORTS[message.kind]
    mark = f"Operation Meridian {message.id}: an invented file.".encode()
    match message.kind:
        case "image":
            comment = b"\xff\xfe" + (len(mark) + 2).to_bytes(2, "big") + mark
            data = _JPEG[:2] + comment + _JPEG[2:] + b"\xff\xd9"
        case "document":
            data = _PDF + b"%" + mark + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        case "sticker":
            data = b"RIFF" + len(mark).to_bytes(4, "little") + b"WEBP" + mark
        case "voice":
            data = b"OggS" + mark
        case _:
            data = b"\x00\x00\x00\x18ftypmp42" + mark
    return File(data, media_type, ending)


def android_name(message: Message) -> str:
    """Name as the Android application gives it."""
    if message.kind == "document":
        return message.text or "file.pdf"
    _, ending, _, word = SORTS[message.kind]
    day = datetime.fromtimestamp(message.sent_ms / 1000, UTC)
    return f"{word}-{day:%Y%m%d}-WA{int(message.id[1:]) % 10000:04d}.{ending}"


def caption(message: Message) -> str | None:
    """The text that a medium carries; a document's text is its name."""
    return None if message.kind == "document" else message.text
