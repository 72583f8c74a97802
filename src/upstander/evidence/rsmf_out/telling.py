"""Walks a part's conversations in order, a bounded number of messages at a time."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from upstander.evidence.rsmf_out.cast import Cast, said
from upstander.evidence.rsmf_out.details import Details, details, homeless
from upstander.evidence.rsmf_out.slices import UNDATED, Plan, days
from upstander.evidence.rsmf_out.summary import Account
from upstander.evidence.rsmf_out.written import custom, instants
from upstander.storage import Part

__all__ = ["Conversation", "Telling"]

#: Messages that are held with all their details at once.
BATCH = 10_000

_INSTANTS = ("sent_at", "server_at", "received_at", "deleted_at")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation: its row, its participants, and what warnings say of the whole of it."""

    row: dict[str, Any]
    cast: Cast
    exhibit: dict[str, Any]
    custodian: str | None
    notes: list[dict[str, str]]

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return str(self.row["title"] or self.row["platform_key"] or self.row["conversation"])

    def entry(self, later: set[str]) -> dict[str, Any]:
        """Its entry in a manifest in which the participants `later` join after the first event."""
        row = self.row
        entry: dict[str, Any] = {"id": row["conversation"], "platform": row["platform"], "display": self.title}
        if row["kind"] != "unknown":
            entry["type"] = "direct" if row["kind"] == "direct" else "channel"
        here = [who for who in self.cast.ids if row["kind"] == "direct" or who == self.custodian or who not in later]
        entry["participants"] = here
        if self.custodian is not None:
            entry["custodian"] = self.custodian
        entry["custom"] = self.notes
        return entry


@dataclass
class Telling:
    """The conversations of one part. `conversations` is asked for each as its messages begin."""

    part: Part
    exhibits: dict[str, dict[str, Any]]
    account: Account
    plan: Plan = field(default_factory=Plan)
    _rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    _participants: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _memberships: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _warnings: dict[tuple[str, str | None, str | None], set[str]] = field(default_factory=lambda: defaultdict(set))

    def prepare(self) -> None:
        """Count the days, and hold what stands once a conversation."""
        previous, before = None, UNDATED
        for conversation, run, _ in self._runs(["conversation", "sent_at"], size=1 << 17):
            if conversation != previous:
                previous, before = conversation, UNDATED
            before = self.plan.watch(conversation, run.column("sent_at"), before)
        self._rows = {row["conversation"]: row for row in self._all("conversations")}
        self._participants = _by_conversation(self._all("participants"))
        self._memberships = _by_conversation(homeless(self.part, "membership_events").to_dicts())
        for row in homeless(self.part, "warnings").iter_rows(named=True):
            self._warnings[row["exhibit"], row["member"], row["conversation"]].add(str(row["kind"]))
        self._count_homeless()

    def conversation(self, identity: str, taken: set[str]) -> Conversation:
        """The conversation `identity`; its participants' ids are none of those in `taken`, and are added there."""
        row = self._rows[identity]
        memberships = self._memberships.get(identity, [])
        cast = Cast(self._participants.get(identity, []), memberships, taken)
        exhibit = self.exhibits.get(row["exhibit"], {})
        custodian = cast.owner or (None if row["account"] is None else cast.id(row["account"]))
        where = (row["exhibit"], row["member"])
        kinds = self._warnings[*where, identity] | self._warnings[*where, None]
        notes = custom(
            ("exhibit", row["exhibit"]),
            ("reference", exhibit.get("reference")),
            ("exhibit_custodian", exhibit.get("custodian")),
            ("member", row["member"]),
            ("source", row["source"]),
            ("platform_key", row["platform_key"]),
            ("kind", row["kind"]),
            ("languages", row["languages"]),
            ("messages", row["messages"]),
            ("system_events", row["system_events"]),
            ("warnings", ", ".join(sorted(kinds))),
            # RSMF asks who was there at the first event of the file. That is computed from all the evidence elsewhere;
            # here is everybody whom this capture names, without those who join in the file itself.
            ("participants_basis", "every handle that this capture names, except those who join in this file"),
            *(("membership", said(entry)) for entry in memberships if entry["participant"] is None),
        )
        return Conversation(row, cast, exhibit, custodian, notes)

    def messages(self) -> Iterator[tuple[int, dict[str, Any], Details]]:
        """Every message and system event in order, with the day it is filed under and what other tables say of it."""
        previous, before = None, UNDATED
        about: tuple[pa.RecordBatch, Details] | None = None
        for conversation, run, whole in self._runs(None, size=BATCH):
            if about is None or about[0] is not whole:
                about = (whole, details(self.part, whole.column("message").to_pylist()))
            if conversation != previous:
                previous, before = conversation, UNDATED
            found = days(run.column("sent_at"), before)
            before = int(found[-1])
            found[found == UNDATED] = self.plan.first.get(conversation, UNDATED)
            for day, row in zip(found.tolist(), self._dicts(run), strict=True):
                yield day, row, about[1]

    def _dicts(self, batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
        columns: dict[str, list[Any]] = {}
        for name in batch.schema.names:
            column = batch.column(name)
            columns[name] = instants(column) if name in _INSTANTS else column.to_pylist()
        names = list(columns)
        for values in zip(*columns.values(), strict=True):
            row = dict(zip(names, values, strict=True))
            row["reference"] = self.exhibits.get(row["exhibit"], {}).get("reference")
            yield row

    def _runs(self, columns: list[str] | None, *, size: int) -> Iterator[tuple[str, pa.RecordBatch, pa.RecordBatch]]:
        """Stretches of one conversation in the messages' file, in its order, each with the whole batch it is of."""
        with pq.ParquetFile(self.part.path / "messages.parquet") as file:
            for batch in file.iter_batches(batch_size=size, columns=columns):
                identities = batch.column("conversation").to_pylist()
                start = 0
                for end in range(1, len(identities) + 1):
                    if end == len(identities) or identities[end] != identities[start]:
                        yield identities[start], batch.slice(start, end - start), batch
                        start = end

    def _all(self, table: str) -> list[dict[str, Any]]:
        if not self.part.tables.get(table, {}).get("rows"):
            return []
        return pl.read_parquet(self.part.path / f"{table}.parquet").to_dicts()

    def _count_homeless(self) -> None:
        """What hangs on no message has no place in RSMF."""
        for table, reason in (
            ("reactions", "reactions to a message that the exhibit does not hold"),
            ("receipts", "receipts of a message that the exhibit does not hold"),
            ("edits", "edits of a message that the exhibit does not hold"),
        ):
            self.account.not_held[reason] += homeless(self.part, table).height
        silent = self._rows.keys() - self.plan.counts.keys()
        self.account.not_held["conversations without a message"] += len(silent)


def _by_conversation(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["conversation"]].append(row)
    return dict(found)
