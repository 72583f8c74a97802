"""Numbers that WhatsApp for iOS stores, in words.

No list of them is published. These were read in the code of forensic tools that compared databases with the screen, and
checked on the fixture as far as it goes. A code that is not here stays a number and gives a warning.
"""

from types import MappingProxyType

__all__ = ["EVENTS", "KINDS", "MEMBERSHIP", "OWN_ADMIN", "SYSTEM_TYPES", "event_of"]

#: ZMESSAGETYPE of authored messages.
KINDS = MappingProxyType(
    {
        **dict.fromkeys((0, 19, 20, 23, 24, 25, 30, 31, 32, 34, 41, 42), "text"),  # from 19 on, business templates
        1: "image",
        2: "video",
        3: "audio",
        4: "contact",
        5: "location",
        7: "link",
        8: "document",
        11: "gif",
        12: "empty",  # "Waiting for this message": it could not be decrypted
        14: "deleted",
        15: "sticker",
        26: "link",  # a product of a catalogue
        27: "link",  # an invitation to a group
        **dict.fromkeys((38, 39, 53), "view_once"),
        46: "poll",
        54: "video",  # round, instant
        59: "call",
    }
)

#: ZMESSAGETYPE of notices that the app writes itself. In every other type ZGROUPEVENTTYPE means nothing.
SYSTEM_TYPES = frozenset({6, 10, 28, 55})

_GROUP_EVENTS = {
    **dict.fromkeys((1, 56), "group_renamed"),
    **dict.fromkeys((2, 50), "added"),
    3: "left",
    **dict.fromkeys((4, 5), "icon_changed"),
    7: "removed",
    9: "number_changed",
    **dict.fromkeys((10, 39), "administrator_added"),
    11: "administrator_removed",
    12: "group_created",
    **dict.fromkeys((15, 23, 30), "joined"),  # by link, by invitation, from the community
    **dict.fromkeys((17, 22), "description_changed"),
    **dict.fromkeys((18, 19, 20, 21, 42), "settings_changed"),
    26: "timer_changed",
    **dict.fromkeys((13, 31, 33, 43, 51, 57, 60, 61, 64), "community"),
}
_CHAT_EVENTS = {
    **dict.fromkeys((1, 4, 21, 22, 40, 41, 45, 46), "call"),
    2: "encryption_notice",
    **dict.fromkeys((3, 36), "security_code_changed"),
    **dict.fromkeys((5, 6), "number_changed"),
    **dict.fromkeys((34, 35), "blocked"),
    **dict.fromkeys((25, 26, 29, 30, 38, 56), "other"),  # business notices; 56: the sender is a contact now
    47: "timer_changed",
    51: "settings_changed",
}
#: (ZMESSAGETYPE, ZGROUPEVENTTYPE) to the event of the messages table.
EVENTS = MappingProxyType(
    {(6, code): event for code, event in _GROUP_EVENTS.items()}
    | {(10, code): event for code, event in _CHAT_EVENTS.items()}
    | {(55, 1): "group_created", (55, 4): "settings_changed"}
)

#: Events on who is in a group, with their kind in the membership_events table.
MEMBERSHIP = MappingProxyType(
    {
        "group_created": "created",
        "added": "added",
        "left": "left",
        "removed": "removed",
        "joined": "joined",
        "administrator_added": "administrator_added",
        "administrator_removed": "administrator_removed",
        "number_changed": "number_changed",
    }
)
#: Group events that speak to the owner: "You're now an admin", "You're no longer an admin".
OWN_ADMIN = frozenset({10, 11})


def event_of(kind: int, code: int | None) -> str | None:
    """The event of a notice; None where its code is not known."""
    if kind == 28:  # disappearing messages switched on or off by default
        return "timer_changed"
    return EVENTS.get((kind, code or 0))
