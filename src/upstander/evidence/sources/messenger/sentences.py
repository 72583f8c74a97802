"""Adds the system event that a sentence is, for exports that write notices as if somebody had said them."""

from typing import Any

from upstander.evidence.capture import Conversation
from upstander.evidence.sources.loose import Loose
from upstander.evidence.sources.messenger.notices import Verdict, judge, names

__all__ = ["noticed"]


def noticed(
    conversation: Conversation,
    loose: Loose,
    place: int | str,
    columns: dict[str, Any],
    *,
    sender: str,
    owner: str | None,
    known: frozenset[str],
) -> bool:
    """Whether the text in `columns`, under the name `sender`, is a notice; then it and its memberships were added.

    Where it only reads like one, a warning says so and it stays somebody's words.
    """
    row = columns["row"]
    verdict, notice = judge(columns["text"], sender=sender, owner=owner, known=known)
    if verdict is Verdict.UNCERTAIN:
        detail = f"{row} reads like the app's own notice, and nothing shows that it is; it was kept as a message"
        loose.warn("author_uncertain", detail, row)
    if verdict is not Verdict.SYSTEM or notice is None:
        return False
    identity = conversation.message(place, **columns, kind="system", event=notice.event)
    whom: list[str | None] = [*names(notice.who, known)] if notice.who else [sender]
    for name in whom if notice.membership else ():
        conversation.membership(
            notice.membership,
            participant=None if notice.membership == "created" else name,
            actor=None if notice.membership in ("left", "joined") else sender,
            detail=notice.detail,
            at=columns["sent_at"],
            evidence="system_event",
            message=identity,
            row=row,
        )
    return True
