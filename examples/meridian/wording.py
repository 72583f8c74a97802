"""System lines of text exports, in the English of each application."""

from __future__ import annotations

from collections.abc import Callable

from meridian.truth import Event

ENCRYPTED = "Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them."


def line(event: Event, name: Callable[[str], str], *, owner: str, old_title: str, ios: bool) -> str | None:
    """The line that an export shows for an event, or nothing where it shows none."""
    actor = "You" if event.actor == owner else name(event.actor)
    whom = ["you" if p == owner else name(p) for p in event.targets]
    targets = whom[0] if len(whom) == 1 else ", ".join(whom[:-1]) + " and " + whom[-1] if whom else ""
    match event.kind:
        case "created":
            return f"{actor} created group “{event.title}”" if ios else f'{actor} created group "{event.title}"'
        case "added" | "removed":
            return f"{actor} {event.kind} {targets}"
        case "left":
            return f"{actor} left"
        case "joined":
            return f"{actor} joined using a group link." if ios else f"{actor} joined using this group's invite link"
        case "icon_changed":
            return f"{actor} changed this group's icon"
        case "group_renamed":
            if ios:
                return f"{actor} changed the group name to “{event.title}”"
            return f'{actor} changed the group name from "{old_title}" to "{event.title}"'
        case "number_changed":
            return f"{actor} changed their phone number to a new number. Tap to message or add the new number."
        case "administrator_added":
            return "You're now an admin" if owner in event.targets else None
        case "timer_changed":
            if event.seconds:
                return (
                    f"{actor} turned on disappearing messages. New messages will disappear from this chat"
                    f" {event.seconds // 86_400} days after they're sent, except when kept."
                )
            return f"{actor} turned off disappearing messages."
    return None
