"""Who exported: the one thing a conversation's own file does not say."""

from pathlib import PurePosixPath
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.document import Document, File
from upstander.evidence.sources import json_whole
from upstander.evidence.sources.loose import items, record
from upstander.evidence.sources.messenger.mojibake import Repair

__all__ = ["direct_owner", "profile_name"]

#: The files of a download that name its account: Facebook's and Instagram's.
_PROFILES = ("profile_information.json", "personal_information.json")
_PROFILE_BYTES = 1 << 20


def profile_name(document: Document) -> str | None:
    """Name of the account in the profile that came with the download; None where none came or two disagree."""
    found = {
        name
        for path, file in document.siblings.items()
        if PurePosixPath(path).name in _PROFILES and (name := _named(file)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _named(file: File) -> str | None:
    try:
        if file.size > _PROFILE_BYTES:
            return None
        value = json_whole.load(file, limit=_PROFILE_BYTES).value
    except (SourceError, OSError):
        return None
    name: Any = None
    for key in ("profile_v2", "profile"):
        name = name or record(record(value.get(key)).get("name")).get("full_name")
    for entry in items(value.get("profile_user")):
        fields = record(record(entry).get("string_map_data"))
        name = name or record(fields.get("Name")).get("value") or record(fields.get("Username")).get("value")
    return Repair(value)(name)[0] if isinstance(name, str) and name else None


def direct_owner(title: str | None, participants: list[str]) -> str | None:
    """In a one-to-one exchange of two, whose title is the other's name, the exporting account is who is left."""
    if title is None or len(participants) != 2 or participants[0] == participants[1] or title not in participants:
        return None
    return participants[1 - participants.index(title)]
