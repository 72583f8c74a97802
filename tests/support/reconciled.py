"""Captures and sightings filled in without reconciliation: from the sample's truth, or by the platform's keys."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from upstander.model import batch
from upstander.storage import Case, PartWriter
from upstander.storage.scan import scan

__all__ = ["by_keys", "by_truth", "write"]

_RANK = {"millisecond": 0, "microsecond": 0, "second": 1, "minute": 2, "day": 3}


def by_truth(case: Case, truth: Mapping[str, Any]) -> None:
    """What reconciliation of the sample operation would give if it made no mistake; the part is `reconciled`."""
    said = {row["id"]: (row["sent_ms"], row["conversation"]) for row in truth["messages"]}
    happened = {row["id"]: (row["at_ms"], row["conversation"]) for row in truth["events"]}
    exhibits = scan(case, "exhibits").collect().to_dicts()
    messages = scan(case, "messages").with_columns(pl.col(pl.Categorical).cast(pl.String)).collect()
    held = scan(case, "conversations").with_columns(pl.col(pl.Categorical).cast(pl.String)).collect().to_dicts()
    rows: list[dict[str, Any]] = []
    for entry in truth["exhibits"]:
        exhibit = next(row["exhibit"] for row in exhibits if row["source_name"] == entry["files"][0])
        keys = {row["conversation"]: row["platform_key"] for row in held if row["exhibit"] == exhibit}
        names = {key: name for name, key in entry["conversations"].items()}
        only = next(iter(names.values()))
        places = {
            (name, place.partition("-")[0]): which
            for which, place, name in [
                *((s["message"], s["place"], said[s["message"]][1]) for s in entry["sightings"]),
                *((event, place, happened[event][1]) for event, place in entry["events"]),
            ]
        }
        for row in messages.filter(pl.col("exhibit") == exhibit).iter_rows(named=True):
            conversation = names.get(keys[row["conversation"]], only)
            which = places.get((conversation, _place(row)))
            at = {**said, **happened}[which][0] if which else None
            rows.append({**row, "which": which or row["message"], "placed": conversation, "true": at})
    _write(case, rows)


def by_keys(case: Case) -> None:
    """Captures of one platform key are one conversation, messages of one key in it are one message."""
    keys = {row["conversation"]: row["platform_key"] for row in scan(case, "conversations").collect().to_dicts()}
    rows = []
    for row in scan(case, "messages").with_columns(pl.col(pl.Categorical).cast(pl.String)).collect().to_dicts():
        placed = keys[row["conversation"]] or row["conversation"]
        rows.append({**row, "which": row["platform_key"] or row["message"], "placed": placed, "true": None})
    _write(case, rows)


def _place(row: Mapping[str, Any]) -> str:
    if row["byte_start"] is not None:
        return f"bytes:{row['byte_start']}"
    if "/messages[" in row["row"]:
        number, _, rest = row["row"].partition("/messages[")
        return f"message_{number}.json#/messages/{rest.removesuffix(']')}"
    return str(row["row"])


def _write(case: Case, rows: list[dict[str, Any]]) -> None:
    members: dict[str, set[str]] = {}
    for row in rows:
        members.setdefault(row["placed"], set()).add(row["conversation"])
    captures: list[dict[str, Any]] = []
    sightings: list[dict[str, Any]] = []
    for placed, found in members.items():
        conversation = min(found)
        exhibits = {row["conversation"]: row["exhibit"] for row in rows if row["placed"] == placed}
        captures += [
            {
                "capture": capture,
                "conversation": conversation,
                "exhibit": exhibits[capture],
                "standing": "applied",
                "basis": "alone" if len(found) == 1 else "shared_keys",
                "shared": 0,
                "score": 1.0,
                "detail": "filled in for a test",
            }
            for capture in sorted(found)
        ]
        sightings += _sightings(conversation, [row for row in rows if row["placed"] == placed])
    write(case, captures, sightings)


def _sightings(conversation: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["which"], []).append(row)
    dated = []
    for which, group in groups.items():
        best = min(group, key=lambda row: (_RANK[row["sent_at_precision"]], row["message"]))
        sent = best["sent_at"]
        at = best["true"] if best["true"] is not None else sent and int(sent.timestamp() * 1000)
        span = {"minute": 60_000, "day": 86_400_000}.get(best["sent_at_precision"], 1)
        dated.append((at and at // span * span, min(row["position"] for row in group), which, best))
    dated.sort(key=lambda entry: (entry[0] is None, entry[0] or 0, entry[1], entry[2]))
    made = []
    for ordinal, (at, _, which, best) in enumerate(dated):
        group = groups[which]
        keyed = sum(row["platform_key"] is not None for row in group) > 1
        for row in sorted(group, key=lambda row: row["conversation"]):
            by_key = keyed and row["platform_key"] is not None
            made.append(
                {
                    "conversation": conversation,
                    "ordinal": ordinal,
                    "message": min(row["message"] for row in group),
                    "sighting": row["message"],
                    "capture": row["conversation"],
                    "exhibit": row["exhibit"],
                    "at": at,
                    "at_precision": best["sent_at_precision"],
                    "lead": row is best,
                    "notice": row["kind"] == "system",
                    "method": "alone" if len(group) == 1 else "key" if by_key else _method(row),
                    "score": 1.0,
                    "shows": "full",
                }
            )
    return made


def _method(row: Mapping[str, Any]) -> str:
    return "unique_body" if row["text"] and len(row["text"]) > 24 else "aligned"


def write(case: Case, captures: list[dict[str, Any]], sightings: list[dict[str, Any]]) -> None:
    """Write both tables as the part `reconciled`."""
    with case.writing():
        writer = PartWriter(case, "reconciled")
        captures.sort(key=lambda row: (row["conversation"], row["capture"]))
        sightings.sort(key=lambda row: (row["conversation"], row["ordinal"], row["capture"]))
        for name, rows in (("captures", captures), ("sightings", sightings)):
            if rows:
                writer.write(name, batch(name, {key: [row[key] for row in rows] for key in rows[0]}, rows=len(rows)))
        writer.finish(made_from="", about={})
