"""Slack's subtypes: which records nobody wrote, what those report, and what they say of who was in the channel."""

from types import MappingProxyType
from typing import Any

from upstander.evidence.sources.loose import items, record
from upstander.evidence.sources.slack.workspace import word

__all__ = ["AUTHORED", "EVENTS", "affected", "event_of"]

#: Subtypes of what a person or a bot wrote.
AUTHORED = frozenset(
    {
        *("bot_message", "me_message", "file_share", "file_comment", "file_mention", "thread_broadcast"),
        *("reply_broadcast", "slackbot_response", "tombstone", "ekm_access_denied", "assistant_app_thread"),
        "document_mention",
    }
)

_WITHOUT_PLACE = {
    "join": "joined",
    "leave": "left",
    "topic": "description_changed",
    "purpose": "description_changed",
    "name": "group_renamed",
    "archive": "ended",
    "unarchive": "settings_changed",
    "convert_to_private": "settings_changed",
    "convert_to_public": "settings_changed",
    "posting_permissions": "settings_changed",
    "canvas_updated": "other",
}

EVENTS = MappingProxyType(
    {
        **{f"{place}_{what}": event for place in ("channel", "group") for what, event in _WITHOUT_PLACE.items()},
        "pinned_item": "pinned",
        "unpinned_item": "pinned",
        "bot_add": "settings_changed",
        "bot_remove": "settings_changed",
        "bot_enable": "settings_changed",
        "bot_disable": "settings_changed",
        "reminder_add": "other",
        "reminder_delete": "other",
        "reminder": "other",
        "sh_room_created": "call",
        "sh_room_shared": "call",
        "huddle_thread": "call",
        "bookmark_added": "other",
        "tabbed_canvas_updated": "other",
        "joiner_notification": "other",
        "joiner_notification_for_inviter": "other",
        "app_conversation_join": "other",
        "message_replied": "other",
    }
)


def event_of(subtype: str, entry: dict[str, Any]) -> str:
    """The event of a notice; whoever was invited is added, and did not join."""
    event = EVENTS[subtype]
    return "added" if event == "joined" and _inviter(entry) else event


def affected(subtype: str, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Columns of the membership events that a notice makes."""
    event, user, inviter = event_of(subtype, entry), word(entry.get("user")), _inviter(entry)
    if event == "added":
        return [{"kind": "added", "participant": user, "actor": inviter}]
    if event in {"joined", "left"}:
        return [{"kind": event, "participant": user}]
    if event == "ended":
        # Slack lists who was in the channel when it was archived.
        there = [one for one in items(entry.get("members")) if isinstance(one, str) and one]
        members = [
            {"kind": "current_member", "participant": one, "detail": "when the channel was archived"} for one in there
        ]
        return [*members, {"kind": "ended", "actor": user, "detail": "the channel was archived"}]
    if subtype.endswith("_unarchive"):
        return [{"kind": "changed", "actor": user, "detail": "the channel was opened again"}]
    if subtype.endswith("_posting_permissions"):
        return []
    for name in ("topic", "purpose", "name"):
        # Nobody comes or goes; what it was changed to has no other place in the tables.
        said = entry.get(name)
        if subtype.endswith(f"_{name}") and isinstance(said, str):
            before = word(entry.get("old_name"))
            was = f" (before: {before})" if before and name == "name" else ""
            return [{"kind": "changed", "actor": user, "detail": f"{name}: {said[:4_000]}{was}"}]
    return []


def _inviter(entry: dict[str, Any]) -> str | None:
    inviter = entry.get("inviter")
    found = word(inviter) or word(record(inviter).get("id"))
    return found if found != entry.get("user") else None
