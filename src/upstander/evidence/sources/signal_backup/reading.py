"""Reads a backup in the clear: first who is in it, then what was said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from upstander.errors import SourceError
from upstander.evidence.capture import Capture
from upstander.evidence.document import File
from upstander.evidence.sources.interface import Rows
from upstander.evidence.sources.loose import items, record
from upstander.evidence.sources.signal_backup.chats import Chats
from upstander.evidence.sources.signal_backup.messages import Messages
from upstander.evidence.sources.signal_backup.people import SELF, People
from upstander.evidence.sources.signal_backup.stream import Frame, frames
from upstander.evidence.sources.signal_backup.values import whole
from upstander.evidence.sources.signal_backup.wire import UNKNOWN

__all__ = ["Backup"]

#: Kinds of frame that say who is who; the rest is read in a second pass.
_WHO = frozenset({"account", "recipient", "chat"})
#: Kinds of frame that hold nothing anyone said.
_SETTINGS = frozenset({"stickerPack", "notificationProfile", "chatFolder"})
_EVERY = 500


@dataclass
class Backup:
    """One backup and the tables that it becomes."""

    capture: Capture
    file: File
    json: bool
    people: People = field(default_factory=People)
    proves: Callable[[bytes], bool] | None = None
    #: Whether it was encrypted.
    opened: bool = False
    _accounts: int = 0

    def rows(self) -> Iterator[Rows]:
        """Every row; raises `SourceError` at the end where the backup cannot be read to its end."""
        chats = Chats(self.capture, self.people)
        problem = self._who(chats)
        self._settle()
        chats.make()
        messages = Messages(self.capture, self.people, chats)
        size = max(1, self.file.size)
        try:
            for count, frame in enumerate(frames(self.file, json=self.json)):
                self._frame(messages, frame)
                if count % _EVERY == 0:
                    yield from self.capture.drain(min(1.0, frame.end / size))
        except SourceError as raised:
            problem = raised
        yield from self.capture.close()
        if problem is not None:
            raise problem

    def _who(self, chats: Chats) -> SourceError | None:
        """Take accounts, groups and chats; what stops this pass stops the next at the same place."""
        try:
            for frame in frames(self.file, json=self.json, only=_WHO):
                if frame.index and frame.record is not None:
                    self._known(chats, frame)
        except SourceError as raised:
            return raised
        return None

    def _known(self, chats: Chats, frame: Frame) -> None:
        row, written = f"frame[{frame.index}]", frame.record or {}
        if "account" in written:
            self._accounts += 1
            if self._accounts == 1:
                self.people.own(record(written["account"]))
            else:
                self.capture.warn(
                    "duplicate_record", f"{row} describes the own account again; the first stands", row=row
                )
        elif "recipient" in written:
            recipient = record(written["recipient"])
            key = whole(recipient.get("id"))
            if key is None:
                detail = f"the recipient at {row} has no number, so nothing can refer to it; it was left out"
                self.capture.warn("invalid_record", detail, row=row)
                return
            self.people.add(key, recipient)
            chats.recipient(row, key, recipient)
        elif "chat" in written:
            chats.chat(row, record(written["chat"]))

    def _settle(self) -> None:
        if self._accounts == 0:
            detail = "the backup does not describe its own account; its name is unknown"
            self.capture.warn("missing_reference", detail)
        inferred = self.people.settle(self.proves)
        if self.people.owner == SELF:
            detail = (
                "the backup does not state the id of its own account, and its groups do not show it; the account is "
                f"called {SELF!r}, and its own messages have no key in common with another phone; if the id (ACI) is "
                "known, write it into a text file and ingest again with --key"
            )
            self.capture.warn("missing_reference", detail)
        elif inferred:
            detail = (
                f"the backup does not state the id of its own account; {self.people.owner} was taken, the one member "
                "of its groups without a contact record"
            )
            self.capture.warn("missing_reference", detail)

    def _frame(self, messages: Messages, frame: Frame) -> None:
        row, written = f"frame[{frame.index}]", frame.record
        # Of a backup that was encrypted the places are those in the clear, which no one can look up in the exhibit.
        start, end = (None, None) if self.opened else (frame.start, frame.end)
        if written is None:
            self.capture.warn(
                "invalid_record",
                f"{row} is no record and was left out",
                row=row,
                byte_start=start,
                byte_end=end,
            )
            return
        if frame.index == 0:
            return
        if not frame.whole:
            detail = f"{row} is damaged; what could be read of it was read"
            self.capture.warn("invalid_record", detail, row=row, byte_start=start, byte_end=end)
        if isinstance(written.get("chatItem"), dict):
            messages.add(frame.index, row, written["chatItem"], start, end)
        elif isinstance(written.get("adHocCall"), dict):
            messages.call(frame.index, row, written["adHocCall"], start, end)
        elif not written.keys() & (_WHO | _SETTINGS):
            named = ", ".join(str(one) for one in (items(written.get(UNKNOWN)) or sorted(written)))[:100]
            self.capture.warn("unknown_value", f"{row} is of a kind that is not known ({named or 'empty'})", row=row)
