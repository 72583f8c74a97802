"""What the words of the tables are called by people: platforms, kinds of conversation and message, formats, roles."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from upstander.evidence.sources.registry import SOURCES

__all__ = ["conversation_called", "message_called", "platform_called", "read_as"]

#: By `conversations.platform`.
_PLATFORMS: Mapping[str, str] = MappingProxyType(
    {
        "whatsapp": "WhatsApp",
        "messenger": "Facebook Messenger",
        "instagram": "Instagram",
        "telegram": "Telegram",
        "sms": "text message (SMS)",
        "mms": "text message (MMS)",
        "rcs": "text message (RCS)",
        "signal": "Signal",
        "imessage": "iMessage",
        "slack": "Slack",
        "teams": "Microsoft Teams",
        "discord": "Discord",
        "unknown": "a platform that is not named",
    }
)

#: By `conversations.kind`.
_CONVERSATIONS: Mapping[str, str] = MappingProxyType(
    {
        "group": "group",
        "direct": "one to one",
        "broadcast": "broadcast",
        "unknown": "kind not known",
    }
)

#: By `messages.kind` and `attachments.kind`, where the word alone says too little.
_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "image": "picture",
        "voice": "voice message",
        "audio": "sound recording",
        "gif": "moving picture",
        "location": "place",
        "view_once": "to be seen once",
        "media": "a file of a kind that the export does not name",
        "deleted": "deleted",
        "empty": "empty",
        "system": "notice",
        "unknown": "of unknown kind",
    }
)

#: By `exhibits.role`, of what no source reads by itself.
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "document": "read",
        "archive": "archive, whose files were read",
        "companion": "read with the file that it belongs to",
        "media": "picture, recording or file",
        "key": "key that opens another exhibit",
        "unread": "not read",
    }
)


def platform_called(platform: str) -> str:
    """A platform as it writes itself; the word of the table where it is no known one."""
    return _PLATFORMS.get(platform, platform)


def conversation_called(kind: str) -> str:
    """A kind of conversation: "group", "one to one"."""
    return _CONVERSATIONS.get(kind, kind)


def message_called(kind: str) -> str:
    """A kind of message or attachment: "voice message"."""
    return _MESSAGES.get(kind, kind.replace("_", " "))


def read_as(source: str | None, role: str) -> str:
    """What an exhibit was read as: the format's own name, or what the exhibit is to others."""
    return _formats().get(source or "", source or "") or _ROLES.get(role, role)


@cache
def _formats() -> Mapping[str, str]:
    return {declared.name: declared.card.title for declared in SOURCES}
