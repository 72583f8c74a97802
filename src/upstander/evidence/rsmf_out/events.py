"""One message or system event as RSMF events."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from upstander.evidence.rsmf_out.cast import Cast, said
from upstander.evidence.rsmf_out.details import Details
from upstander.evidence.rsmf_out.written import custom, written

__all__ = ["Attach", "events"]

#: Given a row of attachments, makes its entry (None where its bytes are not to be had).
Attach = Callable[[dict[str, Any]], dict[str, Any] | None]

_JOIN = frozenset({"added", "joined"})
_LEAVE = frozenset({"left", "removed"})
_TYPES = {"encryption_notice": "disclaimer", "history_shared": "history"}

#: Columns of messages that go into `custom` as they are.
_PROVENANCE = (
    "exhibit",
    "reference",
    "member",
    "byte_start",
    "byte_end",
    "row",
    "position",
    "platform_key",
    "sent_at_written",
    "sent_at_precision",
    "time_zone",
    "time_zone_basis",
    "server_at",
    "received_at",
    "kind",
    "event",
    "reply_to",
    "reply_to_text",
    "reply_to_author",
    "deleted_at",
    "recipients",
    "roster_digest",
)


def events(row: dict[str, Any], details: Details, cast: Cast, attach: Attach) -> Iterator[dict[str, Any]]:
    """The event, or the events, that a row of messages becomes; the first has the message's own id.

    `row` has its instants written already, and `reference`. `parent` is not set here: it holds within one file only.
    """
    identity = row["message"]
    event: dict[str, Any] = {"id": identity, "type": "message", "conversation": row["conversation"]}
    if row["sent_at"] is not None:
        event["timestamp"] = row["sent_at"]
    if row["text"] is not None:
        event["body"] = row["text"]
    if row["author"] is not None:
        event["participant"] = cast.id(row["author"])
    if row["deleted"] is not None:
        event["deleted"] = True
    if row["outgoing"] is not None:
        event["direction"] = "outgoing" if row["outgoing"] else "incoming"
    extra = _provenance(row, details)
    _edits(event, row, details, cast)
    _reactions(event, extra, details, cast)
    _receipts(event, extra, details, cast)
    _attachments(event, extra, details, attach)
    event["custom"] = extra
    if row["kind"] != "system":
        yield event
        return
    yield from _system(event, row, details, cast)


def _system(event: dict[str, Any], row: dict[str, Any], details: Details, cast: Cast) -> Iterator[dict[str, Any]]:
    """A system event: one `join` or `leave` a person, and everything else under its own word in `custom`."""
    moves = []
    for membership in details.of("membership_events", row["message"]):
        kind = membership["kind"]
        event["custom"] += custom(("membership", said(membership)))
        if membership["participant"] is not None and (kind in _JOIN or kind in _LEAVE):
            moves.append(("join" if kind in _JOIN else "leave", membership["participant"]))
    event["type"] = _TYPES.get(row["event"], "unknown")
    if not moves:
        yield event
        return
    base = event["custom"]
    for number, (kind, handle) in enumerate(moves, 1):
        part = custom(("part", f"{number} of {len(moves)}")) if len(moves) > 1 else []
        if number == 1:
            yield {**event, "type": kind, "participant": cast.id(handle), "custom": base + part}
            continue
        # The same line of the export once more, for the next person it names; the text stands once.
        again = {**event, "id": f"{event['id']}.{number}", "type": kind, "participant": cast.id(handle)}
        for name in ("body", "reactions", "read_receipts", "attachments", "edits"):
            again.pop(name, None)
        again["custom"] = base + part + custom(("same_record_as", event["id"]))
        yield again


def _provenance(row: dict[str, Any], details: Details) -> list[dict[str, str]]:
    pairs: list[tuple[str, Any]] = [("message", row["message"])]
    pairs += [(name, row[name]) for name in _PROVENANCE]
    pairs += [
        ("forwarded", row["forwarded"] or None),
        ("edited", row["edited"] or None),
        ("deleted_by", row["deleted"]),
    ]
    kinds = {str(warning["kind"]) for warning in details.of("warnings", row["message"])}
    pairs.append(("warnings", ", ".join(sorted(kinds))))
    return custom(*pairs)


def _edits(event: dict[str, Any], row: dict[str, Any], details: Details, cast: Cast) -> None:
    versions = sorted(details.of("edits", row["message"]), key=lambda version: version["version"])
    if row["author"] is None or not (versions or row["edited"]):
        return
    author = cast.id(row["author"])
    if len(versions) < 2:
        # Only the first text, only the last, or only the fact: what is known is written, and no more.
        entry: dict[str, Any] = {"participant": author}
        for version in versions:
            first = version["version"] == 1
            if version["text"] is not None:
                entry["previous" if first else "new"] = version["text"]
            if version["at"] is not None and not first:
                entry["timestamp"] = written(version["at"])
        event["edits"] = [entry]
        return
    event["edits"] = []
    for earlier, later in pairwise(versions):
        entry = {"participant": author}
        if later["at"] is not None:
            entry["timestamp"] = written(later["at"])
        if earlier["text"] is not None:
            entry["previous"] = earlier["text"]
        if later["text"] is not None:
            entry["new"] = later["text"]
        event["edits"].append(entry)


def _reactions(event: dict[str, Any], extra: list[dict[str, str]], details: Details, cast: Cast) -> None:
    entries: dict[str, dict[str, Any]] = {}
    for row in details.of("reactions", event["id"]):
        who = None if row["participant"] is None else cast.id(row["participant"])
        if not row["emoji"]:
            when = f" at {written(row['at'])}" if row["at"] else ""
            extra += custom(("reaction_withdrawn", f"{who or 'unknown'}{when} (row {row['row']})"))
            continue
        entry = entries.setdefault(row["emoji"], {"value": row["emoji"], "count": 0, "participants": []})
        entry["count"] += row["count"]
        if who is not None:
            entry["participants"].append(who)
        if row["at"] is not None:
            # RSMF's reactions have no time.
            extra += custom(("reaction_at", f"{row['emoji']} {who or 'unknown'} {written(row['at'])}"))
    if entries:
        event["reactions"] = list(entries.values())


def _receipts(event: dict[str, Any], extra: list[dict[str, str]], details: Details, cast: Cast) -> None:
    entries = []
    for row in details.of("receipts", event["id"]):
        who = None if row["participant"] is None else cast.id(row["participant"])
        for action, column in (("delivered", "delivered_at"), ("read", "read_at"), ("played", "played_at")):
            if row[column] is None:
                continue
            if who is None or action == "played":
                extra += custom((column, f"{who or 'unknown'} {written(row[column])}"))
            else:
                entries.append({"participant": who, "timestamp": written(row[column]), "action": action})
    if entries:
        event["read_receipts"] = entries


def _attachments(event: dict[str, Any], extra: list[dict[str, str]], details: Details, attach: Attach) -> None:
    entries = []
    for row in details.of("attachments", event["id"]):
        entry = attach(row)
        if entry is not None:
            entries.append(entry)
        # RSMF names files that are in the zip; one that did not come is named here.
        words = [row["held"], row["kind"], row["name"], row["media_type"]]
        words += [row["bytes"] is not None and f"{row['bytes']} bytes", row["sha256"] and f"SHA-256 {row['sha256']}"]
        extra += custom(("attachment", ", ".join(str(word) for word in words if word)), ("caption", row["caption"]))
    if entries:
        event["attachments"] = entries
