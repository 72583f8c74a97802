"""The words of RSMF 2.0 and ours, side by side: read by the source that takes it in and by what writes it out."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["EVENT_KEYS", "MANIFEST", "PLATFORMS", "SYSTEM_TYPES", "VERSION", "ZIP", "platform"]

VERSION = "2.0.0"
#: Name of the manifest inside the archive, and of the archive inside the mail.
MANIFEST = "rsmf_manifest.json"
ZIP = "rsmf.zip"

#: Event types that no person writes: our system event and our membership evidence (empty where it is none).
SYSTEM_TYPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "join": ("joined", "joined"),
        "leave": ("left", "left"),
        "history": ("history_shared", "history_shared"),
        "disclaimer": ("other", ""),
    }
)

#: What an event may hold.
EVENT_KEYS = frozenset(
    {
        "id",
        "type",
        "parent",
        "body",
        "participant",
        "conversation",
        "timestamp",
        "deleted",
        "importance",
        "reactions",
        "attachments",
        "edits",
        "custom",
        "direction",
        "read_receipts",
    }
)

#: Platforms as RSMF files write them, which is free text, and as our tables do.
PLATFORMS: Mapping[str, str] = MappingProxyType(
    {
        "whatsapp": "whatsapp",
        "messenger": "messenger",
        "facebook": "messenger",
        "facebookmessenger": "messenger",
        "instagram": "instagram",
        "telegram": "telegram",
        "sms": "sms",
        "mms": "mms",
        "signal": "signal",
        "imessage": "imessage",
        "slack": "slack",
        "teams": "teams",
        "msteams": "teams",
        "microsoftteams": "teams",
        "discord": "discord",
    }
)


def platform(written: str) -> str:
    """Our platform for what an RSMF file writes; `unknown` where it is none of ours."""
    return PLATFORMS.get("".join(letter for letter in written.casefold() if letter.isalnum()), "unknown")
