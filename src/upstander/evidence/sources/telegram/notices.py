"""Telegram's service messages: what each reports, and what it says of who was in the chat.

Their sentences are made by whoever shows them; the export has codes and names, and no text is made of those here.
"""

from types import MappingProxyType
from typing import Any

__all__ = ["EVENTS", "affected", "event_of"]

EVENTS = MappingProxyType(
    {
        "create_group": "group_created",
        "create_channel": "group_created",
        "invite_members": "added",
        "remove_members": "removed",
        "join_group_by_link": "joined",
        "join_group_by_request": "joined",
        "edit_group_title": "group_renamed",
        "edit_group_photo": "icon_changed",
        "delete_group_photo": "icon_changed",
        "pin_message": "pinned",
        "phone_call": "call",
        "group_call": "call",
        "group_call_scheduled": "call",
        "invite_to_group_call": "call",
        "conference_call": "call",
        "set_messages_ttl": "timer_changed",
        "clear_history": "deleted_chat",
        "edit_chat_theme": "settings_changed",
        "set_chat_wallpaper": "settings_changed",
        "set_same_chat_wallpaper": "settings_changed",
        **dict.fromkeys(
            (
                *("migrate_to_supergroup", "migrate_from_group", "score_in_game", "send_payment", "take_screenshot"),
                *("joined_telegram", "proximity_reached", "requested_phone_number", "send_webview_data", "boost_apply"),
                *("send_premium_gift", "topic_created", "topic_edit", "suggest_profile_photo", "requested_peer"),
                *("allow_sending_messages", "attach_menu_bot_allowed", "send_passport_values", "send_star_gift"),
                *("gift_code_prize", "giveaway_launch", "giveaway_results", "send_stars_gift", "paid_messages_refund"),
            ),
            "other",
        ),
    }
)


def event_of(record: dict[str, Any]) -> str | None:
    """The event of a service message; None where its action is not known."""
    action = record.get("action")
    if action is None and "information_text" in record:
        return "other"
    return EVENTS.get(action) if isinstance(action, str) else None


def affected(record: dict[str, Any], actor: str | None) -> list[dict[str, Any]]:
    """Columns of the membership events that a notice makes, a new title among them. Members are names, never ids."""
    action, name = str(record.get("action")), record.get("actor")
    members = record.get("members")
    people = [one for one in members if isinstance(one, str)] if isinstance(members, list) else []
    unnamed = len(members) - len(people) if isinstance(members, list) else 0
    alone = len(people) == 1 and not unnamed and isinstance(name, str) and people[0] == name
    title = record.get("title") if isinstance(record.get("title"), str) else None
    if action == "edit_group_title":
        # Nobody comes or goes; the new title has no other place in the tables, and it is no text.
        return [{"kind": "changed", "participant": None, "actor": actor, "detail": f"title: {title}"}] if title else []
    if action in {"create_group", "create_channel"}:
        made = {"kind": "created", "participant": actor, "actor": actor, "detail": title}
        return [made, *_each("added", people, unnamed, actor)]
    if action == "invite_members":
        # Whoever comes in by the chat's public name is written as having invited themselves.
        return [{"kind": "joined", "participant": actor}] if alone else _each("added", people, unnamed, actor)
    if action == "remove_members":
        return [{"kind": "left", "participant": actor}] if alone else _each("removed", people, unnamed, actor)
    if action == "join_group_by_link":
        inviter = record.get("inviter")
        detail = f"by the link of {inviter}" if isinstance(inviter, str) and inviter else "by a link"
        return [{"kind": "joined", "participant": actor, "detail": detail}]
    if action == "join_group_by_request":
        return [{"kind": "joined", "participant": actor, "detail": "by request"}]
    return []


def _each(kind: str, people: list[str], unnamed: int, actor: str | None) -> list[dict[str, Any]]:
    #: Deleted accounts have no name any more; that one was there is still said.
    named: list[str | None] = [*people, *[None] * min(unnamed, 1_000)]
    return [{"kind": kind, "participant": person, "actor": actor} for person in named]
