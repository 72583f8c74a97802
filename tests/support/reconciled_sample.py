"""The reconciled tables of the sample operation, written from its truth.

For tests of what shows reconciliation: what is shown can be compared with what really happened, whatever the
reconciling itself makes of it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

from meridian.truth import Exhibit, Truth
from upstander.model import batch, table
from upstander.storage import Case, PartWriter
from upstander.storage.scan import scan

__all__ = ["REASONS", "alone", "write", "write_rows"]

#: What the truth calls a reason, and what the gaps table calls it.
REASONS = {
    "before_join": "before_join",
    "after_leave": "after_leave",
    "deleted_on_phone": "deleted_on_phone",
    "disappeared": "disappearing_timer",
    "truncated_export": "export_cut_short",
    "filtered_export": "filtered_at_export",
    "capture_ended": "after_capture",
}

_SHOWS = {"full": "full", "tombstone": "tombstone", "empty": "empty", "omitted": "omitted"}

Row = dict[str, Any]


def write(case: Case, truth: Truth) -> dict[str, int]:
    """Write the part `reconciled` of the sample's case from `truth`; gives the number of rows by table."""
    captures = _captures(case, truth)
    sightings, ids = _sightings(case, truth, captures)
    rows = {
        "captures": _capture_rows(captures),
        "sightings": sightings,
        "gaps": _gaps(truth, captures, sightings, ids),
        "clocks": _clocks(truth, captures),
    }
    return write_rows(case, rows)


def alone(case: Case) -> dict[str, int]:
    """Write the part `reconciled` of a case in which nothing joins one capture to another."""
    captures = scan(case, "conversations").select("conversation", "exhibit").collect().rows()
    authored = pl.col("kind").cast(pl.String) != "system"
    messages = scan(case, "messages").filter(authored).collect().to_dicts()
    seen: dict[str, int] = defaultdict(int)
    sightings = []
    for row in messages:
        same = dict.fromkeys(("conversation", "capture"), row["conversation"])
        sightings.append(
            {
                **same,
                "ordinal": seen[row["conversation"]],
                "message": row["message"],
                "sighting": row["message"],
                "exhibit": row["exhibit"],
                "at": row["sent_at"],
                "at_precision": row["sent_at_precision"],
                "lead": True,
                "notice": False,
                "method": "alone",
                "score": 1.0,
                "shows": "full",
            }
        )
        seen[row["conversation"]] += 1
    lonely = [
        {
            "capture": capture,
            "conversation": capture,
            "exhibit": exhibit,
            "standing": "applied",
            "basis": "alone",
            "shared": 0,
            "score": 1.0,
            "detail": "No other exhibit shows it.",
        }
        for capture, exhibit in captures
    ]
    return write_rows(case, {"captures": lonely, "sightings": sightings, "gaps": [], "clocks": []})


def write_rows(case: Case, rows: Mapping[str, list[Row]]) -> dict[str, int]:
    """Write the part `reconciled` from rows as dictionaries, sorted as their tables say."""
    with case.writing():
        writer = PartWriter(case, "reconciled")
        for name, entries in rows.items():
            spec = table(name)
            entries = sorted(entries, key=lambda row: [(row.get(key) is None, row.get(key)) for key in spec.order])
            columns = {field.name: [row.get(field.name) for row in entries] for field in spec.fields}
            writer.write(name, batch(name, columns, rows=len(entries)))
        writer.finish(made_from="the truth", about={})
    return {name: len(entries) for name, entries in rows.items()}


def _captures(case: Case, truth: Truth) -> dict[tuple[str, str], Row]:
    """By exhibit of the truth and conversation of the truth: the capture, its exhibit and its reconciled id."""
    references = dict(scan(case, "exhibits").select("exhibit", "reference").collect().iter_rows())
    found: dict[tuple[str, str], Row] = {}
    for row in scan(case, "conversations").collect().to_dicts():
        reference = references[row["exhibit"]].split(".")[0]
        (exhibit,) = [made for made in truth.exhibits if made.reference == reference]
        for conversation, key in exhibit.conversations.items():
            if key == row["platform_key"] or (row["platform_key"] is None and key == row["title"]):
                found[reference, conversation] = {
                    "capture": row["conversation"],
                    "exhibit": row["exhibit"],
                    "keyed": row["platform_key"] is not None,
                }
    for conversation in {conversation for _, conversation in found}:
        together = [row for (_, other), row in found.items() if other == conversation]
        for row in together:
            row["conversation"] = min(other["capture"] for other in together)
            row["several"] = len(together) > 1
    return found


def _capture_rows(captures: Mapping[tuple[str, str], Row]) -> list[Row]:
    return [
        {
            "capture": row["capture"],
            "conversation": row["conversation"],
            "exhibit": row["exhibit"],
            "standing": "applied",
            "basis": "alone" if not row["several"] else "platform_key" if row["keyed"] else "shared_bodies",
            "shared": 0 if not row["several"] else 100,
            "score": 1.0,
            "detail": "As the truth of the sample operation says.",
        }
        for row in captures.values()
    ]


def _place(place: str) -> str:
    """A place of the truth as the messages table writes it."""
    if match := re.fullmatch(r"bytes:(\d+)-\d+", place):
        return match[1]
    if match := re.fullmatch(r"message_(\d+)\.json#/messages/(\d+)", place):
        return f"{match[1]}/messages[{match[2]}]"
    return place


def _sightings(
    case: Case, truth: Truth, captures: Mapping[tuple[str, str], Row]
) -> tuple[list[Row], dict[str, tuple[str, int]]]:
    """Rows of the sightings table; and by message of the truth the reconciled id and the captures that hold it."""
    place = pl.coalesce(pl.col("row"), pl.col("byte_start").cast(pl.String))
    known = scan(case, "messages").select(pl.col("conversation").cast(pl.String), place.alias("place"), "message")
    ids = {(capture, at): message for capture, at, message in known.collect().iter_rows()}
    said = {message.id: message for message in truth.messages}
    seen: dict[str, list[tuple[str, Row, str]]] = defaultdict(list)
    for exhibit in truth.exhibits:
        for sighting in exhibit.sightings:
            row = captures[exhibit.reference, said[sighting.message].conversation]
            seen[sighting.message].append((ids[row["capture"], _place(sighting.place)], row, sighting.state))
    rows: list[Row] = []
    named: dict[str, tuple[str, int]] = {}
    ordinals: dict[str, int] = defaultdict(int)
    for identity in sorted(seen, key=lambda identity: (said[identity].sent_ms, identity)):
        found = sorted(seen[identity], key=lambda entry: entry[0])
        message = found[0][0]
        named[identity] = (message, len(found))
        conversation = found[0][1]["conversation"]
        for sighted, row, state in found:
            rows.append(
                {
                    "conversation": conversation,
                    "ordinal": ordinals[conversation],
                    "message": message,
                    "sighting": sighted,
                    "capture": row["capture"],
                    "exhibit": row["exhibit"],
                    "at": said[identity].sent_ms,
                    "at_precision": "second",
                    "lead": sighted == message,
                    "notice": False,
                    "method": "alone" if len(found) == 1 else "key",
                    "score": 1.0,
                    "shows": _SHOWS[state],
                }
            )
        ordinals[conversation] += 1
    return rows, named


def _gaps(
    truth: Truth,
    captures: Mapping[tuple[str, str], Row],
    sightings: list[Row],
    ids: Mapping[str, tuple[str, int]],
) -> list[Row]:
    said = {message.id: message for message in truth.messages}
    rows = []
    for exhibit in truth.exhibits:
        for absence in exhibit.absences:
            row = captures[exhibit.reference, absence.conversation]
            message, held_by = ids.get(absence.message, (None, 0))
            if message is None and not absence.traces:
                continue
            rows.append(
                {
                    "conversation": row["conversation"],
                    "message": message,
                    "target_key": said[absence.message].key if message is None else None,
                    "capture": row["capture"],
                    "exhibit": row["exhibit"],
                    "at": said[absence.message].sent_ms,
                    "reason": REASONS[absence.reason],
                    "traces": ",".join(absence.traces) or None,
                    "held_by": held_by,
                    "detail": f"{absence.reason} by the truth of the sample operation.",
                }
            )
    return rows


def _clocks(truth: Truth, captures: Mapping[tuple[str, str], Row]) -> list[Row]:
    said = {message.id: message for message in truth.messages}
    rows = []
    for exhibit in truth.exhibits:
        if not any(reference == exhibit.reference for reference, _ in captures):
            continue
        rows += _clock(exhibit, said, captures)
    return rows


def _clock(exhibit: Exhibit, said: Mapping[str, Any], captures: Mapping[tuple[str, str], Row]) -> list[Row]:
    """Stretches of one exhibit: those of the truth, and the right ones between them."""
    mine = [row for (reference, _), row in captures.items() if reference == exhibit.reference]
    times = sorted((said[s.message].sent_ms, said[s.message].author == exhibit.owner) for s in exhibit.sightings)
    text = exhibit.format.startswith("whatsapp_text")
    edges = [(step.since_ms, step.until_ms, step.offset_ms) for step in exhibit.clock]
    stretches: list[tuple[int, int, int]] = []
    start = 0
    for since, until, offset in edges:
        if since > start:
            stretches.append((start, since, 0))
        start = until if until is not None else 1 << 62
        stretches.append((since, start, offset))
    if start < 1 << 62:
        stretches.append((start, 1 << 62, 0))
    rows: list[Row] = []
    for since, until, offset in stretches:
        held = [at for at, own in times if since <= at < until and (text or own)]
        if not held:
            continue
        kind = "right" if not offset else "moved" if len(edges) and edges[0][1] is not None else "fast_or_slow"
        rows.append(
            {
                "exhibit": mine[0]["exhibit"],
                "capture": mine[0]["capture"] if text else None,
                "scope": "all" if text else "own",
                "ordinal": len(rows),
                "since": held[0],
                "until": held[-1],
                "offset_ms": offset,
                "spread_ms": 30_000 if text else 500,
                "pairs": len(held),
                "messages": len(held),
                "basis": "other_captures" if text else "server_stamp",
                "kind": kind,
                "detail": f"off by {offset} ms by the truth of the sample operation.",
            }
        )
    return rows
