"""Discord's system messages by the exporter's name or Discord's number, and what they say of who was there."""

from types import MappingProxyType
from typing import Any

from upstander.evidence.sources.discord.channel import word
from upstander.evidence.sources.loose import items, record

__all__ = ["AUTHORED", "EVENTS", "affected"]

#: Types that somebody, or a bot at somebody's command, wrote. Numbers are Discord's, where the exporter has no name.
AUTHORED = frozenset({"Default", "Reply", "0", "19", "20", "23"})

EVENTS = MappingProxyType(
    {
        "RecipientAdd": "added",
        "RecipientRemove": "removed",
        "Call": "call",
        "ChannelNameChange": "group_renamed",
        "ChannelIconChange": "icon_changed",
        "ChannelPinnedMessage": "pinned",
        "GuildMemberJoin": "joined",
        "ThreadCreated": "other",
        # As Discord numbers them.
        "1": "added",
        "2": "removed",
        "3": "call",
        "4": "group_renamed",
        "5": "icon_changed",
        "6": "pinned",
        "7": "joined",
        **dict.fromkeys(("8", "9", "10", "11", "14", "15", "16", "17", "18", "21", "22"), "other"),
        "12": "settings_changed",  # another channel's announcements are followed
        "24": "other",  # a message that moderation rules stopped; its text stands in an embed
        **dict.fromkeys(("25", "26", "32", "44"), "other"),
        **dict.fromkeys(("27", "28", "29", "31"), "call"),  # a stage starts, ends, has a speaker, a topic
        **dict.fromkeys(("36", "37", "38", "39"), "settings_changed"),  # a server's alarm
        "46": "poll",
    }
)


def affected(kind: str, entry: dict[str, Any], author: str | None) -> list[dict[str, Any]]:
    """Columns of the membership events that a system message makes: whom it mentions was added or removed."""
    event = EVENTS.get(kind)
    if event == "joined":
        return [{"kind": "joined", "participant": author, "detail": "the server"}]
    if event not in {"added", "removed"}:
        return []
    mentioned = [one for one in map(record, items(entry.get("mentions"))) if word(one.get("id"))]
    made: list[dict[str, Any]] = []
    for one in mentioned or [{}]:
        person = word(one.get("id"))
        alone = person is not None and person == author
        kind = ("left" if alone else "removed") if event == "removed" else ("joined" if alone else "added")
        # The person may never have written, and then has a name nowhere else.
        name = word(one.get("nickname")) or word(one.get("name"))
        made.append({"kind": kind, "participant": person, "detail": name, "actor": None if alone else author})
    return made
