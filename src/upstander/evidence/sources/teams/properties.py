"""A message's properties: reactions, edit and deletion, files. Values may be JSON in a text, as the service has it."""

import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from upstander.evidence.sources.loose import items, record, shown
from upstander.evidence.sources.teams.content import Carried
from upstander.evidence.sources.teams.values import mri, unix

__all__ = ["Reaction", "files", "kind_of_file", "reactions", "stamp", "unpacked"]

_KINDS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "heic", "bmp"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm", "avi"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "wav", "ogg"), "audio"),
    "gif": "gif",
}


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction, or a count of them where nobody is named."""

    place: str
    emoji: str
    participant: str | None
    count: int
    at: int | None


def unpacked(value: Any) -> Any:
    """`value`, or what the JSON in it holds where it is a text of JSON."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def stamp(properties: dict[str, Any], name: str) -> int | None:
    """The instant of that property: milliseconds, 0 where it is set and is no instant; None where it is not set."""
    value = properties.get(name)
    if value is None or value is False or value in ("", 0, "0"):
        return None
    return unix(value) or 0


def reactions(properties: dict[str, Any]) -> tuple[list[Reaction], bool]:
    """Every reaction, and whether all could be read. Keys (`like`, `1f44d_thumbsup`) are kept as received."""
    found: list[Reaction] = []
    whole = True
    emotions = unpacked(properties.get("emotions"))
    if emotions is not None and not isinstance(emotions, list):
        emotions, whole = [], False
    for number, entry in enumerate(items(emotions)):
        key = shown(record(entry).get("key"))[:200]
        users = unpacked(record(entry).get("users"))
        if not key or not isinstance(users, list):
            whole = False
            continue
        for position, user in enumerate(users):
            who = mri(record(user).get("mri"))
            whole = whole and who is not None
            at = unix(record(user).get("time"))
            found.append(Reaction(f"emotions[{number}].users[{position}]", key, who, 1, at))
    if not found:
        summary = record(record(unpacked(properties.get("annotationsSummary"))).get("emotions"))
        for key, count in summary.items():
            if isinstance(count, int) and not isinstance(count, bool) and 0 < count < 1_000_000:
                name = shown(key)[:200]
                found.append(Reaction(f"annotationsSummary.emotions.{name}", name, None, count, None))
    return found, whole


def files(properties: dict[str, Any]) -> tuple[list[Carried], bool]:
    """The files shared with a message, and whether all could be read."""
    listed = unpacked(properties.get("files"))
    if listed in (None, ""):
        return [], True
    if not isinstance(listed, list):
        return [], False
    found = []
    for entry in listed:
        file = record(entry)
        name = file.get("fileName") or file.get("title")
        url = file.get("objectUrl") or record(file.get("fileInfo")).get("fileUrl")
        if not isinstance(name, str) and isinstance(url, str):
            name = _last(url)
        found.append(Carried(kind_of_file(name), shown(name)[:2_000] or None))
    return found, all(isinstance(entry, dict) for entry in listed)


def kind_of_file(name: Any) -> str:
    """What a file's name says that it is; a document where it says nothing."""
    suffix = PurePosixPath(name).suffix.removeprefix(".").casefold() if isinstance(name, str) else ""
    return _KINDS.get(suffix, "document")


def _last(url: str) -> str | None:
    try:
        return unquote(PurePosixPath(urlsplit(url).path).name) or None
    except ValueError:  # an address with half a bracket
        return None
