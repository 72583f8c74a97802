"""Who received, read and viewed a message of the account's own: of each recipient the last state alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from upstander.evidence.capture import Capture
from upstander.evidence.sources.loose import instant, items, record, shown
from upstander.evidence.sources.signal_backup.chats import Chat
from upstander.evidence.sources.signal_backup.people import People

__all__ = ["Receipts"]

#: The column of the receipts table that each state's time goes to; a sent message has none.
_TIMES: Mapping[str, str | None] = {
    "sent": None,
    "delivered": "delivered_at",
    "read": "read_at",
    "viewed": "played_at",
}
_NOT_SENT = ("failed", "skipped", "pending")


@dataclass
class Receipts:
    """Adds the receipts of one message."""

    capture: Capture
    chat: Chat
    people: People
    message: str
    target: str

    def add(self, row: str, outgoing: dict[str, Any]) -> None:
        """Add what the sent message (one version of it) says of its recipients."""
        unsent: dict[str, list[str]] = {}
        for index, written in enumerate(items(outgoing.get("sendStatus"))):
            status, place = record(written), f"{row}.outgoing.sendStatus[{index}]"
            handle = self.people.handle(status.get("recipientId"))
            if handle is None:
                detail = f"{place} names a recipient that the backup does not list"
                self._warn("missing_reference", detail, place)
            state = next((state for state in _TIMES if state in status), None)
            if state is None:
                unsent.setdefault(_why(status), []).append(handle or "somebody unknown")
                continue
            if handle is not None:
                self.chat.present(handle)
            column = _TIMES[state]
            times = {column: instant(status.get("timestamp"))} if column else {}
            self.chat.conversation.receipt(
                place, message=self.message, target_key=self.target, participant=handle, **times
            )
        for why, handles in unsent.items():
            self._warn("not_sent", f"{row} did not go to {self.people.names(handles)}: {why}", row)

    def _warn(self, kind: str, detail: str, row: str) -> None:
        self.capture.warn(kind, detail, row=row, conversation=self.chat.conversation.id, message=self.message)


def _why(status: dict[str, Any]) -> str:
    state = next((state for state in _NOT_SENT if state in status), "pending")
    if state == "failed":
        reason = shown(record(status["failed"]).get("reason") or "UNKNOWN").lower().replace("_", " ")
        return f"sending failed ({reason})"
    return "skipped" if state == "skipped" else "still waiting to be sent"
