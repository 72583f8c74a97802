"""Numbers and names that Messages stores, in words.

Apple publishes no list of them. These are what open-source readers of chat.db agree on. A code that is not here stays
a number and gives a warning.
"""

from types import MappingProxyType

__all__ = ["BALLOONS", "NOTICES", "REMOVED", "STICKER_PLACED", "TAPBACKS", "VOTE", "balloon", "group_event"]

#: associated_message_type of a reaction. The six of old have a picture each in the app; 2006 has an emoji of its own in
#: associated_message_emoji, and 2007 is a sticker.
TAPBACKS = MappingProxyType(
    {
        2000: "\u2764\ufe0f",
        2001: "\U0001f44d",
        2002: "\U0001f44e",
        2003: "\U0001f602",
        2004: "\u203c\ufe0f",
        2005: "\u2753",
        2006: None,
        2007: "sticker",
    }
)
#: The same, taken back.
REMOVED = frozenset(range(3000, 3008))
#: A sticker laid on a message; it is a message that carries a file.
STICKER_PLACED = 1000
#: A vote in a poll.
VOTE = 4000

#: item_type of what the app writes itself, beyond group actions (1 to 3).
NOTICES = MappingProxyType(
    {
        4: "other",  # somebody started or stopped sharing where they are
        5: "other",  # somebody kept an audio message
        6: "call",  # SharePlay
    }
)

_GROUP = MappingProxyType(
    {
        (1, 0): ("added", "added"),
        (1, 1): ("removed", "removed"),
        (3, 0): ("left", "left"),
        (3, 1): ("icon_changed", None),
        (3, 2): ("icon_changed", None),
        (3, 3): ("icon_changed", None),
        (3, 4): ("settings_changed", None),  # the chat's background was set
        (3, 6): ("settings_changed", None),  # or taken away
    }
)

#: The last part of a balloon's bundle id, and the kind of a message that it makes.
BALLOONS = MappingProxyType(
    {
        "com.apple.messages.URLBalloonProvider": "link",
        "com.apple.Handwriting.HandwritingProvider": "image",
        "com.apple.DigitalTouchBalloonProvider": "image",
        "com.apple.PassbookUIService.PeerPaymentMessagesExtension": "payment",
        "com.apple.SafetyMonitorApp.SafetyMonitorMessages": "location",
        "com.apple.findmy.FindMyMessagesApp": "location",
        "com.apple.messages.Polls": "poll",
    }
)


def balloon(written: str | None) -> str | None:
    """The app that made a message: the last part of `…MSMessageExtensionBalloonPlugin:TEAM:com.apple.findmy…`."""
    return written.rsplit(":", 1)[-1] or None if written else None


def group_event(item: int, action: int | None) -> tuple[str, str | None] | None:
    """The event of a group action and its kind as evidence of membership; None where the codes are not known."""
    if item == 2:
        return "group_renamed", "changed"
    return _GROUP.get((item, action or 0))
