"""The part of the tables that belongs to no one exhibit: the exhibits themselves, and what was odd at intake."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from upstander.evidence.document import legible
from upstander.evidence.sorting import Sorting, read_with_others
from upstander.model import batch
from upstander.storage import Intake

__all__ = ["exhibits_table", "remarks"]


def exhibits_table(
    known: Sequence[Intake], sortings: Mapping[str, Sorting], found: Mapping[str, Sequence[dict[str, Any]]]
) -> pa.RecordBatch:
    """One row an exhibit. `found` says by exhibit what reading found: a list of {member, role, source}."""
    together = read_with_others(sortings)
    media = {exhibit for sorting in sortings.values() for exhibit in sorting.media}
    keys = {intake.key: intake for intake in known if intake.key}
    rows: dict[str, dict[str, Any]] = {}
    for intake in known:
        for file in intake.files:
            role, source = _role(found.get(file.exhibit, ()))
            if file.exhibit in together:
                role, source = "companion", None
            elif file.exhibit in media:
                role = "media"
            if file.exhibit in keys:
                role = "key"
            # The row is the first receipt's; what that left open, a later one may say.
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
                    "intake": intake.id,
                },
            )
            for name in ("custodian", "producer"):
                row[name] = row.get(name) or getattr(intake, name)
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


def remarks(known: Sequence[Intake]) -> pa.RecordBatch:
    """Warnings about intake: what is no file that can be kept, and what was received again as something else."""
    entries: list[dict[str, Any]] = [
        {"kind": refused.kind, "detail": legible(refused.detail), "row": legible(refused.name)}
        for intake in known
        for refused in intake.refused
    ]
    entries += _again(known)
    # Below nought: an exhibit's own warnings count up from there.
    columns = {name: [entry.get(name) for entry in entries] for name in ("exhibit", "kind", "detail", "row")}
    return batch("warnings", {**columns, "ordinal": [-1 - n for n in range(len(entries))]}, rows=len(entries))


def _again(known: Sequence[Intake]) -> Iterator[dict[str, Any]]:
    """One warning for every exhibit and later intake that says something else of it than the first said."""
    said: dict[str, dict[str, str | None]] = {}
    for intake in known:
        several = len(intake.files) > 1
        for file in intake.files:
            asked = None if several else intake.reference
            now = {"custodian": intake.custodian, "producer": intake.producer, "reference": asked or file.reference}
            first = said.setdefault(file.exhibit, {})
            differing = [name for name, value in now.items() if value and first.get(name) not in (None, value)]
            if differing:
                told = ", ".join(f"{name} {now[name]} (not {first[name]})" for name in differing)
                detail = (
                    f"{file.reference} was received again on {intake.received_at[:10]} as {file.name}, with {told};"
                    " the first receipt stands, and both are recorded"
                )
                yield {"exhibit": file.exhibit, "kind": "received_again", "detail": legible(detail), "row": intake.id}
            for name, value in now.items():
                if first.get(name) is None:
                    first[name] = value
