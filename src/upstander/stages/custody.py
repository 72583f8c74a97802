"""An exhibit's continuity: in which intakes its bytes were received, and as what; and what it was found to hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from upstander.errors import UsageError
from upstander.evidence.contents import counts_by_exhibit, exhibits, warnings_by_kind
from upstander.storage import Case, Intake, intakes
from upstander.storage.kept import tables_digest

__all__ = ["Exhibit", "Receipt", "exhibit", "exhibits_held"]

#: The tables that the counts are of.
_COUNTED = ("conversations", "messages", "participants", "reactions", "attachments", "receipts")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One time that the bytes were received."""

    at: datetime
    #: Under which name they came.
    name: str
    intake: Intake


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exhibit, for whoever looks at it."""

    #: A row of the exhibits table.
    row: Mapping[str, Any]
    #: What it was found to hold, by what is counted.
    counts: Mapping[str, int]
    receipts: tuple[Receipt, ...]
    warnings: Mapping[str, int]


def _counts(case: Case) -> Mapping[str, Mapping[str, int]]:
    """What every exhibit was found to hold; counted again where the tables are others."""
    return _counted(case, tables_digest(case, _COUNTED))


@lru_cache(maxsize=64)
def _counted(case: Case, held: str) -> Mapping[str, Mapping[str, int]]:  # noqa: ARG001 - what makes it another answer
    return counts_by_exhibit(case)


def exhibits_held(case: Case) -> list[Exhibit]:
    """Every exhibit by its reference, with its counts; without receipts and warnings."""
    counted = _counts(case)
    return [Exhibit(row, counted.get(row["exhibit"], {}), (), {}) for row in exhibits(case)]


def exhibit(case: Case, digest: str) -> Exhibit:
    """The exhibit of that SHA-256. Raises `UsageError`."""
    row = next((row for row in exhibits(case) if row["exhibit"] == digest), None)
    if row is None:
        raise UsageError(f"there is no exhibit {digest[:12]!r} in the case")
    receipts = tuple(
        Receipt(datetime.fromisoformat(intake.received_at).astimezone(UTC), file.name, intake)
        for intake in intakes(case)
        for file in intake.files
        if file.exhibit == digest
    )
    return Exhibit(row, _counts(case).get(digest, {}), receipts, warnings_by_kind(case, exhibits=[digest]))
