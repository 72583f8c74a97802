"""Single values of a manifest, as the tables have them."""

from pathlib import PurePosixPath
from typing import Any

from upstander.evidence.sources.loose import items, record

__all__ = ["kind_of", "media_of", "same"]

_EXTENSIONS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "heic", "bmp", "tif", "tiff"), "image"),
    **dict.fromkeys(("mp4", "mov", "3gp", "avi", "mkv", "webm"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "wav", "amr"), "audio"),
    **dict.fromkeys(("opus", "ogg"), "voice"),
    "gif": "gif",
    "vcf": "contact",
}


def same(entry: dict[str, Any]) -> str:
    """The event that this one goes on telling, by the custom field of our own RSMF."""
    pairs = [record(pair) for pair in items(entry.get("custom"))]
    found = next((pair.get("value") for pair in pairs if pair.get("name") == "same_record_as"), None)
    return found if isinstance(found, str) else ""


def kind_of(stated: Any, members: list[str]) -> str:
    """RSMF's `direct` says that nobody comes or goes, not that there are two."""
    if stated == "channel" or (stated == "direct" and len(members) > 2):
        return "group"
    return "direct" if stated == "direct" else "unknown"


def media_of(name: str) -> str:
    """What a file is, by its suffix."""
    suffix = PurePosixPath(name.replace("\x00", "")).suffix.removeprefix(".").casefold()
    return _EXTENSIONS.get(suffix, "document" if suffix else "media")
