"""Builds the tables of one document, row by row, in batches.

Most sources meet their records one at a time and hand them here: a `Capture` keeps the columns, makes ids and
positions, turns authors into participants, and gives batches of bounded size. A source with a column-wise road of its
own (WhatsApp text, msgstore.db) uses it for everything but messages.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from upstander.evidence.document import Document, legible
from upstander.evidence.sources.interface import Rows
from upstander.model import batch, conversation_id, message_id, schema, warning_kinds

__all__ = ["Capture", "Conversation"]

#: Rows a batch of any table may have before it is handed on.
BATCH_ROWS = 50_000

#: Warnings of one kind listed for one document; the rest are counted in one more row. A damaged file of ten million
#: lines must not make ten million warnings, and no reader would look at them.
WARNINGS_LISTED = 1_000


@dataclass
class Conversation:
    """One conversation of a capture while it is being read."""

    id: str
    _capture: "Capture"
    _positions: int = 0
    _events: int = 0
    _participants: dict[str, dict[str, Any]] = field(default_factory=dict)

    def message(
        self, place: int | str, *, exhibit: str | None = None, member: str | None = None, **columns: Any
    ) -> str:
        """Add one authored message or system event and return its id.

        `place` makes the id (byte offset, row id, index path); `columns` are those of the messages table, of which
        sent_at_written, sent_at_precision, time_zone, time_zone_basis and kind are required. `exhibit` and `member`
        are given only when the record stands in a companion rather than in the document. The author of anything but
        a system event becomes a participant.
        """
        file = self._capture.document.file
        identity = message_id(self.id, place)
        columns.setdefault("forwarded", False)
        columns.setdefault("edited", False)
        columns.setdefault("placeholder", False)
        self._capture.add(
            "messages",
            message=identity,
            conversation=self.id,
            exhibit=exhibit or file.exhibit,
            member=member if exhibit else file.member,
            position=self._positions,
            **columns,
        )
        self._positions += 1
        author = columns.get("author")
        if author is not None and columns["kind"] != "system":
            self.participant(author)
        return identity

    def skip(self, positions: int) -> None:
        """Leave the next `positions` places to messages that a column-wise road has given itself."""
        self._positions += positions

    def participant(self, handle: str, **columns: Any) -> None:
        """Make `handle` a participant, or add to what is known of it; what was said first stands."""
        known = self._participants.setdefault(handle, {})
        for name, value in columns.items():
            if value is not None and known.get(name) is None:
                known[name] = value

    def describe(self, **columns: Any) -> None:
        """Set what is known of the conversation only at the end; its row must not have been handed on."""
        self._capture.describe(self.id, columns)

    def membership(self, kind: str, **columns: Any) -> None:
        """Add one piece of evidence on who was in the conversation (columns of membership_events)."""
        self._add("membership_events", kind=kind, position=self._events, **columns)
        self._events += 1

    def reaction(self, row: str, *, emoji: str, count: int = 1, **columns: Any) -> None:
        """Add one reaction (columns of reactions)."""
        self._add("reactions", row=row, emoji=emoji, count=count, **columns)

    def receipt(self, row: str, **columns: Any) -> None:
        """Add what is known of one recipient and one message (columns of receipts)."""
        self._add("receipts", row=row, **columns)

    def edit(self, row: str, *, version: int, **columns: Any) -> None:
        """Add one version of an edited message (columns of edits)."""
        self._add("edits", row=row, version=version, **columns)

    def attachment(self, message: str, *, ordinal: int, kind: str, held: str, **columns: Any) -> None:
        """Add one attachment (columns of attachments)."""
        self._add("attachments", message=message, ordinal=ordinal, kind=kind, held=held, **columns)

    def _add(self, table: str, **columns: Any) -> None:
        # A companion's rows name the companion (message_2.json); everything else the document.
        columns.setdefault("exhibit", self._capture.document.file.exhibit)
        self._capture.add(table, conversation=self.id, **columns)

    def close(self) -> None:
        """Hand the participants on; called by the capture at its end."""
        for handle, columns in self._participants.items():
            owner = columns.pop("owner", False)
            self._add("participants", handle=handle, owner=owner, **columns)
        self._participants.clear()


class Capture:
    """The tables of one document while they are being read."""

    def __init__(self, document: Document, *, source: str, platform: str) -> None:
        """Start the tables of `document`, read by `source` from exports of `platform`."""
        self.document = document
        self.source = source
        self.platform = platform
        #: Rows not handed on yet, by table; a column that a row lacks is null.
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._conversations: dict[str, Conversation] = {}
        self._warned: Counter[str] = Counter()

    def conversation(self, key: str, *, kind: str, platform: str | None = None, **columns: Any) -> Conversation:
        """The conversation that the export calls `key`, made on first mention (columns of conversations)."""
        known = self._conversations.get(key)
        if known is not None:
            return known
        file = self.document.file
        identity = conversation_id(exhibit=file.exhibit, member=file.member, source=self.source, key=key)
        self.add(
            "conversations",
            conversation=identity,
            exhibit=file.exhibit,
            member=file.member,
            source=self.source,
            platform=platform or self.platform,
            kind=kind,
            messages=0,  # counted from the messages themselves when the exhibit is complete
            system_events=0,
            **columns,
        )
        made = Conversation(identity, self)
        self._conversations[key] = made
        return made

    def warn(self, kind: str, detail: str, **columns: Any) -> None:
        """Add a warning (columns of warnings); `kind` is one of `model/warning_kinds.yaml`, `detail` one sentence."""
        if kind not in warning_kinds():
            raise KeyError(f"{kind} is no warning kind: add it to model/warning_kinds.yaml with its meaning")
        self._warned[kind] += 1
        if self._warned[kind] <= WARNINGS_LISTED:
            self._warning(kind, detail, **columns)

    def warn_unlisted(self, kind: str, count: int) -> None:
        """Count warnings of a kind that has its full list already, or whose list would help nobody."""
        self._warned[kind] += count

    def listed(self, kind: str) -> int:
        """How many more warnings of a kind will be listed."""
        return max(0, WARNINGS_LISTED - self._warned[kind])

    def describe(self, conversation: str, columns: dict[str, Any]) -> None:
        """Set columns of a conversation whose row has not been handed on yet."""
        row = next(row for row in self._rows["conversations"] if row["conversation"] == conversation)
        row.update(columns)

    def drain(self, done: float) -> Iterator[Rows]:
        """Hand on the tables that have grown to a batch; call it in the reading loop."""
        for table, rows in self._rows.items():
            if len(rows) >= BATCH_ROWS:
                yield self._flush(table, done)

    def close(self) -> Iterator[Rows]:
        """Hand on everything that is left, participants included; call it once, at the end."""
        for conversation in self._conversations.values():
            conversation.close()
            yield from self.drain(1.0)
        for kind, count in self._warned.items():
            if count > WARNINGS_LISTED:
                detail = f"{count - WARNINGS_LISTED} further warnings of kind {kind} are not listed"
                self._warning("warnings_capped", detail)
        for table, rows in self._rows.items():
            if rows:
                yield self._flush(table, 1.0)

    def add(self, table: str, **columns: Any) -> None:
        """Add one row to `table`; columns not given are null."""
        unknown = columns.keys() - _names(table)
        if unknown:
            raise KeyError(f"table {table} has no column {', '.join(unknown)}")
        self._rows.setdefault(table, []).append(columns)

    def _warning(self, kind: str, detail: str, **columns: Any) -> None:
        file = self.document.file
        # The ordinal is given when the exhibit is complete: archives hold many documents.
        columns.setdefault("exhibit", file.exhibit)
        columns.setdefault("member", file.member)
        self.add("warnings", ordinal=0, source=self.source, kind=kind, detail=legible(detail), **columns)

    def _flush(self, table: str, done: float) -> Rows:
        rows = self._rows[table]
        given = {name for row in rows for name in row}
        made = batch(table, {name: [row.get(name) for row in rows] for name in given}, rows=len(rows))
        self._rows[table] = []
        return Rows(table=table, batch=made, done=done)


@cache
def _names(table: str) -> frozenset[str]:
    return frozenset(schema(table).names)
