"""Physical Analyzer's words for apps, kinds, labels and activities.

The names of fields and the values named *seen* are those of real reports that were at hand; the rest are the values
that Physical Analyzer's own lists and open readers of its reports name. A value that stands in no table here is said.
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "ACTIVITIES",
    "DELETED",
    "LABELS",
    "SYSTEM",
    "attachment_kind",
    "chat_kind",
    "platform",
]

#: Identifier and name of the party that Physical Analyzer gives to system lines (seen).
SYSTEM = "System message"

#: Parts of an app's name, the most particular first, and the platform. Whole words only.
_APPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("whatsapp",), "whatsapp"),
    (("instagram",), "instagram"),
    (("telegram",), "telegram"),
    (("facebook",), "messenger"),
    (("messenger", "lite"), "messenger"),
    (("imessage",), "imessage"),
    (("signal",), "signal"),
    (("slack",), "slack"),
    (("teams",), "teams"),
    (("discord",), "discord"),
    (("mms",), "mms"),
    (("sms",), "sms"),
    (("native",), "sms"),
    (("messages",), "sms"),
)


def platform(source: str) -> str:
    """The platform of an app as the report names it: `WhatsApp Business`, `iMessage: +44…`, `Native Messages`."""
    words = "".join(letter if letter.isalnum() else " " for letter in source.lower()).split()
    if words == ["messenger"]:
        return "messenger"
    return next((found for parts, found in _APPS if set(parts) <= set(words)), "unknown")


def chat_kind(app: str, key: str, stated: str, others: int) -> str:
    """Kind of conversation: by the address on WhatsApp, else as stated, else by how many others take part."""
    server = key.rpartition("@")[2]
    if app == "whatsapp" and "@" in key:
        if server == "g.us":
            return "group"
        if server in ("s.whatsapp.net", "c.us", "lid"):
            return "direct"
        return "broadcast" if server in ("broadcast", "newsletter") else "unknown"
    said = _CHATS.get(stated.replace(" ", "").lower())
    return said or ("group" if others > 1 else "direct" if others == 1 else "unknown")


_CHATS = {
    "oneonone": "direct",
    "private": "direct",
    "group": "group",
    "supergroup": "group",
    "broadcast": "broadcast",
    "channel": "broadcast",
}

#: `deleted_state` of a message, and by whom it was deleted. *Deleted* says that the tool recovered the record and not
#: who deleted it: the app does so too, for a timer, a revocation or when it tidies its database. *Trash* says that it
#: lies in the app's own bin, where the account's user puts things.
DELETED: Mapping[str, str] = MappingProxyType({"deleted": "unknown", "trash": "by_owner"})

#: Labels: what each says, or nothing. Default, Forwarded, Reply, System and SelfDestruct were seen.
LABELS: Mapping[str, str | None] = MappingProxyType(
    {
        "default": None,
        "unknown": None,
        "reply": None,
        "selfdestruct": None,
        "starred": None,
        "favorite": None,
        "viewonce": None,
        "forwarded": "forwarded",
        "edited": "edited",
        "system": "system",
        "deleted": "deleted",
    }
)

#: `Action` of an activity, and the event and membership that it is. ParticipantJoined was seen.
ACTIVITIES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "participantjoined": ("joined", "joined"),
        "participantadded": ("added", "added"),
        "participantleft": ("left", "left"),
        "participantremoved": ("removed", "removed"),
        "participantinvited": ("invited", "invited"),
        "participantpromoted": ("administrator_added", "administrator_added"),
        "participantdemoted": ("administrator_removed", "administrator_removed"),
        "adminadded": ("administrator_added", "administrator_added"),
        "adminremoved": ("administrator_removed", "administrator_removed"),
        "participantnumberchanged": ("number_changed", "number_changed"),
        "chatcreated": ("group_created", "created"),
        "groupcreated": ("group_created", "created"),
        "conversationcreated": ("group_created", "created"),
        "chatdeleted": ("deleted_chat", None),
        "chatrenamed": ("group_renamed", None),
        "chatnamechanged": ("group_renamed", None),
        "groupnamechanged": ("group_renamed", None),
        "groupphotochanged": ("icon_changed", None),
        "chatphotochanged": ("icon_changed", None),
        "groupdescriptionchanged": ("description_changed", None),
        "messagepinned": ("pinned", None),
        "call": ("call", None),
    }
)

_MEDIA = {"image": "image", "video": "video", "audio": "audio", "application": "document", "text": "document"}
_SUFFIXES = {
    "jpg": "image", "jpeg": "image", "png": "image", "heic": "image", "webp": "image", "gif": "gif",
    "mp4": "video", "mov": "video", "3gp": "video", "opus": "audio", "ogg": "audio", "m4a": "audio", "amr": "audio",
    "mp3": "audio", "aac": "audio", "vcf": "contact", "pdf": "document", "docx": "document", "doc": "document",
    "xlsx": "document", "txt": "document", "zip": "document",
}  # fmt: skip


def attachment_kind(media_type: str | None, *names: str | None) -> str:
    """Kind of an attachment by its media type, else by its name; WhatsApp names voice messages and stickers so."""
    written = (media_type or "").partition(";")[0].strip().lower()
    base = [name.replace("\\", "/").rpartition("/")[2] for name in names if name]
    found = _MEDIA.get(written.partition("/")[0])
    if written in ("text/vcard", "text/x-vcard"):
        return "contact"
    if written == "image/gif":
        return "gif"
    if found is None:
        found = next((kind for name in base if (kind := _SUFFIXES.get(name.rpartition(".")[2].lower()))), "unknown")
    if found == "audio" and any(name.startswith("PTT-") for name in base):
        return "voice"
    if found == "image" and any(name.startswith("STK-") for name in base):
        return "sticker"
    return found
