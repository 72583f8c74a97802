"""The rows on members, versions and events that the source of Android databases would read from a made msgstore.db."""

import numpy as np
from benchmarks.reconcile.held import EDITED
from benchmarks.reconcile.made import EVENTS, SYSTEM
from benchmarks.reconcile.store import Store
from benchmarks.reconcile.text import TITLE

from upstander.evidence.capture import Conversation
from upstander.evidence.sources.whatsapp_android.people import People

__all__ = ["edits", "events", "members"]


def members(store: Store, conversation: Conversation, people: People) -> None:
    """Who was a member, now and before, as the tables of participants have it."""
    for past, kind, standing, detail, evidence, name in (
        (False, "current_member", "member", None, "member_table", "group_participant_user"),
        (True, "past_member", "past_member", "left", "past_member_table", "group_past_participant_user"),
    ):
        for number, (jid, at) in enumerate(store.members(past=past), 1):
            handle = store.addresses[jid - 1]
            people.describe(conversation, handle, standing=standing)
            conversation.membership(
                kind, participant=handle, detail=detail, at=at, evidence=evidence, row=f"{name}:{number}"
            )


def edits(store: Store, conversation: Conversation) -> None:
    """Both versions of every edited message."""
    operation = store.operation
    for place in np.flatnonzero(store.holds.state == EDITED).tolist():
        item, row = int(store.holds.items[place]), int(store.ids[place])
        key = operation.key(np.array([item]))[0].as_py()
        for version, text, at in (
            (1, None, int(store.holds.ms[place])),
            (2, store.texts[place].as_py(), int(operation.edited[item])),
        ):
            conversation.edit(
                f"message_edit_info:{row}", version=version, text=text, at=at, target_key=key,
                message=f"{conversation.id}-{row}",
            )  # fmt: skip


def events(store: Store, conversation: Conversation) -> None:
    """What system messages say of who came and went."""
    operation = store.operation
    items = store.holds.items
    for place in np.flatnonzero(operation.kind[items] == SYSTEM).tolist():
        item = int(items[place])
        event = EVENTS[operation.event[item]]
        if event == "timer_changed":
            continue
        at = operation.at[[item]]
        sender = _handle(store, operation.author[[item]], at)
        about = _handle(store, operation.about[[item]], at) if event == "added" else sender
        who, actor, detail = {
            "created": (None, sender, TITLE),
            "added": (about, sender if sender != about else None, None),
            "left": (sender, None, None),
        }.get(event, (None, None, None))
        if event == "number_changed":
            old, new = (store.addresses[jid - 1] for jid in store.numbers_changed())
            who, detail = old, new
        conversation.membership(
            event, participant=who, actor=actor, detail=detail, evidence="system_event",
            at=int(store.holds.ms[place]) // 1000 * 1000, message=f"{conversation.id}-{int(store.ids[place])}",
        )  # fmt: skip


def _handle(store: Store, person: np.ndarray, at: np.ndarray) -> str:
    return store.addresses[int(store.jids(person, at)[0]) - 1]
