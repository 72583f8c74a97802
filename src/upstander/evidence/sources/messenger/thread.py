"""What a file says of its conversation as a whole: platform, kind, title, members."""

import re
from dataclasses import dataclass
from typing import Any

from upstander.evidence.document import Document
from upstander.evidence.sources.loose import Loose, items, record
from upstander.evidence.sources.messenger.owner import direct_owner, profile_name

__all__ = ["Thread", "thread"]

_INSTAGRAM = re.compile(r"(?:^|[/_.+-])instagram", re.IGNORECASE)
_FACEBOOK = re.compile(r"(?:^|[/_.+-])(?:facebook|messenger)", re.IGNORECASE)
#: Messages looked at for the platform's marks; every message of a download has them.
_LOOKED_AT = 200
#: Keys that Facebook's files have and Instagram's have not.
_FACEBOOK_KEYS = frozenset({"type", "is_unsent", "sender_id_INTERNAL", "is_taken_down", "bumped_message_metadata"})


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation as its first file describes it."""

    platform: str
    kind: str
    key: str | None
    title: str | None
    owner: str | None
    participants: tuple[str, ...]
    #: False where the exporting account had left; then the list of participants is no roster of the export's day.
    present: bool


def thread(value: dict[str, Any], loose: Loose, document: Document) -> Thread:
    """What `value`, the file's object, says."""
    people: list[str] = []
    for index, entry in enumerate(items(value.get("participants"))):
        row = f"participants[{index}]"
        name = loose.text(record(entry).get("name"), f"{row}.name")
        if name:
            people.append(name)
        else:
            loose.warn("invalid_record", f"{row} has no name and was left out of the participants", row)
    title = loose.text(value.get("title"), "title")
    kind = _kind(value, people, title)
    named = profile_name(document)
    owner = named if named in people else direct_owner(title, people) if kind == "direct" else None
    return Thread(
        platform=_platform(value, document),
        kind=kind,
        key=loose.text(value.get("thread_path"), "thread_path"),
        title=title,
        owner=owner,
        participants=tuple(people),
        present=value.get("is_still_participant") is not False,
    )


def _kind(value: dict[str, Any], people: list[str], title: str | None) -> str:
    stated = value.get("thread_type")
    if stated == "RegularGroup" or "joinable_mode" in value or len(people) > 2:
        return "group"
    if stated == "Regular" or (len(people) == 2 and title in people):
        return "direct"
    return "unknown"


def _platform(value: dict[str, Any], document: Document) -> str:
    """By the paths of the archive that it cites, its own path there, then the keys that one of the apps writes."""
    messages = [record(entry) for entry in items(value.get("messages"))[:_LOOKED_AT]]
    paths = " ".join(
        uri
        for message in messages
        for group in ("photos", "videos", "audio_files", "files", "gifs")
        for media in items(message.get(group))
        if isinstance(uri := record(media).get("uri"), str)
    )
    if "your_instagram_activity/" in paths:
        return "instagram"
    if "facebook_activity/" in paths or "across_facebook/" in paths or "thread_type" in value:
        return "messenger"
    # The path is a better witness than the keys: Facebook's newer files have `is_geoblocked_for_viewer` too.
    name = document.file.name
    if _INSTAGRAM.search(name):
        return "instagram"
    if _FACEBOOK.search(name):
        return "messenger"
    keys = {key for message in messages for key in message}
    return "instagram" if "is_geoblocked_for_viewer" in keys and not keys & _FACEBOOK_KEYS else "messenger"
