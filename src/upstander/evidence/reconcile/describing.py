"""The captures table: which conversation each capture shows, and why, as rows."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.sightings import Messages
from upstander.model import batch

__all__ = ["captures_table"]


def captures_table(together: Sequence[Joined], named: Sequence[Messages]) -> pa.RecordBatch:
    """One row a capture, and one a proposal."""
    conversation = {here.held.capture: one.group.conversation for one in together for here in one.placed}
    rows: list[dict[str, Any]] = []
    for one, messages in zip(together, named, strict=True):
        exhibits = {here.held.capture: here.held.exhibit for here in one.placed}
        for here in one.placed:
            why = one.group.basis[here.held.capture]
            alignment = one.alignments.get(here.held.capture)
            rows.append(
                {
                    "capture": here.held.capture, "conversation": one.group.conversation, "exhibit": here.held.exhibit,
                    "standing": "applied", "basis": why.basis, "detail": why.detail, "date_order": why.date_order,
                    "shared": int((messages.held_by[here.message] > 1).sum()),
                    "score": why.score if alignment is None or not alignment.anchors else round(alignment.score, 6),
                }
            )  # fmt: skip
        rows += [
            {
                "capture": capture, "conversation": conversation[other], "exhibit": exhibits[capture],
                "standing": "proposed", "basis": why.basis, "detail": why.detail, "date_order": why.date_order,
                "shared": why.shared, "score": why.score,
            }
            for capture, other, why in one.group.proposed
        ]  # fmt: skip
    rows.sort(key=lambda row: (row["conversation"], row["capture"], row["standing"]))
    names = list(rows[0]) if rows else []
    return batch("captures", {name: [row[name] for row in rows] for name in names}, rows=len(rows))
