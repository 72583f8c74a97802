"""Files that a message carried: rows of `attachment`, and the files themselves where they came beside the database.

`filename` is the path on the device (`~/Library/SMS/Attachments/ab/11/GUID/IMG_1.HEIC`) and becomes the name;
`transfer_name`, what the sender called the file, is kept as the caption where the path ends otherwise.
"""

import hashlib
from pathlib import PurePosixPath
from typing import Any

from upstander.evidence.document import Document, File
from upstander.evidence.sources.beside import find
from upstander.evidence.sources.imessage.schema import Row
from upstander.evidence.sources.imessage.values import integer, text

__all__ = ["carried_kind", "described"]

_BY_TYPE = (
    ("image/gif", "gif"),
    ("image/", "image"),
    ("video/", "video"),
    ("audio/", "audio"),
    ("text/vcard", "contact"),
    ("text/x-vcard", "contact"),
    ("text/directory", "contact"),
    ("text/x-vlocation", "location"),
    ("text/", "document"),
    ("application/", "document"),
)
_BY_UTI = (
    ("com.compuserve.gif", "gif"),
    ("public.jpeg", "image"),
    ("public.png", "image"),
    ("public.heic", "image"),
    ("public.heif", "image"),
    ("public.tiff", "image"),
    ("com.apple.quicktime-movie", "video"),
    ("public.mpeg-4", "video"),
    ("public.movie", "video"),
    ("com.apple.coreaudio-format", "audio"),
    ("org.3gpp.adaptive-multi-rate-audio", "audio"),
    ("public.audio", "audio"),
    ("public.mp3", "audio"),
    ("public.vcard", "contact"),
    ("public.vlocation", "location"),
    ("com.adobe.pdf", "document"),
)
#: Pictures of a link's preview and of an app's bubble.
_PREVIEW = ".pluginPayloadAttachment"


def described(row: Row, document: Document, *, voice: bool) -> dict[str, Any]:
    """What `beside.attach` needs to know of one file, apart from its message and place."""
    path, given = text(row["filename"]) or None, text(row["transfer_name"]) or None
    media_type = text(row["mime_type"]) or None
    kind = _kind(row, media_type, voice=voice)
    size = integer(row["total_bytes"])
    base = PurePosixPath(path).name if path and "\x00" not in path else path
    return {
        "kind": kind,
        "name": path or given,
        "row": f"attachment:{row['attachment']}",
        "file": _file(document, path) if path else None,
        "media_type": media_type if media_type and len(media_type) < 128 else None,
        "bytes": size if size and 0 < size < 2**63 else None,
        "caption": given if given and base and given != base else None,
    }


def carried_kind(files: list[dict[str, Any]]) -> str | None:
    """The kind of a message that carries these: that of the first file that somebody chose to send."""
    for file in files:
        if not (file["name"] or "").endswith(_PREVIEW):
            return "media" if file["kind"] == "unknown" else str(file["kind"])
    return None


def _kind(row: Row, media_type: str | None, *, voice: bool) -> str:
    if integer(row["is_sticker"]):
        return "sticker"
    kind = next((kind for start, kind in _BY_TYPE if (media_type or "").lower().startswith(start)), None)
    if kind is None:
        uti = text(row["uti"]) or ""
        kind = next((kind for name, kind in _BY_UTI if uti == name), "unknown")
    return "voice" if voice and kind in {"audio", "unknown"} else kind


def _file(document: Document, path: str) -> File | None:
    """The file by its path, or by the name that a device backup gives it: the SHA-1 of its domain and path."""
    found = find(document.siblings, document.folder, path)
    if found is not None or not path.startswith("~/Library/"):
        return found
    name = hashlib.sha1(f"MediaDomain-{path[2:]}".encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return find(document.siblings, document.folder, f"{name[:2]}/{name}") or find(
        document.siblings, document.folder, name
    )
