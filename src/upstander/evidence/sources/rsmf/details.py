"""What hangs on one event: edits, reactions and read receipts."""

from dataclasses import dataclass
from typing import Any

from upstander.evidence.capture import Conversation
from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.rsmf.clock import Clock

__all__ = ["Details"]


@dataclass(frozen=True)
class Details:
    """Adds the details of one message."""

    conversation: Conversation
    loose: Loose
    clock: Clock
    #: The message's id, its platform key (or row), and its row.
    message: str
    target: str
    row: str
    #: The file that holds the message.
    exhibit: str

    def edits(self, edits: list[dict[str, Any]], *, sent_at: int | None) -> None:
        """The versions that the edits' `previous` and `new` state, each once."""
        versions: list[tuple[str | None, int | None, str]] = []
        for position, edit in enumerate(edits):
            row = f"{self.row}.edits[{position}]"
            previous = self.loose.text(edit.get("previous"), f"{row}.previous")
            new = self.loose.text(edit.get("new"), f"{row}.new")
            if not versions or (previous is not None and previous != versions[-1][0]):
                versions.append((previous, None if versions else sent_at, row))
            versions.append((new, self.clock.instant(edit.get("timestamp"), row), row))
        for number, (text, at, row) in enumerate(versions, start=1):
            self.conversation.edit(
                row,
                version=number,
                message=self.message,
                target_key=self.target,
                text=text,
                at=at,
                exhibit=self.exhibit,
            )

    def reactions(self, value: Any) -> None:
        """One row for everybody named, and one for those who are only counted."""
        for position, entry in enumerate(items(value)):
            row = f"{self.row}.reactions[{position}]"
            reaction = record(entry)
            emoji = self.loose.text(reaction.get("value"), row) or ""
            people = dict.fromkeys(
                name
                for number, who in enumerate(items(reaction.get("participants")))
                if (name := self.loose.text(who, f"{row}.participants[{number}]"))
            )
            count = reaction.get("count")
            total = count if isinstance(count, int) and not isinstance(count, bool) and 0 < count < 1 << 31 else 0
            for name in people:
                self._reaction(row, emoji, participant=name)
            rest = max(total - len(people), 0 if people else 1)
            if rest:
                self._reaction(row, emoji, count=rest)

    def _reaction(self, row: str, emoji: str, **columns: Any) -> None:
        self.conversation.reaction(
            row, emoji=emoji, message=self.message, target_key=self.target, exhibit=self.exhibit, **columns
        )

    def receipts(self, value: Any) -> None:
        """One row a receipt: delivery and reading stand as two."""
        for position, entry in enumerate(items(value)):
            row = f"{self.row}.read_receipts[{position}]"
            receipt = record(entry)
            action = receipt.get("action")
            if action not in ("read", "delivered"):
                detail = (
                    f"{row} has the action {shown(action)[:40]!r}, which the format does not name; no time was kept"
                )
                self.loose.warn("unknown_value", detail, row)
            if receipt.get("timestamp") is None:
                self.loose.warn("impossible_date", f"{row} states no time; the receipt is kept without one", row)
            at = self.clock.instant(receipt.get("timestamp"), row)
            self.conversation.receipt(
                row,
                message=self.message,
                target_key=self.target,
                participant=self.loose.text(receipt.get("participant"), row),
                read_at=at if action == "read" else None,
                delivered_at=at if action == "delivered" else None,
                exhibit=self.exhibit,
            )
