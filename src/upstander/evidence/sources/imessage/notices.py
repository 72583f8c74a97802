"""What the app itself wrote into a conversation: who came and went, the group's name and picture, and the rest."""

from dataclasses import dataclass

from upstander.evidence.sources.imessage.codes import NOTICES, group_event
from upstander.evidence.sources.imessage.schema import Row
from upstander.evidence.sources.imessage.values import integer, text

__all__ = ["Notice", "notice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A system event, and what it is evidence of."""

    event: str
    known: bool = True
    text: str | None = None
    #: Kind of the membership event that it makes, if any.
    membership: str | None = None
    participant: str | None = None
    actor: str | None = None
    detail: str | None = None


def notice(item: int, row: Row, actor: str | None, other: str | None) -> Notice:
    """The event that `item_type` and `group_action_type` say; `other` is the one it happened to."""
    action = integer(row["group_action_type"]) or 0
    if item not in {1, 2, 3}:
        # Nothing is written of who did it elsewhere, so that it is kept as it is stored.
        stored = [f"item_type {item}", *(f"{name} {row[name]}" for name in ("share_status", "share_direction"))]
        detail = ", ".join(stored) if item == 4 else stored[0]
        return Notice(NOTICES.get(item, "other"), item in NOTICES or not item, None, "changed", None, actor, detail)
    found = group_event(item, action)
    if found is None:
        detail = f"item_type {item}, group_action_type {action}"
        return Notice("other", False, text(row["group_title"]), "changed", other, actor, detail)
    event, membership = found
    if item == 2:
        title = text(row["group_title"]) or None
        return Notice(event, True, title, "changed", None, actor, f"title: {title}" if title else "title taken away")
    if item == 3 and membership is None:
        return Notice(event, True, None, "changed", None, actor, f"{event}: group_action_type {action}")
    if membership == "left":
        return Notice(event, True, None, "left", actor, None)
    if other is not None and other == actor:
        # Who adds themself came back under a changed address; who removes themself left.
        event, membership = ("number_changed", "number_changed") if event == "added" else ("left", "left")
        return Notice(event, True, None, membership, other, None)
    return Notice(event, True, None, membership, other, actor)
