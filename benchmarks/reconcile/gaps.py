"""Judges the table `gaps` against the truth: what was called deleted, and why all else was said to be missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.reconcile.held import DELETED, HELD, REASONS
from benchmarks.reconcile.made import SYSTEM, Operation
from benchmarks.reconcile.score import frame_of
from benchmarks.reconcile.store import Store
from benchmarks.reconcile.tables import CaptureTruth

from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["ACCEPTED", "Judged", "judge"]

Integers = npt.NDArray[np.int64]

#: What may be said of an absence, by its true reason. A key-less export shows no trace of a deletion, so that
#: `unexplained` is right there; and what was cut off lies before the capture's first row either way.
ACCEPTED = {
    "before_join": {"before_join", "before_capture"},
    "after_leave": {"after_leave", "after_capture"},
    "after_capture": {"after_capture"},
    "export_cut_short": {"export_cut_short", "before_capture"},
    "filtered_at_export": {"filtered_at_export", "unexplained"},
    "disappearing_timer": {"disappearing_timer"},
    "deleted_on_phone": {"deleted_on_phone", "unexplained"},
}
_UNSAID = "no gap"


@dataclass(frozen=True, slots=True)
class Judged:
    """How right the gaps of one case are."""

    #: Gaps called `deleted_on_phone` of which no message was deleted on that phone.
    false_deletions: int
    #: The first of them, as sentences.
    false_places: tuple[str, ...]
    #: Messages deleted on phones whose databases keep traces, and how many of them a gap calls deleted.
    deleted: int
    deleted_found: int
    #: By (true reason, reason given): messages that another capture holds. "held" is a message that is there.
    reasons: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def missed_deletions(self) -> int:
        """Messages deleted on a phone with traces that no gap calls deleted."""
        return self.deleted - self.deleted_found

    @property
    def right(self) -> float:
        """Share of the absences with an accepted reason; `unexplained` may stand for a deletion without trace."""
        total = good = 0
        for (true, given), count in self.reasons.items():
            if true == "held":
                continue
            total += count
            good += count if given in ACCEPTED[true] else 0
        return good / total if total else 1.0


def judge(case: Case, truths: Sequence[CaptureTruth]) -> Judged:
    """Hold the case's `gaps` against the truth."""
    truth = frame_of(truths)
    gaps = scan(case, "gaps").with_columns(pl.col("capture", "reason").cast(pl.String)).collect()
    number_of = truth.select(message="sighting", number=pl.col("number") & ((1 << 40) - 1))
    gaps = gaps.join(number_of, on="message", how="left", maintain_order="left")
    reasons: Counter[tuple[str, str]] = Counter()
    false: list[str] = []
    wrong = deleted = found = 0
    for at, each in enumerate(truths):
        mine = gaps.filter(
            (pl.col("capture") == each.conversation)
            | (pl.col("capture").is_null() & (pl.col("exhibit").cast(pl.String) == each.exhibit))
        )
        reason = each.holds.reason
        known = mine.drop_nulls("number")
        number = known["number"].to_numpy()
        said = np.full(len(reason), _UNSAID, object)
        said[number] = known["reason"].to_numpy()
        elsewhere = _held_by_others(truths, at)
        asked = np.flatnonzero((elsewhere & (reason != HELD) & (each.operation.kind != SYSTEM)) | (said != _UNSAID))
        asked = asked[each.operation.kind[asked] != SYSTEM]
        pairs = zip(reason[asked].tolist(), said[asked].tolist(), strict=True)
        reasons.update((REASONS[code], given) for code, given in pairs)
        called = mine.filter(pl.col("reason") == "deleted_on_phone")
        covered = [_items(each, row) for row in called.iter_rows(named=True)]
        for row, items in zip(called.iter_rows(named=True), covered, strict=True):
            if not (reason[items] == DELETED).any():
                wrong += 1
                if len(false) < 10:
                    truths_of = sorted({REASONS[code] for code in reason[items].tolist()}) or ["nothing there"]
                    false.append(f"{each.reference}: {row['detail']} ({', '.join(truths_of)}; items {items[:5]})")
        if each.operation.phones[each.index].keyed:
            really = np.flatnonzero(reason == DELETED)
            named = np.concatenate([*covered, np.zeros(0, np.int64)]).astype(np.int64)
            deleted += len(really)
            found += int(np.isin(really, named).sum())
    return Judged(wrong, tuple(false), deleted, found, dict(sorted(reasons.items())))


def _held_by_others(truths: Sequence[CaptureTruth], at: int) -> npt.NDArray[np.bool_]:
    operation = truths[at].operation
    found = np.zeros(len(operation.at), np.bool_)
    for place, each in enumerate(truths):
        if place != at and each.operation is operation:
            found |= each.holds.reason == HELD
    return found


def _items(truth: CaptureTruth, row: dict[str, object]) -> Integers:
    """Numbers of the true items that a gap is about: its message, its key, or its unused row numbers."""
    operation = truth.operation
    if row["number"] is not None:
        return np.array([row["number"]], np.int64)
    found: list[int] = []
    received = Store(operation, truth.index, truth.holds).received if operation.phones[truth.index].keyed else None
    for written in (row["row"], row["target_key"]):
        if written is None or received is None:
            continue
        text = str(written)
        if text.startswith("message:"):
            first, _, last = text.removeprefix("message:").partition("-")
            rows = np.arange(int(first), int(last or first) + 1) - 2
            found += received[rows[(rows >= 0) & (rows < len(received))]].tolist()
    if row["target_key"] is not None:
        found += _by_key(operation, str(row["target_key"]))
    return np.array(sorted(set(found)), np.int64)


def _by_key(operation: Operation, key: str) -> list[int]:
    """The item of a platform's key."""
    if len(key) != 32:
        return []
    wanted = np.frombuffer(bytes.fromhex(key), np.uint8)
    first = np.flatnonzero(operation.keys[:, 0] == wanted[0])
    return [int(item) for item in first[(operation.keys[first] == wanted).all(axis=1)]]
