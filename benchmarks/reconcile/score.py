"""Holds what reconciliation found against the truth: pairs of sightings, and which captures are one conversation.

A pair is two sightings of one message. Pairs are counted through the table of (true message, reconciled message), which
is as long as the sightings are many; none is ever listed. Gaps are judged in `gaps`, clocks in `clocks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.reconcile.made import SYSTEM, Operation
from benchmarks.reconcile.tables import CaptureTruth

from upstander.evidence.sources.whatsapp_text.columns import identities
from upstander.storage import Case
from upstander.storage.scan import scan

Integers = npt.NDArray[np.int64]

__all__ = ["Pairs", "Score", "frame_of", "score", "wrong_merges"]

#: Milliseconds within which two messages of one author and one body are twins.
_TWINS = 120_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of sightings that are one message in truth, as found, and both."""

    true: int
    found: int
    right: int
    #: Wrong pairs of twins: messages of one author and one body, sent within two minutes. Where one of them is gone
    #: from a phone, or the order is not kept, nothing in the captures tells which is which.
    interchangeable: int
    #: True pairs of messages that have a twin, and how many of them were found.
    twins: int = 0
    twins_right: int = 0

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right; 1 where none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 where there are none."""
        return self.right / self.true if self.true else 1.0

    @property
    def precision_apart(self) -> float:
        """Precision where a pair of twins is not called wrong."""
        return (self.right + self.interchangeable) / self.found if self.found else 1.0

    @property
    def recall_apart(self) -> float:
        """Recall of the messages that have no twin."""
        plain = self.true - self.twins
        return (self.right - self.twins_right) / plain if plain else 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """How right one case's sightings are."""

    messages: Pairs
    events: Pairs
    #: Sightings that the truth has and the table lacks, and the reverse (an export's own notices are neither).
    lacking: int
    surplus: int
    #: Reconciled messages that hold several true ones.
    merged_wrongly: int
    #: By method: sightings of messages that hold one true message, and of those that hold several.
    methods: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: Pairs of captures that are one conversation in truth, as found, and both.
    captures: Pairs = field(default_factory=lambda: Pairs(0, 0, 0, 0))


def frame_of(truths: Sequence[CaptureTruth]) -> pl.DataFrame:
    """The truth, one row a sighting: `sighting` (its id), `number`, `capture`, `place`, `alike`, `event`.

    `capture` is a place in `truths`. Numbers of different operations never meet. `alike` is one number for twins (see
    `Pairs`), `twin` whether a message has one.
    """
    operations: dict[int, int] = {}
    groups: dict[int, tuple[Integers, npt.NDArray[np.bool_]]] = {}
    found = []
    for at, truth in enumerate(truths):
        operation = truth.operation
        base = operations.setdefault(id(operation), len(operations)) << 40
        rising = np.argsort(truth.place, kind="stable")
        number, place = truth.number[rising], truth.place[rising]
        if base not in groups:
            groups[base] = _twins(operation)
        alike, twin = groups[base]
        found.append(
            pl.DataFrame(
                {
                    "sighting": pl.from_arrow(identities(truth.conversation, place)),
                    "number": number + base,
                    "capture": np.full(len(number), at, np.int32),
                    "place": place,
                    "alike": alike[number] + base,
                    "twin": twin[number],
                    "event": operation.kind[number] == SYSTEM,
                }
            )
        )
    return pl.concat(found)


def _twins(operation: Operation) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """By item: a number that twins share, and whether it has a twin."""
    # Files are told apart by nothing that a text export writes, except their kind.
    said = np.where(operation.body >= 0, operation.body, -1 - operation.kind.astype(np.int64))
    order = np.lexsort((operation.at, said, operation.author))
    apart = np.diff(operation.at[order]) >= _TWINS
    apart |= (np.diff(said[order]) != 0) | (np.diff(operation.author[order]) != 0)
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(np.r_[False, apart])
    return group, np.asarray(np.bincount(group)[group] > 1)


def _joined(case: Case, truth: pl.DataFrame) -> pl.DataFrame:
    columns = [pl.col(name).cast(pl.String) for name in ("message", "sighting", "method")]
    return scan(case, "sightings").select(columns).collect().join(truth, on="sighting", how="full", coalesce=True)


def score(case: Case, truths: Sequence[CaptureTruth]) -> Score:
    """Hold the case's `sightings` and `captures` against the truth."""
    joined = _joined(case, frame_of(truths))
    lacking = joined.filter(pl.col("message").is_null()).height
    notices = pl.col("number").is_null()
    known = joined.filter(~notices, pl.col("message").is_not_null())
    held = known.group_by("message").agg(several=pl.col("number").n_unique() > 1)
    wrong = held.filter("several")
    by_method = known.join(held, on="message").group_by("method").agg(
        right=(~pl.col("several")).sum(), wrong=pl.col("several").sum()
    )  # fmt: skip
    surplus = max(0, joined.filter(notices).height - sum(_notices(truth) for truth in truths))
    return Score(
        messages=_pairs(known.filter(~pl.col("event"))),
        events=_pairs(known.filter("event")),
        lacking=lacking,
        surplus=surplus,
        merged_wrongly=wrong.height,
        methods={method: (right, bad) for method, right, bad in sorted(by_method.rows())},
        captures=_captures(case, truths),
    )


def _notices(truth: CaptureTruth) -> int:
    """Rows that the capture has beyond the truth's: the notice of encryption at its head."""
    phone = truth.operation.phones[truth.index]
    if phone.keyed:
        return 1
    return int(phone.last is None or len(truth.number) < phone.last)


def _pairs(rows: pl.DataFrame) -> Pairs:
    right = _count(rows, "number", "message")
    alike = _count(rows, "alike", "message")
    twins, twins_right = 0, 0
    if "twin" in rows.columns:
        having = rows.filter("twin")
        twins, twins_right = _count(having, "number"), _count(having, "number", "message")
    return Pairs(_count(rows, "number"), _count(rows, "message"), right, alike - right, twins, twins_right)


def _count(rows: pl.DataFrame, *by: str) -> int:
    """Pairs of rows that agree in those columns."""
    sizes = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _captures(case: Case, truths: Sequence[CaptureTruth]) -> Pairs:
    applied = scan(case, "captures").filter(pl.col("standing").cast(pl.String) == "applied")
    found = dict(applied.select(pl.col("capture", "conversation").cast(pl.String)).collect().iter_rows())
    rows = pl.DataFrame(
        {
            "number": [id(truth.operation) for truth in truths],
            # A capture that nothing was said of stands alone.
            "message": [found.get(truth.conversation, truth.conversation) for truth in truths],
            "alike": [id(truth.operation) for truth in truths],
        }
    )
    return _pairs(rows)


def wrong_merges(case: Case, truths: Sequence[CaptureTruth], *, at_most: int = 20) -> list[dict[str, object]]:
    """Reconciled messages that hold several true ones, by id: where each sighting stands, and how it was matched."""
    joined = _joined(case, frame_of(truths)).drop_nulls("number")
    wrong = joined.group_by("message").agg(numbers=pl.col("number").n_unique()).filter(pl.col("numbers") > 1)
    chosen = wrong.sort("message").head(at_most)["message"]
    rows = joined.filter(pl.col("message").is_in(chosen.to_list())).sort("message", "capture", "place")
    found: dict[str, dict[str, object]] = {}
    for row in rows.iter_rows(named=True):
        truth = truths[row["capture"]]
        entry = found.setdefault(row["message"], {"message": row["message"], "sightings": []})
        sightings = entry["sightings"]
        assert isinstance(sightings, list)  # noqa: S101 - made so above
        sightings.append(
            {
                "capture": truth.reference, "place": row["place"], "number": row["number"] & ((1 << 40) - 1),
                "method": row["method"], "interchangeable": False,
            }
        )  # fmt: skip
        alike = rows.filter(pl.col("message") == row["message"])["alike"].n_unique() == 1
        for sighting in sightings:
            sighting["interchangeable"] = alike
    return list(found.values())
