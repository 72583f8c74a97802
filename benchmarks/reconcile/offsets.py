"""Judges the table `clocks` against the truth: each phone's offset, stretch by stretch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.reconcile.held import written_ms
from benchmarks.reconcile.made import SYSTEM
from benchmarks.reconcile.tables import CaptureTruth
from benchmarks.reconcile.timeline import local_seconds

from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Stretch", "hold", "stretches"]

Integers = npt.NDArray[np.int64]

#: Stretches of fewer messages than this are not asked for.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one capture in which written and true time differ by one amount, and what was found there."""

    reference: str
    since_ms: int
    until_ms: int
    offset_ms: int
    messages: int
    #: Offset and half-range of the clock that overlaps it most; absent where there is none.
    found_ms: int | None = None
    spread_ms: int | None = None

    @property
    def error_ms(self) -> int | None:
        """How far the offset found is from the truth."""
        return None if self.found_ms is None else abs(self.found_ms - self.offset_ms)


def stretches(truth: CaptureTruth) -> list[Stretch]:
    """The true stretches of one capture: as it reads, zone and all; of a database, of what its owner sent."""
    operation, phone = truth.operation, truth.operation.phones[truth.index]
    items = np.sort(truth.holds.items)
    items = items[operation.kind[items] != SYSTEM]
    if phone.keyed:
        items = items[operation.author[items] == phone.owner]
    at = operation.at[items]
    offset = written_ms(operation, truth.index, items) - at
    if not phone.keyed:
        # Read under the zone that the reader was told, the wall clock of the phone's own zone is off by the difference.
        offset += (local_seconds(at + offset, phone.zone) - local_seconds(at + offset, phone.told or "UTC")) * 1000
    if not len(items):
        return []
    begins = np.flatnonzero(np.r_[True, offset[1:] != offset[:-1]])
    ends = np.r_[begins[1:], len(items)]
    return [
        Stretch(truth.reference, int(at[low]), int(at[high - 1]), int(offset[low]), int(high - low))
        for low, high in zip(begins.tolist(), ends.tolist(), strict=True)
        if high - low >= _FEWEST
    ]


def hold(case: Case, truths: Sequence[CaptureTruth]) -> list[Stretch]:
    """Every true stretch beside the clock found for it.

    Without a database in the case no clock is known to be right: then all found offsets may be off by one amount, which
    is taken out (the median difference).
    """
    clocks = scan(case, "clocks").with_columns(pl.col("exhibit", "scope").cast(pl.String)).collect()
    found: list[Stretch] = []
    for truth in truths:
        own = truth.operation.phones[truth.index].keyed
        rows = clocks.filter(pl.col("exhibit") == truth.exhibit, pl.col("scope") == ("own" if own else "all"))
        for stretch in stretches(truth):
            best = max(rows.iter_rows(named=True), key=partial(_overlap, stretch), default=None)
            if best is None:
                found.append(stretch)
                continue
            found.append(
                Stretch(
                    stretch.reference, stretch.since_ms, stretch.until_ms, stretch.offset_ms, stretch.messages,
                    best["offset_ms"], best["spread_ms"],
                )
            )  # fmt: skip
    if any(truth.operation.phones[truth.index].keyed for truth in truths):
        return found
    differences = [each.found_ms - each.offset_ms for each in found if each.found_ms is not None]
    shift = round(float(np.median(differences))) if differences else 0
    return [
        Stretch(
            each.reference, each.since_ms, each.until_ms, each.offset_ms, each.messages,
            None if each.found_ms is None else each.found_ms - shift, each.spread_ms,
        )
        for each in found
    ]  # fmt: skip


def _overlap(stretch: Stretch, row: dict[str, Any]) -> float:
    """Milliseconds that a clock and a stretch share; negative where they lie apart."""
    since = row["since"].timestamp() * 1000 if row["since"] is not None else -np.inf
    until = row["until"].timestamp() * 1000 if row["until"] is not None else np.inf
    return float(min(until, stretch.until_ms) - max(since, stretch.since_ms))
