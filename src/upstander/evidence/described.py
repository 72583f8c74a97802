"""The part of the tables that belongs to no one exhibit: the exhibits themselves, and what was refused at intake."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from upstander.evidence.document import legible
from upstander.evidence.sorting import Sorting
from upstander.model import batch
from upstander.storage import Intake

__all__ = ["exhibits_table", "refusals"]


def exhibits_table(
    known: Sequence[Intake], sortings: Mapping[str, Sorting], found: Mapping[str, Sequence[dict[str, Any]]]
) -> pa.RecordBatch:
    """One row an exhibit. `found` says by exhibit what reading found: a list of {member, role, source}."""
    companions = {exhibit for sorting in sortings.values() for exhibit in sorting.companions}
    media = {exhibit for sorting in sortings.values() for exhibit in sorting.media}
    keys = {intake.key: intake for intake in known if intake.key}
    rows: dict[str, dict[str, Any]] = {}
    for intake in known:
        for file in intake.files:
            role, source = _role(found.get(file.exhibit, ()))
            if file.exhibit in companions:
                role, source = "companion", None
            elif file.exhibit in media:
                role = "media"
            if file.exhibit in keys:
                role = "key"
            row = rows.setdefault(
                file.exhibit,
                {
                    "exhibit": file.exhibit,
                    "reference": file.reference,
                    "received_at": _instant(intake.received_at),
                    "source_name": legible(file.name),
                    "bytes": file.bytes,
                    "role": role,
                    "source": source,
                },
            )
            row["intake"] = intake.id
            for name in ("custodian", "producer"):
                row[name] = getattr(intake, name) or row.get(name)
    for key, intake in keys.items():
        if key not in rows:
            rows[key] = {
                "exhibit": key,
                "reference": f"KEY/{intake.number}",
                "received_at": _instant(intake.received_at),
                "source_name": "key",
                "bytes": 0,
                "role": "key",
                "intake": intake.id,
            }
    ordered = sorted(rows.values(), key=lambda row: (row["received_at"], row["reference"], row["exhibit"]))
    names = {name for row in ordered for name in row}
    return batch("exhibits", {name: [row.get(name) for row in ordered] for name in names}, rows=len(ordered))


def _role(found: Sequence[dict[str, Any]]) -> tuple[str, str | None]:
    """Role and source of an exhibit from what was found in it: its own entry has no member."""
    own = next((entry for entry in found if entry["member"] is None), None)
    sources = sorted({entry["source"] for entry in found if entry["source"]})
    return (own["role"] if own else "unread"), ", ".join(sources) or None


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


def refusals(known: Sequence[Intake]) -> pa.RecordBatch:
    """One warning for everything that was handed in and is no file that can be kept."""
    entries = [refused for intake in known for refused in intake.refused]
    columns = {
        "exhibit": [None] * len(entries),
        "ordinal": list(range(len(entries))),
        "kind": [entry.kind for entry in entries],
        "detail": [legible(entry.detail) for entry in entries],
        "row": [legible(entry.name) for entry in entries],
    }
    return batch("warnings", columns, rows=len(entries))
