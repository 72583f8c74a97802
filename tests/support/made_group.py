"""One group as several captures show it, its tables written directly: for tests of people."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from upstander.model import batch
from upstander.people import people_tables
from upstander.storage import Case, Home, PartWriter

__all__ = ["MINUTE", "START", "Event", "Shown", "group"]

NOW = dt.datetime(2018, 3, 1, 9, 30, tzinfo=dt.UTC)
#: 1 March 2018, 09:00 UTC; the message at ordinal n is sent n minutes later.
START = 1_519_894_800_000
MINUTE = 60_000


@dataclass(frozen=True)
class Event:
    """A membership event at an ordinal of the group."""

    ordinal: int
    kind: str
    participant: str | None
    actor: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Shown:
    """What one capture shows; handles are whatever it calls people."""

    name: str
    #: Author by ordinal.
    messages: Mapping[int, str]
    events: Sequence[Event] = ()
    owner: str | None = None
    custodian: str | None = None
    #: Current members, where it has a table.
    members: Sequence[str] = ()
    #: (ordinal, handle, read): a receipt, delivered always.
    receipts: Sequence[tuple[int, str, bool]] = ()
    #: (ordinal, handle, emoji).
    reactions: Sequence[tuple[int, str, str]] = ()
    #: Ordinal answered, by the ordinal that answers.
    replies: Mapping[int, int] = field(default_factory=dict)
    #: How its sightings were matched.
    method: str = "key"
    platform: str = "whatsapp"
    #: Name, number and linked id by handle.
    known: Mapping[str, tuple[str | None, str | None, str | None]] = field(default_factory=dict)
    #: The devices' addresses, comma separated, by handle.
    devices: Mapping[str, str] = field(default_factory=dict)
    kind: str = "group"
    digests: Mapping[int, str] = field(default_factory=dict)
    #: Ordinals without a time.
    undated: frozenset[int] = frozenset()


def group(folder: Path, shown: Sequence[Shown], *, decisions: Path | None = None) -> tuple[Case, dict[str, list[Any]]]:
    """A case of that one group, with the rows that `people_tables` gives for it, by table."""
    case = Home(folder).new("G-1", title="", now=NOW)
    ids = {capture.name: capture.name.ljust(16, "0") for capture in shown}
    first = min(ids.values())
    rows: dict[str, list[dict[str, Any]]] = {}
    for capture in shown:
        _capture(rows, capture, ids[capture.name], first)
    leads: dict[int, str] = {}
    for row in sorted(rows["sightings"], key=lambda row: (row["ordinal"], row["capture"])):
        row["lead"] = row["ordinal"] not in leads
        leads.setdefault(row["ordinal"], row["sighting"])
        row["message"] = leads[row["ordinal"]]
    with case.writing():
        writer = PartWriter(case, "made")
        for name, held in rows.items():
            columns = {column for row in held for column in row}
            writer.write(name, batch(name, {c: [row.get(c) for row in held] for c in columns}, rows=len(held)))
        writer.finish(made_from="", about={})
        # What is known together stands in the part before: this one only says that it was done.
        PartWriter(case, "reconciled").finish(made_from="", about={})
    return case, work_out(case, decisions)


def work_out(case: Case, decisions: Path | None = None) -> dict[str, list[Any]]:
    """Write the part `people` again, and give its rows."""
    found: dict[str, list[Any]] = {}
    with case.writing():
        writer = PartWriter(case, "people")
        for name, made in people_tables(case, decisions=decisions):
            writer.write(name, made)
            found.setdefault(name, []).extend(made.to_pylist())
        writer.finish(made_from="", about={})
    return found


def _capture(rows: dict[str, list[dict[str, Any]]], shown: Shown, capture: str, conversation: str) -> None:
    def add(table: str, **columns: Any) -> None:
        rows.setdefault(table, []).append(columns)

    exhibit = f"exhibit {shown.name}"
    same = {"conversation": capture, "exhibit": exhibit}
    add(
        "exhibits", exhibit=exhibit, reference=shown.name, custodian=shown.custodian, received_at=NOW, bytes=1,
        source_name="made", role="document", intake="1",
    )  # fmt: skip
    add(
        "conversations", **same, source=f"{shown.platform}_made", platform=shown.platform, kind=shown.kind,
        messages=len(shown.messages), system_events=len(shown.events), platform_key="key", title="Nights",
    )  # fmt: skip
    add(
        "captures", capture=capture, conversation=conversation, exhibit=exhibit, standing="applied",
        basis="shared_keys", shared=0, score=1.0, detail="made",
    )  # fmt: skip
    handles = {*shown.messages.values(), *shown.members, *shown.known, *([shown.owner] if shown.owner else [])}
    for handle in sorted(handles):
        name, number, linked = shown.known.get(handle, (None, None, None))
        add(
            "participants", **same, handle=handle, name=name, number=number, linked_id=linked,
            devices=shown.devices.get(handle),
            owner=handle == shown.owner, standing="member" if handle in shown.members else "author_only",
        )  # fmt: skip
    events = {event.ordinal for event in shown.events}
    for ordinal in sorted({*shown.messages, *events}):
        author = shown.messages.get(ordinal)
        message = f"{capture}-{ordinal}"
        at = START + ordinal * MINUTE
        add(
            "messages", **same, message=message, position=ordinal, platform_key=f"K{ordinal}", sent_at=at,
            sent_at_written=str(at), sent_at_precision="millisecond", time_zone="UTC", time_zone_basis="recorded",
            author=author, kind="text" if author else "system", text=f"text {ordinal}" if author else None,
            reply_to=f"K{shown.replies[ordinal]}" if ordinal in shown.replies else None,
            roster_digest=shown.digests.get(ordinal), forwarded=False, edited=False,
        )  # fmt: skip
        add(
            "sightings", conversation=conversation, exhibit=exhibit, ordinal=ordinal, sighting=message, notice=False,
            capture=capture, at=None if ordinal in shown.undated else at, at_precision="millisecond",
            method=shown.method, score=1.0, shows="full",
        )  # fmt: skip
    for position, event in enumerate(shown.events):
        add(
            "membership_events", **same, position=position, message=f"{capture}-{event.ordinal}", kind=event.kind,
            participant=event.participant, actor=event.actor, detail=event.detail, evidence="system_event",
            at=START + event.ordinal * MINUTE,
        )  # fmt: skip
    for place, handle in enumerate(shown.members):
        add(
            "membership_events", **same, position=len(shown.events) + place, kind="current_member",
            participant=handle, evidence="member_table", row=f"members:{place}",
        )  # fmt: skip
    for place, (ordinal, handle, read) in enumerate(shown.receipts):
        at = START + ordinal * MINUTE
        add(
            "receipts", **same, message=f"{capture}-{ordinal}", participant=handle, delivered_at=at + 1000,
            read_at=at + 2000 if read else None, row=f"receipts:{place}",
        )  # fmt: skip
    for place, (ordinal, handle, emoji) in enumerate(shown.reactions):
        add(
            "reactions", **same, message=f"{capture}-{ordinal}", target_key=f"K{ordinal}", participant=handle,
            emoji=emoji, count=1, at=START + ordinal * MINUTE + 30_000, row=f"reactions:{place}",
        )  # fmt: skip
