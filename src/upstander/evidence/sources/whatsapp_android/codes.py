"""WhatsApp's numbers for what a message is and what a system event reports, on Android.

From the schema's own use and from what IPED, whapa and ALEAPP established; a number that stands in no table here is
kept as `unknown` or `other` and named in a warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["ACTIONS", "DELETED", "KINDS", "SYSTEM", "TIMERS", "Action"]

#: `message_type` (and the older `media_wa_type`) of a system event.
SYSTEM = 7

#: `message_type` of a change to the disappearing-message timer, a system event of its own type.
TIMERS = (36, 56)

#: `message_type` of a tombstone, and by whom the message was deleted.
DELETED: Mapping[int, str] = MappingProxyType({15: "by_author", 64: "by_administrator"})

#: `message_type` to kind. Type 11 is a message that the phone could not decrypt: its kind is not known to it either.
KINDS: Mapping[int, str] = MappingProxyType(
    {
        0: "text", 1: "image", 2: "audio", 3: "video", 4: "contact", 5: "location", 7: "system", 8: "call",
        9: "document", 10: "call", 11: "unknown", 13: "gif", 14: "contact", 15: "deleted", 16: "location",
        20: "sticker", 23: "link", 24: "link", 25: "text", 26: "document", 27: "image", 28: "video", 32: "text",
        36: "system", 37: "image", 42: "view_once", 43: "view_once", 44: "payment", 45: "text", 46: "text", 49: "text",
        55: "text", 56: "system", 57: "text", 62: "video", 63: "document", 64: "deleted", 66: "poll", 81: "video",
        82: "view_once", 90: "call", 92: "event", 99: "media", 103: "media", 106: "poll",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """What an `action_type` reports, and what it says of membership."""

    event: str
    #: Kind of the membership event that it also is.
    membership: str | None = None


_JOINED = Action("joined", "joined")
_SETTINGS = Action("settings_changed")
_TIMER = Action("timer_changed")
_COMMUNITY = Action("community")
_ENCRYPTION = Action("encryption_notice")
_OTHER = Action("other")

#: `message_system.action_type` (and the older `media_size` of a system row).
ACTIONS: Mapping[int, Action] = MappingProxyType(
    {
        1: Action("group_renamed"),
        4: Action("added", "added"),
        5: Action("left", "left"),
        6: Action("icon_changed"),
        7: Action("removed", "removed"),
        9: _OTHER,  # a broadcast list was created
        10: Action("number_changed", "number_changed"),
        11: Action("group_created", "created"),
        12: Action("added", "added"),
        13: Action("left", "left"),
        14: Action("removed", "removed"),
        15: Action("administrator_added", "administrator_added"),
        16: Action("administrator_removed", "administrator_removed"),
        18: Action("security_code_changed"),
        19: _ENCRYPTION,
        20: _JOINED,
        21: _SETTINGS,
        27: Action("description_changed"),
        28: Action("number_changed", "number_changed"),
        29: _SETTINGS,
        30: _SETTINGS,
        31: _SETTINGS,
        32: _SETTINGS,
        33: _SETTINGS,
        46: _OTHER,
        47: _OTHER,
        50: _OTHER,
        52: _JOINED,
        56: _TIMER,
        57: Action("security_code_changed"),
        58: Action("blocked"),
        59: _TIMER,
        60: _TIMER,
        63: _OTHER,
        67: _ENCRYPTION,
        68: _TIMER,
        69: _ENCRYPTION,
        70: Action("call"),
        75: _COMMUNITY,
        76: _OTHER,
        78: _COMMUNITY,
        79: _JOINED,
        80: _TIMER,
        81: _COMMUNITY,
        84: _SETTINGS,
        85: _SETTINGS,
        87: _COMMUNITY,
        88: _COMMUNITY,
        90: Action("added", "added"),
        91: _SETTINGS,
        92: _SETTINGS,
        95: _COMMUNITY,
        99: _SETTINGS,
        102: _SETTINGS,
        107: _COMMUNITY,
        108: _COMMUNITY,
        110: _COMMUNITY,
        115: _COMMUNITY,
        118: Action("pinned"),
        120: Action("requested", "requested"),
        123: _COMMUNITY,
        124: _COMMUNITY,
        125: _COMMUNITY,
        129: _OTHER,
        131: _COMMUNITY,
        132: _OTHER,
        134: _SETTINGS,
        136: _OTHER,
        142: _SETTINGS,
        155: _OTHER,
        158: _OTHER,
    }
)
